"""What the user chose on this device: declared once, kept as one JSON file."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from crmdesk.errors import BugError, KnownError
from crmdesk.i18n import Label, _

log = logging.getLogger(__name__)

T = TypeVar("T", bool, int, float, str, list[str], dict[str, Any])


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One declared setting: its name in the file, its type, default and label.

    `choices` bounds the values (empty: any of the type); `shown` tells whether
    the preferences offer it, as against what the window remembers by itself.
    """

    name: str
    type: type[T]
    default: T
    label: Label
    choices: tuple[T, ...] = ()
    shown: bool = True

    def accepts(self, value: object) -> bool:
        """Whether a value read from the file is of the type and among the choices."""
        exact = type(value) is self.type or (self.type is float and type(value) is int)
        if exact and self.type is list:
            exact = isinstance(value, list) and all(isinstance(part, str) for part in value)
        return exact and (not self.choices or value in self.choices)


LANGUAGE = Setting("language", str, "system", Label("Language", "语言"), ("system", "en", "zh"))
THEME = Setting("theme", str, "system", Label("Theme", "主题"), ("system", "light", "dark"))
MOTION = Setting(
    "motion", str, "system", Label("Animate the turn", "翻转动画"), ("system", "on", "off")
)
LAST_STORE = Setting("last_store", str, "", Label("Last store", "上次的数据文件"), shown=False)
RECENT_STORES = Setting(
    "recent_stores", list, [], Label("Recent stores", "最近的数据文件"), shown=False
)
LARGEST_FILE = Setting(
    "largest_file_mib", int, 2048, Label("Largest attachment in MiB", "附件大小上限（MiB）")
)
COMMANDS_USED = Setting(
    "commands_used", dict, {}, Label("Commands used", "用过的命令"), shown=False
)
WINDOW_STATE = Setting("window", dict, {}, Label("Window", "窗口"), shown=False)

DECLARED: tuple[Setting[Any], ...] = (
    LANGUAGE,
    THEME,
    MOTION,
    LAST_STORE,
    RECENT_STORES,
    LARGEST_FILE,
    COMMANDS_USED,
    WINDOW_STATE,
)


class Settings:
    """The settings of this device, read once and written at every change.

    `path` is the JSON file. A file that cannot be read as settings is kept
    beside it as `<name>.damaged` and the defaults are used, with a warning in
    the log. Names that are not declared here (a newer version's) are kept.
    """

    def __init__(self, path: Path, declared: tuple[Setting[Any], ...] = DECLARED) -> None:
        self.path = path
        self._declared = {setting.name: setting for setting in declared}
        if len(self._declared) != len(declared):
            raise BugError("Two settings have one name.")
        self._watchers: list[Callable[[Setting[Any]], None]] = []
        self._values: dict[str, Any] = self._read()

    def get(self, setting: Setting[T]) -> T:
        """The chosen value, or the default."""
        self._known(setting)
        value = self._values.get(setting.name, setting.default)
        # Lists and dicts go out as copies: only `set` may change what is kept.
        copied: T = json.loads(json.dumps(value))
        return copied

    def set(self, setting: Setting[T], value: T) -> None:
        """Choose a value; it is on the disk when this returns, and watchers were told."""
        self._known(setting)
        if not setting.accepts(value):
            raise BugError(f"{value!r} is no value of the setting {setting.name}.")
        if self._values.get(setting.name, setting.default) == value:
            return
        changed = {**self._values, setting.name: json.loads(json.dumps(value))}
        write_json(self.path, changed)
        self._values = changed
        for watcher in tuple(self._watchers):
            watcher(setting)

    def watch(self, watcher: Callable[[Setting[Any]], None]) -> None:
        """Call `watcher` with the setting after each change."""
        self._watchers.append(watcher)

    def _known(self, setting: Setting[Any]) -> None:
        if self._declared.get(setting.name) is not setting:
            raise BugError(f"The setting {setting.name} is not declared.")

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            log.warning("The settings %s cannot be read (%s); using defaults.", self.path, error)
            return {}
        except ValueError:
            found = None
        if not isinstance(found, dict):
            aside = self.path.with_name(self.path.name + ".damaged")
            try:
                os.replace(self.path, aside)
                where = f"it is kept as {aside}"
            except OSError as error:
                where = f"it could not be kept aside ({error})"
            log.warning("The settings %s are damaged; %s. Using defaults.", self.path, where)
            return {}
        for name in [name for name in found if name in self._declared]:
            if not self._declared[name].accepts(found[name]):
                log.warning("The setting %s in %s has no valid value.", name, self.path)
                del found[name]
        return found


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a JSON file whole or not at all, also when the power goes.

    Raises KnownError when the folder or the disk refuses; the old file stays.
    """
    # Late, for the start's sake: settings are read at every start and seldom written.
    import tempfile

    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".new", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=2, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise KnownError(
            _("{path} cannot be written: {why}.").format(path=path, why=error.strerror or error),
            kept=_("The file was left as it was.") if path.exists() else "",
            hint=_("Check the free space and the permissions of its folder."),
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)

"""The two languages of the program: gettext for its texts, `Label` for what is declared."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from crmdesk import paths
from crmdesk.errors import BugError

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DOMAIN = "crmdesk"


@dataclass(frozen=True, slots=True)
class Label:
    """What a declared thing is called on screen, in each language of the program."""

    en: str
    zh: str

    def text(self, lang: str | None = None) -> str:
        """The label in `lang`, by default in the language now set."""
        return self.zh if (lang or language()) == "zh" else self.en


@dataclass(slots=True)
class _Current:
    language: Language
    catalogue: gettext.NullTranslations


_current = _Current("en", gettext.NullTranslations())


def language() -> Language:
    """The language that `_` now translates to."""
    return _current.language


def set_language(lang: str) -> None:
    """Translate to `lang` from now on; texts fetched before stay as they are.

    The messages in the source are English, so English needs no catalogue, and a
    message that a catalogue lacks stays English.
    """
    if lang not in LANGUAGES:
        raise BugError(f"There is no language {lang!r}; there are {', '.join(LANGUAGES)}.")
    folder = paths.resource_root() / "i18n"
    _current.catalogue = gettext.translation(DOMAIN, folder, languages=[lang], fallback=True)
    _current.language = lang


def language_of_locale(name: str) -> Language:
    """The nearest of our languages for a locale's name such as `zh_CN` or `de_DE`."""
    return "zh" if name.lower().startswith("zh") else "en"


def _(message: str) -> str:
    """The message in the current language."""
    # gettext answers the catalogue's header for an empty message.
    return _current.catalogue.gettext(message) if message else ""


@lru_cache(maxsize=4)
def _catalogue(lang: str) -> gettext.NullTranslations:
    folder = paths.resource_root() / "i18n"
    return gettext.translation(DOMAIN, folder, languages=[lang], fallback=True)


def message_in(message: str, lang: str, *, counted: bool = False) -> str:
    """The message in a language that need not be the one now set; `counted`: for many things."""
    catalogue = _catalogue(lang)
    return catalogue.ngettext(message, message, 2) if counted else catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message for `count` things in the current language."""
    return _current.catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The message where one English word has several meanings, told apart by `context`."""
    return _current.catalogue.pgettext(context, message)

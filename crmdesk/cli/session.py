"""What the commands of one call share: the store, how values are written, what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from crmdesk.errors import KnownError
from crmdesk.i18n import _
from crmdesk.ops.opening import open_workspace
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.textcontext import TextContext
from crmdesk.store import keys, place
from crmdesk.store.driver import StoreKey
from crmdesk.store.failures import WrongKey
from crmdesk.store.keyfile import KeyFile

Command = TypeVar("Command", bound=Callable[..., Any])

# The usual currency of a region, as far as typed amounts leave it out.
_CURRENCIES = {
    "CN": "CNY", "HK": "HKD", "TW": "TWD", "JP": "JPY", "KR": "KRW", "SG": "SGD", "IN": "INR",
    "GB": "GBP", "CH": "CHF", "SE": "SEK", "NO": "NOK", "DK": "DKK", "PL": "PLN", "CZ": "CZK",
    "CA": "CAD", "AU": "AUD", "NZ": "NZD", "BR": "BRL", "MX": "MXN", "US": "USD",
    **dict.fromkeys(("DE", "AT", "FR", "IT", "ES", "NL", "BE", "IE", "PT", "FI", "GR"), "EUR"),
}  # fmt: skip


@dataclass
class Session:
    """The options of one call."""

    path: Path
    locale: str
    language: str
    passphrase_file: Path | None = None
    as_json: bool = False

    @contextmanager
    def workspace(self, *, create: bool = False) -> Iterator[Workspace]:
        """The open store; raises KnownError. With `create` it is made where there is none."""
        if not create:
            self.refuse_missing()
        opened = open_workspace(self.path, create=create, key=self.key())
        with opened:
            yield opened

    def refuse_missing(self) -> None:
        """Raise KnownError where there is no store yet."""
        if not self.path.exists():
            raise KnownError(
                _("There is no store at {path}.").format(path=self.path),
                hint=_("“crmdesk import FILE…” or “crmdesk sample” makes one there; another "
                       "one is named by --store PATH."),
            )  # fmt: skip

    def key(self) -> StoreKey | None:
        """The key of an encrypted store, None for a plain one or none."""
        if not self.path.exists() or not place.read_header(self.path).encrypted:
            return None
        vault = keys.system_vault()
        if self.passphrase_file is not None:
            return keys.find(self.path, vault, passphrase_of(self.passphrase_file))
        try:
            return keys.find(self.path, vault)
        except WrongKey:
            if not (sys.stdin.isatty() and KeyFile.path_of(self.path).exists()):
                raise
        asked = click.prompt(_("Recovery passphrase"), hide_input=True, err=True)
        return keys.find(self.path, vault, str(asked))

    def text(self, workspace: Workspace) -> TextContext:
        """How values are typed and shown."""
        region = self.locale.replace("-", "_").rpartition("_")[2].upper()
        region = region if len(region) == 2 else "US"
        return workspace.text_context(
            self.language, self.locale, currency=_CURRENCIES.get(region, "USD"), region=region
        )


def passphrase_of(path: Path) -> str:
    """The first line of a file; raises KnownError where it cannot be read."""
    try:
        line = path.read_text(encoding="utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(
            _("The file {path} with the passphrase cannot be read: {why}.").format(
                path=path, why=getattr(error, "strerror", None) or error
            )
        ) from error
    if not line:
        raise KnownError(_("The first line of {path} holds no passphrase.").format(path=path))
    return line


pass_session = click.make_pass_decorator(Session)


def json_option(command: Command) -> Command:
    """Give a command the option --json; what it prints is then JSON."""

    def take(context: click.Context, _option: click.Parameter, value: bool) -> None:
        session = context.find_object(Session)
        if value and session is not None:
            session.as_json = True

    option = click.option(
        "--json", is_flag=True, expose_value=False, callback=take, help="Print JSON, for scripts."
    )
    return option(command)

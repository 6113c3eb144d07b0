"""The command line: its options and commands, and what a failure looks like."""

from __future__ import annotations

import locale as system_locale
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from crmdesk import i18n, paths
from crmdesk.cli import adding, exchange, journal, records, upkeep
from crmdesk.cli.session import Session
from crmdesk.errors import KnownError
from crmdesk.i18n import _

log = logging.getLogger(__name__)

FAILED, USAGE, BUG, STOPPED = 1, 2, 70, 130
"""Exit codes: a known error, a wrong call, a bug of ours, stopped by Ctrl+C."""

LOG_FILE = "command-line.log"


@click.group(
    "crmdesk",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command the window opens.",
)
@click.option(
    "--store", type=click.Path(path_type=Path), help="The store's file; otherwise the user's own."
)
@click.option("--locale", default="", help="How numbers and dates are written, such as de_DE.")
@click.option("--lang", type=click.Choice(i18n.LANGUAGES), help="Language of labels and messages.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Opens an encrypted store where the keyring has no key for it.",
)
@click.version_option(package_name="crmdesk")
@click.pass_context
def cli(
    context: click.Context,
    store: Path | None,
    locale: str,
    lang: str | None,
    passphrase_file: Path | None,
) -> None:
    """CRMDesk on the command line, on the same store as the window."""
    name = locale or _system_locale()
    language = lang or i18n.language_of_locale(name)
    i18n.set_language(language)
    path = store if store is not None else paths.default_store()
    context.obj = Session(path, name, language, passphrase_file)


for command in (
    exchange.import_files, exchange.export_records, exchange.sample,
    records.list_records, records.show, records.set_values, records.new, records.delete,
    adding.add,
    journal.search, journal.history, journal.undo, journal.redo,
    upkeep.reindex, upkeep.check, upkeep.stats, upkeep.encrypt, upkeep.decrypt, upkeep.backup,
):  # fmt: skip
    cli.add_command(command)


def main() -> int:
    """Run with the arguments of this process; the exit code."""
    with _log_in_file():
        return _run()


def _run() -> int:
    try:
        code = cli.main(prog_name="crmdesk", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return STOPPED
    except KnownError as error:
        click.echo(" ".join(str(error).split()), err=True)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        log.exception("A bug on the command line.")
        _tell_bug(error)
        return BUG
    return code if isinstance(code, int) else 0


def _tell_bug(error: Exception) -> None:
    at = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error} ({Path(at.filename).name}:{at.lineno})"
    where = paths.log_dir() / LOG_FILE
    text = _("This is a bug in CRMDesk: {what}. The details are in {file}.")
    click.echo(" ".join(text.format(what=what, file=where).split()), err=True)


@contextmanager
def _log_in_file() -> Iterator[None]:
    """Warnings and bugs go to a file: stderr is one line for the user."""
    handler = logging.FileHandler(paths.log_dir() / LOG_FILE, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _system_locale() -> str:
    """The user's locale, en_US where the system names none."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").partition(".")[0].partition("@")[0]
        if value:
            return value if value not in ("C", "POSIX") else "en_US"
    return (system_locale.getlocale()[0] or "en_US") if os.name == "nt" else "en_US"

"""What every test runs under: no screen, folders of its own, and no unexpected warning.

A log record at WARNING or above fails the test that was running, unless the test said by
`expect_log` that it comes. Python warnings are errors (pyproject.toml), Qt's as well
(pytest-qt's qt_log_level_fail).
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

# Set before anything imports Qt, platformdirs or keyring: no test touches a screen, the
# user's own store and settings, or the system's keyring.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ["TZ"] = "UTC"
os.environ["LC_ALL"] = "C.UTF-8"
_home = tempfile.mkdtemp(prefix="crmdesk-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
    os.environ[_name] = str(Path(_home, _name.lower()))
os.environ["CRMDESK_HOME"] = str(Path(_home, "crmdesk"))

hypothesis.settings.register_profile("default", max_examples=50, deadline=None)
hypothesis.settings.register_profile(
    "ci", max_examples=50, deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.register_profile("thorough", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default")
)


class _LogWatch(logging.Handler):
    """Collects the records at WARNING and above of one test, and what the test expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.expected: list[tuple[int, re.Pattern[str]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def unexpected(self, since: int = 0) -> list[str]:
        """The records from number `since` on that no expectation covers."""
        return [
            f"unexpected log record: {record.levelname} {record.name}: {record.getMessage()}"
            for record in self.records[since:]
            if not any(_fits(record, *expected) for expected in self.expected)
        ]

    def missing(self) -> list[str]:
        """The expectations that no record met."""
        return [
            f"expected log record did not come: {logging.getLevelName(level)} {pattern.pattern!r}"
            for level, pattern in self.expected
            if not any(_fits(record, level, pattern) for record in self.records)
        ]


def _fits(record: logging.LogRecord, level: int, pattern: re.Pattern[str]) -> bool:
    return record.levelno == level and bool(pattern.search(record.getMessage()))


_watch = pytest.StashKey[_LogWatch]()


@contextmanager
def _listening(item: pytest.Item) -> Iterator[_LogWatch]:
    watch = item.stash.setdefault(_watch, _LogWatch())
    logging.getLogger().addHandler(watch)
    try:
        yield watch
    finally:
        logging.getLogger().removeHandler(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _listening(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _listening(item) as watch:
        yield
    if complaints := watch.unexpected() + watch.missing():
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    with _listening(item) as watch:
        before = len(watch.records)
        yield
    if complaints := watch.unexpected(before):
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture
def expect_log(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Call it with a regular expression (and a level, default WARNING) for each record that
    the test brings about; one that does not come fails the test too."""

    def expect(pattern: str, level: int = logging.WARNING) -> None:
        request.node.stash[_watch].expected.append((level, re.compile(pattern)))

    return expect


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files that stands beside the checkout; the test is skipped without."""
    folder = ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("the corpus of real files (../shared/corpus) is not here")
    return folder

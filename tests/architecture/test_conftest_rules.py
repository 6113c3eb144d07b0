"""The promises of tests/conftest.py: an unexpected record or warning fails the test it is in."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).parents[1] / "conftest.py"

SOURCE = """
import logging
import pytest

log = logging.getLogger("store")

def test_pass_quiet():
    log.info("nothing to see")

def test_pass_expected(expect_log):
    expect_log("nearly full")
    log.warning("disk nearly full")

def test_fail_warned():
    log.warning("disk nearly full")

def test_fail_other_level(expect_log):
    expect_log("nearly full")
    log.error("disk nearly full")

def test_fail_did_not_come(expect_log):
    expect_log("nearly full")

@pytest.fixture
def thing():
    yield
    log.error("not closed")

def test_error_while_tidying_up(thing):
    pass
"""


def test_a_log_record_fails_the_test_unless_it_is_expected(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(SOURCE)
    # In a process of its own, so that the records do not fail this test as well.
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist", "-v")
    result.assert_outcomes(passed=3, failed=3, errors=1)
    for name in ("warned", "other_level", "did_not_come"):
        result.stdout.fnmatch_lines([f"*test_fail_{name} FAILED*"])
    result.stdout.fnmatch_lines(["*ERROR*test_error_while_tidying_up*"])

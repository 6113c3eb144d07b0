"""Each command on a real store: what it prints for people and scripts, and how it fails."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring.backend
import pytest

from crmdesk.cli import upkeep
from crmdesk.cli.main import main
from crmdesk.store import keys

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """Runs a command on one store; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CRMDESK_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        store = str(tmp_path / "store.crmdesk")
        monkeypatch.setattr(sys, "argv", ["crmdesk", "--store", store, *arguments])
        code = main()
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def filled(call: Call) -> Call:
    assert call("sample", "--contacts", "6", "--until", "2026-11-20")[0] == 0
    assert call("new", "company", "name=Kestrel Pumps", "revenue=USD 1,500,000")[0] == 0
    return call


def parsed(call: Call, *arguments: str) -> Any:
    code, out, err = call(*arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_missing_store_is_told_with_how_to_make_one(call: Call) -> None:
    code, out, err = call("list", "companies")
    assert (code, out) == (1, "")
    assert err.startswith("There is no store at ")
    assert "crmdesk import" in err
    assert err.count("\n") == 1


def test_a_sample_makes_the_store(call: Call) -> None:
    told = parsed(call, "sample", "--contacts", "4", "--seed", "2")
    assert told["counts"]["contact"] == 4
    assert told["steps"] == 1
    assert parsed(call, "stats")["records"]["contact"] == 4


def test_list(filled: Call) -> None:
    told = parsed(
        filled, "list", "companies", "--where", 'name contains "estrel"', "--columns",
        "name,revenue,owner.name",
    )  # fmt: skip
    (record,) = told["records"]
    assert told["total"] == 1
    assert record["name"] == "Kestrel Pumps"
    assert record["revenue"] == {"amount": "1500000.00", "currency": "USD"}
    assert list(record) == ["id", "name", "revenue", "owner.name"]


def test_list_is_sorted_and_limited(filled: Call) -> None:
    told = parsed(filled, "list", "opportunities", "--sort", "name desc", "--limit", "3")
    names = [one["name"] for one in told["records"]]
    assert told["total"] == 12
    assert len(names) == 3
    every = parsed(filled, "list", "opportunities", "--sort", "name desc", "--limit", "0")
    assert [one["name"] for one in every["records"]][:3] == names
    assert len(every["records"]) == 12


def test_list_for_people_in_both_languages(filled: Call) -> None:
    code, out, _err = filled("list", "company", "--columns", "name,kind", "--limit", "2", "--ids")
    assert code == 0
    assert out.splitlines()[0].split() == ["Id", "Name", "Relationship"]
    assert out.splitlines()[-1] == "2 of 4"
    _code, out, _err = filled("list", "公司", "--columns", "名称,kind")
    assert "Kestrel Pumps" in out


def test_a_wrong_filter_is_told_in_one_line(filled: Call) -> None:
    code, out, err = filled("list", "companies", "--where", "name bigger 3")
    assert (code, out) == (1, "")
    assert "bigger" in err
    assert err.count("\n") == 1


def test_show(filled: Call) -> None:
    told = parsed(filled, "show", "company", "Kestrel Pumps")
    assert told["title"] == "Kestrel Pumps"
    assert told["fields"]["kind"] == "prospect"
    code, out, _err = filled("show", "company", told["id"][:18])
    assert code == 0
    assert "Annual revenue" in out
    assert "Website" not in out
    assert "Website" in filled("show", "company", told["id"], "--all")[1]


def test_set_parses_as_the_field_does(filled: Call) -> None:
    # What one makes is one's own at first.
    free = parsed(filled, "set", "company", "Kestrel Pumps", "owner=")
    assert free["fields"]["owner"] is None
    told = parsed(
        filled, "set", "company", "Kestrel Pumps", "employees=1,200", "kind=Partner", "owner=me",
        "rating=4",
    )  # fmt: skip
    assert told["fields"]["employees"] == 1200
    assert told["fields"]["kind"] == "partner"
    assert told["fields"]["owner"]["id"]
    assert parsed(filled, "set", "company", "Kestrel Pumps", "rating=")["fields"]["rating"] is None


def test_a_bare_number_stays_in_the_currency_of_the_amount(filled: Call) -> None:
    made = parsed(filled, "new", "opportunity", "name=Retrofit", "amount=CNY 5,000")
    told = parsed(filled, "set", "opportunity", made["id"], "amount=12000")
    assert told["fields"]["amount"] == {"amount": "12000.00", "currency": "CNY"}
    told = parsed(filled, "set", "opportunity", made["id"], "amount=EUR 12000")
    assert told["fields"]["amount"]["currency"] == "EUR"


def test_set_refuses_and_changes_nothing(filled: Call) -> None:
    for value, said in (
        ("employees=many", "employees"),
        ("parent=Nobody Ltd", "no company called"),
        ("created_at=2020-01-01", "created_at"),
        ("colour=red", "no field"),
    ):
        code, out, err = filled("set", "company", "Kestrel Pumps", value)
        assert (code, out) == (1, "")
        assert said in err
        assert err.count("\n") == 1
    assert len(parsed(filled, "history", "company", "Kestrel Pumps")) == 1


def test_locale_decides_how_numbers_are_read(filled: Call, tmp_path: Path) -> None:
    store = ("--locale", "de_DE", "--lang", "en")
    told = parsed(filled, *store, "new", "company", "name=Haferkorn", "revenue=1.234,56")
    assert told["fields"]["revenue"] == {"amount": "1234.56", "currency": "EUR"}


def test_new_with_a_reference_by_title(filled: Call) -> None:
    told = parsed(filled, "new", "contact", "name=Ann Lee", "company=Kestrel Pumps")
    assert told["fields"]["company"]["title"] == "Kestrel Pumps"
    code, _out, err = filled("new", "contact", "job_title=Boss")
    assert code == 1
    assert "Name is needed" in err


def test_delete_undo_and_redo(filled: Call) -> None:
    parsed(filled, "new", "contact", "name=Ann Lee", "company=Kestrel Pumps")
    gone = parsed(filled, "delete", "contact", "Ann Lee")["deleted"]
    assert filled("show", "contact", "Ann Lee")[0] == 1
    assert [one["what"] for one in parsed(filled, "history", "contact", gone[0])] == [
        "deleted", "created",
    ]  # fmt: skip
    assert parsed(filled, "undo")["redo"]
    assert parsed(filled, "show", "contact", "Ann Lee")["id"] == gone[0]
    assert filled("redo")[0] == 0
    assert filled("show", "contact", "Ann Lee")[0] == 1
    assert filled("undo", "--steps", "3")[0] == 0
    assert filled("redo", "--steps", "9")[0] == 1


def test_history_for_people(filled: Call) -> None:
    filled("set", "company", "Kestrel Pumps", "employees=5")
    filled("set", "company", "Kestrel Pumps", "employees=6", "city=Hull")
    code, out, _err = filled("history", "company", "Kestrel Pumps")
    assert code == 0
    assert "Employees: 5 → 6" in out
    assert "City:  → Hull" in out
    entries = parsed(filled, "history", "company", "Kestrel Pumps", "--field", "employees")
    assert [one["fields"]["employees"]["after"] for one in entries] == [6, 5]


def test_search(filled: Call) -> None:
    hits = parsed(filled, "search", "kestr", "pump")
    assert next((one["entity"], one["title"]) for one in hits) == ("company", "Kestrel Pumps")
    assert "Kestrel Pumps" in filled("search", "kestrel", "--entity", "companies")[1]


def test_export_and_import(filled: Call, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    told = parsed(filled, "export", "companies", str(target), "--columns", "name,city,employees")
    assert told["records"] == 4
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 5
    again = parsed(filled, "import", str(target), "--entity", "company")
    assert again["unchanged"] == {"company": 4}
    assert again["label"] == ""
    target.write_text("Name\nAnother Firm\n", encoding="utf-8")
    tried = parsed(filled, "import", str(target), "--entity", "company", "--dry-run")
    assert (tried["created"], tried["dry_run"]) == ({"company": 1}, True)
    assert "Nothing was written" in filled("import", str(target), "--entity", "company",
                                           "--dry-run")[1]  # fmt: skip
    assert "Another Firm" not in filled("list", "companies")[1]
    code, _out, err = filled("import", str(tmp_path / "nothing.csv"))
    assert code == 1
    assert "nothing.csv" in err


def test_export_of_a_saved_view(filled: Call, tmp_path: Path) -> None:
    target = tmp_path / "open.xlsx"
    told = parsed(filled, "export", "opportunity", "--view", "No next step", "--to", str(target))
    assert told["records"] == parsed(
        filled, "export", "opportunity", str(tmp_path / "same.csv"),
        "--where", "status = open and next_step is empty",
    )["records"]  # fmt: skip
    assert target.read_bytes()[:2] == b"PK"
    narrowed = parsed(
        filled, "export", "opportunity", "--view", "No next step", "--to", str(target),
        "--where", "name is empty", "--columns", "name",
    )  # fmt: skip
    assert narrowed["records"] == 0
    code, _out, err = filled("export", "task", "--view", "No next step", "--to", str(target))
    assert code == 1
    assert "There is no view" in err
    assert filled("export", "task")[0] == 2


def test_reindex_check_and_backup(filled: Call) -> None:
    assert parsed(filled, "reindex")["indexed"] > 50
    assert parsed(filled, "check") == {"sound": True, "problems": []}
    assert filled("check")[1] == "The store is sound.\n"
    assert Path(parsed(filled, "backup")["path"]).is_file()


def test_check_fails_for_problems(filled: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep.Workspace, "check", lambda *_: ["a page is torn"])
    assert filled("check")[:2] == (1, "a page is torn\n")
    code, out, _err = filled("check", "--json")
    assert code == 1
    assert json.loads(out)["problems"] == ["a page is torn"]


def test_stats(filled: Call) -> None:
    told = parsed(filled, "stats")
    assert told["records"]["company"] == 4
    assert told["undo_steps"] == 2
    assert told["log_rows"] > 100
    assert {"stage", "count", "sums"} <= set(told["pipeline"][0])
    assert "Companies" in filled("stats")[1]


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_encrypt_and_decrypt(filled: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    monkeypatch.setattr(keys, "system_vault", lambda: ring)
    secret = tmp_path / "passphrase.txt"
    secret.write_text("correct horse battery\n", encoding="utf-8")
    copy = parsed(filled, "backup")["path"]
    told = parsed(filled, "encrypt", "--passphrase-file", str(secret))
    assert told["encrypted"] is True
    assert told["left_plain"] == [copy]
    assert parsed(filled, "stats")["records"]["company"] == 4
    ring.kept.clear()
    code, _out, err = filled("stats")
    assert code == 1
    assert "passphrase" in err
    assert parsed(filled, "--passphrase-file", str(secret), "stats")["records"]["company"] == 4
    assert filled("encrypt", "--passphrase-file", str(secret))[0] == 1
    assert parsed(filled, "decrypt")["encrypted"] is False
    assert filled("decrypt")[0] == 1
    assert filled("check")[0] == 0


def test_wrong_calls_are_usage(filled: Call) -> None:
    for arguments in (("list",), ("nonsense",), ("set", "company", "Kestrel Pumps", "employees")):
        code, _out, err = filled(*arguments)
        assert code == 2
        assert "Error" in err
    assert filled("--help")[0] == 0
    assert filled("--version")[0] == 0


def test_a_bug_is_told_in_one_line_and_logged(
    filled: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[..., None],
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    expect_log("A bug on the command line", logging.ERROR)
    monkeypatch.setattr(upkeep.Workspace, "check", breaks)
    code, out, err = filled("check")
    assert (code, out) == (70, "")
    assert err.startswith("This is a bug in CRMDesk: ZeroDivisionError: by zero")
    assert err.count("\n") == 1
    logged = (tmp_path / "home" / "log" / "command-line.log").read_text(encoding="utf-8")
    assert "Traceback" in logged

"""The command line as a script runs it: real processes, one after the other, on one store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FILE = """Name,City,Employees,Annual revenue
宁波海泰机械有限公司,宁波,420,"CNY 61,200,000"
Nordlicht GmbH,Hamburg,38,"EUR 5,100,000"
Kestrel Pumps,Leeds,12,
"""


class Script:
    """Runs `crmdesk` with a store and a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "my store.crmdesk"
        self.environment = {
            **os.environ, "CRMDESK_HOME": str(folder / "home"), "PYTHONUTF8": "1",
        }  # fmt: skip

    def run(self, *arguments: str, code: int = 0, text: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "crmdesk", "--store", str(self.store), *arguments],
            env=self.environment, cwd=Path(__file__).parents[2], capture_output=True,
            encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        if code:
            assert text in done.stderr
            assert "Traceback" not in done.stderr
        else:
            assert done.stderr == ""
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


def test_from_import_to_check(script: Script) -> None:
    script.run("list", "companies", code=1, text="There is no store")
    file = script.folder / "companies.csv"
    file.write_text(FILE, encoding="utf-8")
    told = script.json("import", str(file), "--entity", "company")
    assert told["created"] == {"company": 3}
    assert script.json("import", str(file), "--entity", "company")["unchanged"] == {"company": 3}

    listed = script.json("list", "companies", "--where", "employees > 20", "--sort", "-employees")
    assert [one["name"] for one in listed["records"]] == ["宁波海泰机械有限公司", "Nordlicht GmbH"]

    script.run("set", "company", "Nordlicht GmbH", "employees=40", "city=Kiel")
    script.run("new", "contact", "name=Jonas Keller", "company=Nordlicht GmbH")
    changes = script.json("history", "company", "Nordlicht GmbH")
    assert [one["what"] for one in changes] == ["changed", "created"]
    assert changes[0]["fields"]["employees"] == {"before": 38, "after": 40}

    assert script.json("search", "keller")[0]["title"] == "Jonas Keller"
    script.run("undo", "--steps", "2")
    assert script.json("show", "company", "Nordlicht GmbH")["fields"]["employees"] == 38
    script.run("show", "contact", "Jonas Keller", code=1, text="There is no contact called")
    script.run("redo")

    out = script.folder / "out.csv"
    assert script.json("export", "companies", str(out))["records"] == 3
    assert "宁波海泰机械有限公司" in out.read_text(encoding="utf-8-sig")
    again = script.json("import", str(out))
    assert again["unchanged"] == {"company": 3}
    assert script.json("check") == {"sound": True, "problems": []}
    script.run("list", code=2, text="Usage")


def test_a_reader_that_goes_away_is_no_bug(script: Script) -> None:
    script.run("sample", "--contacts", "20")
    with subprocess.Popen(
        [sys.executable, "-m", "crmdesk", "--store", str(script.store), "list", "tasks",
         "--limit", "0", "--json"],
        env=script.environment, cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) in (0, 1)


def test_qt_is_never_loaded(script: Script) -> None:
    script.run("sample", "--contacts", "2")
    code = (
        "import sys\n"
        "from crmdesk.cli.main import main\n"
        f"sys.argv = ['crmdesk', '--store', {str(script.store)!r}, 'stats']\n"
        "assert main() == 0\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'shiboken6'))]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=script.environment, cwd=Path(__file__).parents[2],
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

"""What the README says to type works as it is written there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def commands() -> list[list[str]]:
    """The arguments of every `crmdesk …` line in the shell blocks of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    return [line[1:] for line in lines if line[:1] == ["crmdesk"]]


def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    environment = {**os.environ, "CRMDESK_HOME": str(tmp_path / "home"), "PYTHONUTF8": "1"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "crmdesk", *arguments], env=environment, cwd=ROOT,
            capture_output=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"crmdesk {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    run("sample", "--contacts", "20")
    ids = {
        entity: json.loads(run("list", entity, "--limit", "1", "--json"))["records"][0]["id"]
        for entity in ("company", "opportunity")
    }
    file = tmp_path / "contacts.csv"
    file.write_text("Name,E-mail\nAda Example,ada@example.org\n", encoding="utf-8")
    stand_ins = {"FILE…": str(file), "my.crm": str(tmp_path / "home" / "my.crm")}
    told = commands()
    assert len(told) >= 8
    for arguments in told:
        entity = next((one for one in arguments if one in ids), "")
        stand_ins["ID"] = ids.get(entity, "")
        # The size is for a demonstration; the command is what is looked at here.
        stand_ins["100000"] = "20"
        run(*(stand_ins.get(one, one) for one in arguments))

"""The wheel carries all it needs: installed elsewhere, it starts without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "resources"


def run(*command: str | Path, cwd: Path, home: Path | None = None) -> str:
    """What the command printed; a failure shows all of it."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    environment["QT_QPA_PLATFORM"] = "offscreen"
    if home is not None:
        environment["CRMDESK_HOME"] = str(home)
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", folder, ROOT),
        cwd=folder,
    )
    (built,) = folder.glob("crmdesk-*.whl")
    return built


def test_the_wheel_holds_package_forms_and_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "crmdesk").rglob("*.py")
        if "_data" not in path.parts
    }
    resources = {
        f"crmdesk/_data/{path.relative_to(RESOURCES).as_posix()}"
        for path in RESOURCES.rglob("*")
        if path.is_file()
    }
    assert resources
    assert {name for name in names if name.endswith(".py")} >= modules
    assert {name for name in names if name.startswith("crmdesk/_data/")} == resources
    assert all(name.startswith("crmdesk/") for name in names)


def starts(folder: Path, command: Path) -> None:
    """The installed command tells its version, and opens its window and paints it once."""
    assert "0." in run(command, "--version", cwd=folder, home=folder / "home")
    run(command, "--smoke", cwd=folder, home=folder / "home")
    located = run(
        command.with_name(Path(sys.executable).name),
        "-c",
        "import crmdesk.paths; print(crmdesk.paths.resource_root())",
        cwd=folder,
    )
    assert Path(located.strip()).is_relative_to(folder)


def scripts(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def test_installed_without_the_checkout_it_starts(wheel: Path, tmp_path: Path) -> None:
    """A new environment with the wheel; the libraries are lent by the one that runs the tests.

    A folder named in a .pth file lends its packages but not its own .pth files, so that the
    checkout, installed here as editable, stays out of sight.
    """
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    python = scripts(environment) / Path(sys.executable).name
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"),
        *("--no-index", wheel),
        cwd=tmp_path,
    )
    site = run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=tmp_path)
    Path(site.strip(), "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    starts(tmp_path, scripts(environment) / "crmdesk")


@pytest.mark.slow
def test_installed_with_its_own_requirements_it_starts(wheel: Path, tmp_path: Path) -> None:
    """An empty environment and what the wheel itself asks for."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = scripts(environment) / Path(sys.executable).name
    run(
        *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--constraint", ROOT / "packaging" / "constraints.txt", wheel),
        cwd=tmp_path,
    )
    starts(tmp_path, scripts(environment) / "crmdesk")

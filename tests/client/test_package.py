"""The package is built and installed as it would be elsewhere."""

import subprocess
import sys
import tomllib
import venv
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

PACKAGE = Path(__file__).parents[2] / "clients" / "python"
PROJECT = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]


def run(*arguments: str | Path) -> str:
    ran = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_what_it_needs_is_what_it_is_tested_with() -> None:
    for needed in map(Requirement, PROJECT["dependencies"]):
        assert needed.specifier.contains(Version(version(needed.name))), needed


def test_a_wheel_is_built_and_installed_without_a_network(tmp_path: Path) -> None:
    # When the wheel is built with what is here, and installed into an environment beside what it needs
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, PACKAGE)
    [wheel] = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    [needed] = {path for path in sys.path if path.endswith("site-packages")}
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)

    # Then its command line works there, from the wheel
    [installed] = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (installed / "needed.pth").write_text(f"{needed}\n")
    assert run(tmp_path / "venv" / "bin" / "cqrs", "--version") == f"{PROJECT['version']}\n"
    where = run(python, "-c", "import payments_client; print(payments_client.__file__)")
    assert Path(where.strip()).is_relative_to(installed)
    # And type checkers find its types
    assert (installed / "payments_client" / "py.typed").exists()

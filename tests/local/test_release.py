"""`make release`: a version has its notes and its wheel, or there is no release."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from local.places import ROOT

VERSION = tomllib.loads((ROOT / "clients" / "python" / "pyproject.toml").read_text())["project"]["version"]


def release(version: str, changelog: Path) -> subprocess.CompletedProcess[str]:
    argv = ["make", "-s", "release", f"VERSION={version}", f"CHANGELOG={changelog}"]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own


@pytest.fixture
def changelog(tmp_path: Path) -> Path:
    page = tmp_path / "CHANGELOG.md"
    page.write_text(
        f"# Changelog\n\n## [Unreleased]\n\n- later\n\n## [{VERSION}] - 2026-11-25\n\n- now\n\n## [0.0.1]\n\n- before\n"
    )
    return page


def test_a_release_has_the_notes_of_its_version_and_the_client_s_wheel(changelog: Path) -> None:
    assert release(VERSION, changelog).returncode == 0
    made = ROOT / ".build" / "release"
    assert (made / "notes.md").read_text().strip() == "- now"
    assert [wheel.name for wheel in made.glob("*.whl")] == [f"payments_cqrs_client-{VERSION}-py3-none-any.whl"]


def test_no_release_without_notes_nor_of_another_version(changelog: Path) -> None:
    other = release("9.9.9", changelog)
    assert other.returncode != 0
    assert "pyproject.toml has another version than 9.9.9" in other.stderr
    changelog.write_text("# Changelog\n\n## [Unreleased]\n\n- later\n")
    silent = release(VERSION, changelog)
    assert silent.returncode != 0
    assert f"says nothing of {VERSION}" in silent.stderr

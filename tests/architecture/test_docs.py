"""The docs say what the code does: variables, addresses, files, links and parameters."""

import re
from pathlib import Path

import pytest

from common.settings import Settings
from local.template import Template, load

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def rows(page: str) -> set[str]:
    """What stands in backquotes in the first column of a page's tables."""
    first_columns = re.findall(r"^\| ([^|]*) \|", (ROOT / page).read_text(), re.MULTILINE)
    return {name for column in first_columns for name in re.findall(r"`([^`]+)`", column)}


def test_every_setting_is_described_and_nothing_else() -> None:
    variables = {name for name in rows("docs/configuration.md") if name.isupper()}
    assert variables == {name.upper() for name in Settings.__dataclass_fields__}


def test_every_parameter_of_the_template_is_described() -> None:
    parameters = {name for name in rows("docs/configuration.md") if not name.isupper()}
    assert parameters == set(load()["Parameters"])


def test_every_address_stands_in_the_readme_and_nothing_else() -> None:
    addresses = {name for name in rows("README.md") if name.startswith(("GET ", "POST ", "PUT ", "DELETE "))}
    assert addresses == {route.key for route in Template(load(), {}).routes()}


def test_every_alarm_is_explained_to_operators_and_nothing_else() -> None:
    headings = re.findall(r"^## Alarms?: (.*)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    explained = [name for heading in headings for name in re.findall(r"`([^`]+)`", heading)]
    alarms = [name for name, of in load()["Resources"].items() if of["Type"] == "AWS::CloudWatch::Alarm"]
    assert sorted(explained) == sorted(alarms)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text()
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    files = re.findall(r"`((?:tests|functions|layers|local|ops|docs)/[\w/.-]*)`", text)
    for target in (*(page.parent / link for link in links), *(ROOT / file for file in files)):
        assert target.exists(), target


def test_decisions_are_numbered_one_after_another() -> None:
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def threats() -> list[tuple[str, str]]:
    """Each threat of the model, and what is said to show its guard."""
    rows = re.findall(r"^\| (.+?) \| .+ \| (.+?) \|$", (ROOT / "docs/threat-model.md").read_text(), re.MULTILINE)
    return [(threat, shown) for threat, shown in rows if threat != "threat"]


@pytest.mark.parametrize(("threat", "shown"), threats(), ids=lambda text: text[:60])
def test_each_threat_names_tests_that_are_there_or_says_that_only_aws_can_show_it(threat: str, shown: str) -> None:
    named = [ROOT / name for name in re.findall(r"`(tests/[\w/.-]+)`", shown)]
    assert named or shown.startswith("AWS"), threat
    for test in named:
        files = [test] if test.is_file() else sorted(test.glob("test_*.py"))
        assert files, test
        assert all("def test_" in each.read_text() or each.name == "conftest.py" for each in files), test

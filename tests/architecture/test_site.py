"""The pages as a site, and what they tell a reader to type: it is there, and it is understood."""

import argparse
import re
import shlex
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.places import ROOT

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"python -m ((?:bench|local|ops)[\w.]*)(.*)", re.DOTALL)


def blocks(page: Path) -> list[str]:
    """The lines of code blocks, without comments."""
    text = "".join(BLOCK.findall(page.read_text())).replace("\\\n", " ")
    return [line.partition(" #")[0].strip() for line in text.splitlines()]


def spans(page: Path) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", BLOCK.sub("", page.read_text()))


def anchors(page: Path) -> set[str]:
    """Those of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def navigation(entries: list[Any]) -> list[str]:
    named: list[str] = []
    for entry in entries:
        named += navigation(next(iter(entry.values()))) if isinstance(entry, dict) else [entry]
    return named


def test_every_page_but_the_decisions_which_come_by_themselves_is_named_in_the_navigation() -> None:
    named = navigation(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    pages = [str(page.relative_to(DOCS)) for page in DOCS.glob("*.md")]
    assert sorted(named) == sorted(pages), "a new page goes into mkdocs.yml"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_headings_find_them(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!http)([^)#]*)#([^)]+)\)", page.read_text()):
        assert anchor in anchors(page.parent / target if target else page), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_that_a_page_names_are_those_of_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^([\w./-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in (*blocks(page), *spans(page)):
        for target in re.findall(r"(?:^|[=\w] |\(| && )make (?:-s )?([a-z][\w-]*)(?![=\w./-])", f" {line}"):
            assert target in targets, line


class Understood(Exception):
    """The command's parser took all of its arguments."""


def commands(lines: list[str]) -> set[tuple[str, str]]:
    return {(found[1], found[2].partition("...")[0].strip()) for line in lines if (found := OURS.search(line))}


IN_BLOCKS = {command for page in PAGES for command in commands(blocks(page))}
NAMED = {command for page in PAGES for command in commands(spans(page))} - IN_BLOCKS


def understood(module: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> bool:
    parse = argparse.ArgumentParser.parse_args

    def parsed(parser: argparse.ArgumentParser, *given: Any) -> None:
        parse(parser, *given)
        raise Understood

    program = import_module(f"{module}.__main__" if (ROOT / module.replace(".", "/")).is_dir() else module)
    assert "parse_args" in Path(str(program.__file__)).read_text(), f"{module} would run"
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parsed)
    monkeypatch.setattr(sys, "argv", [module, *words])
    try:
        program.main()
    except Understood:
        return True
    except SystemExit as told:
        return told.code == 0  # its help
    return False


@pytest.mark.parametrize(("module", "arguments"), sorted(IN_BLOCKS))
def test_commands_of_code_blocks_are_understood(module: str, arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert understood(module, shlex.split(arguments.replace(" ID", " 00000000")), monkeypatch)


@pytest.mark.parametrize(("module", "arguments"), sorted(NAMED))
def test_commands_that_are_named_are_there(module: str, arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Several in one are looked at by the first, and what stands for any is left out
    words = [word.partition("|")[0] for word in shlex.split(arguments.partition(" SUBJECT")[0])]
    assert understood(module, [*words, "--help"], monkeypatch)

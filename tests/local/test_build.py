"""Archives hold our own code, are made again when it changes, and declare what they import."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.places import ROOT
from local.processes import LocalError
from local.stack.build import build

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "code"}},
        "G": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "code"}},
        "L": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layer"}},
        "Queue": {"Type": "AWS::SQS::Queue"},
    }
}
LAYER = ROOT / "layers" / "common"
SOURCES = [LAYER, *sorted((ROOT / "functions").iterdir())]
FROM_THE_RUNTIME = {"boto3", "botocore"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("code/app", "layer/shared"):
        package = tmp_path / folder
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("X = 1\n")
    return tmp_path


def test_functions_and_layers_become_archives_as_lambda_wants_them(project: Path) -> None:
    archives = build(TEMPLATE, project, project / "out")
    assert archives.keys() == {"F", "G", "L"}
    assert archives["F"] == archives["G"]
    assert "app/__init__.py" in zipfile.ZipFile(archives["F"]).namelist()
    assert "python/shared/__init__.py" in zipfile.ZipFile(archives["L"]).namelist()


def test_an_archive_is_made_again_only_when_its_sources_changed(project: Path) -> None:
    # Given a built project
    before = build(TEMPLATE, project, project / "out")
    made = before["F"].stat().st_mtime_ns

    # When nothing changed, or the function did
    unchanged = build(TEMPLATE, project, project / "out")
    assert unchanged == before
    assert unchanged["F"].stat().st_mtime_ns == made
    (project / "code" / "app" / "__init__.py").write_text("X = 2\n")
    after = build(TEMPLATE, project, project / "out")

    # Then the function's archive is another one in place of the old, and the layer's is the same
    assert after["L"] == before["L"]
    assert sorted((project / "out").iterdir()) == sorted({after["F"], after["L"]})
    assert zipfile.ZipFile(after["F"]).read("app/__init__.py") == b"X = 2\n"


@pytest.mark.parametrize("line", ["no-such-package==1.0", "pydantic==0.1"])
def test_a_requirement_that_is_not_installed_is_named(project: Path, line: str) -> None:
    (project / "code" / "requirements.in").write_text(f"# what it needs\norjson\n{line}\n")
    with pytest.raises(LocalError, match=f"requirements.in: {line} is not installed here"):
        build(TEMPLATE, project, project / "out")


@pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
def test_what_is_deployed_declares_the_packages_that_it_imports(folder: Path) -> None:
    declared = {*required(folder), *required(LAYER), *FROM_THE_RUNTIME}
    providers = metadata.packages_distributions()
    own = {"common", *(path.name for path in folder.iterdir() if path.is_dir())}
    for module in imported(folder) - own - sys.stdlib_module_names:
        assert {canonicalize_name(name) for name in providers[module]} & declared, f"{folder.name} imports {module}"


def packaged(folder: Path, target: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A function without requirements, as `sam build` makes it."""
    given = {"ARTIFACTS_DIR": target, "PYTHON": sys.executable, "COMPILER": sys.executable, **settings}
    argv = ["make", "-C", str(folder), "-f", str(ROOT / "package" / "Makefile"), "build-SomeFunction"]
    assignments = [f"{name}={value}" for name, value in given.items()]
    return subprocess.run([*argv, *assignments], capture_output=True, text=True, check=False)  # noqa: S603


def test_what_lambda_is_given_is_compiled_whatever_the_archive_makes_of_its_dates(project: Path) -> None:
    assert packaged(project / "code", project / "out").returncode == 0
    assert (project / "out" / "app" / "__init__.py").is_file()
    [compiled] = (project / "out" / "app" / "__pycache__").glob("__init__.*.pyc")
    flags = compiled.read_bytes()[4:8]
    assert int.from_bytes(flags, "little") == 0b01  # by a hash, which is not checked


def test_another_python_than_the_runtime_s_is_not_compiled_with(project: Path) -> None:
    done = packaged(project / "code", project / "out", COMPILER="python-of-nobody")
    assert done.returncode
    assert "python-of-nobody is needed, or: sam build --use-container" in done.stderr


def test_of_the_addresses_of_aws_those_of_the_services_stay(tmp_path: Path) -> None:
    known = files("botocore") / "data" / "endpoints.json"
    (tmp_path / "endpoints.json").write_text(known.read_text())
    script = str(ROOT / "package" / "endpoints.py")
    argv = [sys.executable, script, str(tmp_path / "endpoints.json"), "sqs", "dynamodb"]
    subprocess.run(argv, check=True)  # noqa: S603
    partitions = json.loads((tmp_path / "endpoints.json").read_text())["partitions"]
    assert {"aws", "aws-cn"} <= {each["partition"] for each in partitions}
    assert all(each["services"].keys() == {"dynamodb", "sqs"} for each in partitions)


@pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
def test_what_is_deployed_is_locked_with_hashes_as_it_is_tested_here(folder: Path) -> None:
    lock = folder / "requirements.txt"
    pinned = re.findall(r"^(\S+)==([^ ;]+).*\\\n    --hash=", lock.read_text(), re.MULTILINE) if lock.is_file() else []
    assert required(folder) <= {canonicalize_name(name) for name, _ in pinned}
    assert [(name, version) for name, version in pinned if metadata.version(name) != version] == []


def required(folder: Path) -> set[str]:
    """The packages that a folder's requirements bring: those named, and those that they need themselves."""
    file = folder / "requirements.in"
    waiting = [Requirement(line) for line in file.read_text().splitlines() if line] if file.is_file() else []
    brought: set[str] = set()
    while waiting:
        name = waiting.pop().name
        if canonicalize_name(name) not in brought:
            brought.add(canonicalize_name(name))
            needed = [Requirement(text) for text in metadata.requires(name) or ()]
            waiting += [each for each in needed if each.marker is None or each.marker.evaluate()]
    return brought


def imported(folder: Path) -> set[str]:
    """The top-level names of all imports that happen when the code runs."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        waiting: list[ast.AST] = [ast.parse(path.read_text())]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module).partition(".")[0])
            elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
                waiting += ast.iter_child_nodes(node)
    return names


def test_the_layer_keeps_the_description_of_each_aws_service_that_a_function_has_a_client_of() -> None:
    code = "\n".join(path.read_text() for folder in SOURCES for path in folder.rglob("*.py"))
    [kept] = re.findall(r"^SERVICES := (.*)$", (ROOT / "package" / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r'\b(?:client|later)\(\s*"([a-z0-9-]+)"', code)) == set(kept.split())

"""Builds the functions and the layer of template.yaml, as `sam build` does, for a machine that has their packages.

The emulator's workers run on this very Python, whose environment is locked from the same requirements.in files. So an
archive holds our own code only, and the build checks that the requirements are there. (With the packages inside, each
cold start unpacks 4,500 files in the emulator's own process; docs/adr/0003 has what was seen.)
"""

import compileall
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from packaging.requirements import Requirement

from local.processes import LocalError

_SOURCES = {"AWS::Serverless::Function": ("CodeUri", ""), "AWS::Serverless::LayerVersion": ("ContentUri", "python")}
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


def build(template: Mapping[str, Any], root: Path, build_dir: Path) -> dict[str, Path]:
    """Make a zip archive of every function and layer; answers them by logical id.

    `root` is the directory of template.yaml; archives stay in `build_dir` until their sources change. Raises LocalError
    where a requirement is not installed.
    """
    build_dir.mkdir(parents=True, exist_ok=True)
    archives: dict[str, Path] = {}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] in _SOURCES:
            uri, prefix = _SOURCES[resource["Type"]]
            archives[logical_id] = _archive(root / resource["Properties"][uri], prefix, build_dir)
    return archives


def _archive(source: Path, prefix: str, build_dir: Path) -> Path:
    """The archive of one source folder, its contents under `prefix`."""
    _check_requirements(source / "requirements.in")
    archive = build_dir / f"{source.name}-{_digest(source)}.zip"
    if not archive.exists():
        for old in build_dir.glob(f"{source.name}-*.zip"):
            old.unlink()
        with tempfile.TemporaryDirectory(dir=build_dir) as scratch:
            copy = shutil.copytree(source, Path(scratch, "source"), ignore=_LEFT_OUT)
            # Ahead of each cold start; unpacking changes the dates, so none are compared.
            compileall.compile_dir(copy, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
            written = Path(scratch, "archive.zip")
            with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as writer:
                for path in _files(copy):
                    writer.write(path, Path(prefix, path.relative_to(copy)))
            written.rename(archive)
    return archive


def _check_requirements(requirements: Path) -> None:
    if not requirements.is_file():
        return
    for line in requirements.read_text().splitlines():
        text = line.partition("#")[0].strip()
        if text and not _installed(Requirement(text)):
            raise LocalError(f"{requirements}: {text} is not installed here (changed it? then: make lock)")


def _installed(requirement: Requirement) -> bool:
    try:
        return metadata.version(requirement.name) in requirement.specifier
    except metadata.PackageNotFoundError:
        return False


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(source: Path) -> str:
    """A short name for what is in a folder."""
    hashed = hashlib.sha256()
    for path in _files(source):
        if "__pycache__" not in path.parts:
            content = path.read_bytes()
            hashed.update(f"{path.relative_to(source)}:{len(content)}:".encode())
            hashed.update(content)
    return hashed.hexdigest()[:16]

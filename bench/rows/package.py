"""The unzipped size of each function with the layer, built for the Lambda that the template describes."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Figure, Limit
from bench.world import World
from local.places import ROOT

_MEGABYTE = 2**20
_FUNCTIONS = ROOT / "functions"
_LAYER = ROOT / "layers" / "common"


def measure(_: World) -> Sequence[Figure]:
    """The largest counts."""
    with TemporaryDirectory(prefix="payments-package-") as scratch:
        layer = Path(scratch, "layer")
        _run("make", "-C", str(_LAYER), "build-CommonLayer", f"ARTIFACTS_DIR={layer}")
        sizes = {each.name: _function(each, Path(scratch, each.name)) for each in sorted(_FUNCTIONS.iterdir())}
        base = _size(layer)
    largest = base + max(sizes.values())
    named = ", ".join(f"{name} {size / _MEGABYTE:.1f}" for name, size in sizes.items())
    detail = f"layer {base / _MEGABYTE:.1f}, {named}"
    return [Figure("package", "MB", largest / _MEGABYTE, Limit(40, 25), detail)]


def _function(source: Path, target: Path) -> int:
    """As `sam build` makes it: its requirements beside its code."""
    own = sum(path.stat().st_size for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    requirements = source / "requirements.txt"
    if requirements.is_file():
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--target", str(target),
             "--requirement", str(requirements))  # fmt: skip
    return own + _size(target)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _run(*argv: str) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}\n{done.stdout}{done.stderr}")

"""The unzipped size of each function with the layer."""

from collections.abc import Sequence
from pathlib import Path

from bench.harness import Figure, Limit
from bench.world import World
from local.template import Template, load

_MEGABYTE = 2**20


def measure(world: World) -> Sequence[Figure]:
    """The largest counts."""
    sizes: dict[str, int] = {}
    for function in Template(load(), {}).functions():
        code, layer, _ = world.built.paths(function)
        sizes[function] = _size(code)
    largest = max(sizes, key=sizes.__getitem__)
    both = (sizes[largest] + _size(layer)) / _MEGABYTE
    detail = f"layer {_size(layer) / _MEGABYTE:.1f}, {largest} {sizes[largest] / _MEGABYTE:.1f}"
    return [Figure("package", "MB", both, Limit(40, 25), detail)]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())

"""Files by which workers tell what they have done, so that a kill takes nothing of it back."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path


def append(path: Path, lines: Iterable[str]) -> None:
    """Add lines in one write: a kill leaves all of them or none."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, "".join(f"{line}\n" for line in lines).encode())
    finally:
        os.close(file)


class Journals:
    """All files of one kind in a directory, read on from where the last look ended."""

    def __init__(self, directory: Path, pattern: str) -> None:
        self._directory = directory
        self._pattern = pattern
        self._offsets: dict[Path, int] = {}

    def new_lines(self) -> Sequence[str]:
        """What was added since."""
        found: list[str] = []
        for path in self._directory.glob(self._pattern):
            with path.open("rb") as file:
                file.seek(self._offsets.get(path, 0))
                # A line that is being written just now is for the next look.
                whole = file.read().rpartition(b"\n")
                self._offsets[path] = self._offsets.get(path, 0) + len(whole[0]) + len(whole[1])
            found += whole[0].decode().splitlines()
        return found

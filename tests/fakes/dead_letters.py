"""The dead letters in memory, as the command side sees them."""

import time
from collections.abc import Callable

from common.errors import EngineUnavailable

Letter = tuple[str, str, int]
"""Organization, payment and version."""


class FakeSupersededLetters:
    """The command side's `DeadLetters`; `down` does not answer."""

    def __init__(self, *letters: Letter) -> None:
        self.letters = list(letters)
        self.down = False

    def remove(self, superseded: Callable[[str, str, int], bool], deadline: float) -> bool:
        if self.down:
            raise EngineUnavailable("SQS did not do it: down")
        if time.monotonic() > deadline:
            return False
        self.letters = [letter for letter in self.letters if not superseded(*letter)]
        return True

"""The story in `events/`: numbered events, each for one function, each with what its answer must hold."""

import json
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.places import ROOT

EVENTS = ROOT / "events"


@dataclass(frozen=True)
class Step:
    """`NN-Function-what-it-does.json`, and beside it `.answer.json`: what the answer must hold at least.

    A `${name}` in either stands for a field of that name in the body of an earlier answer.
    """

    path: Path

    def __str__(self) -> str:
        return self.path.stem

    @property
    def function(self) -> str:
        """The logical id in template.yaml."""
        return self.path.name.split("-")[1]

    @property
    def does(self) -> str:
        """In words."""
        return self.path.stem.split("-", 2)[2].replace("-", " ")

    def event(self, known: Mapping[str, str]) -> Any:  # noqa: ANN401  # JSON of any shape
        """The event to send."""
        return _read(self.path, known)

    def expected(self, known: Mapping[str, str]) -> Any:  # noqa: ANN401  # JSON of any shape
        """What the answer must hold."""
        return _read(self.path.with_suffix(".answer.json"), known)


def steps() -> list[Step]:
    """All, in their order."""
    return [Step(path) for path in sorted(EVENTS.glob("*.json")) if not path.name.endswith(".answer.json")]


def decoded(answer: Any) -> Any:  # noqa: ANN401  # JSON of any shape
    """An HTTP answer with its body as JSON instead of as text; any other as it is."""
    match answer:
        case {"body": str(body), "headers": {"Content-Type": str(kind)}} if kind.endswith("json"):
            return {**answer, "body": json.loads(body)}
    return answer


def told(answer: Any) -> dict[str, str]:  # noqa: ANN401  # JSON of any shape
    """The texts of an answer's body, by their names, for the steps after it."""
    body = answer.get("body") if isinstance(answer, dict) else None
    return {name: value for name, value in body.items() if isinstance(value, str)} if isinstance(body, dict) else {}


def differences(expected: Any, found: Any, at: str = "answer") -> Iterator[str]:  # noqa: ANN401  # JSON of any shape
    """Where an answer does not hold what it must, a sentence each; what is there besides does not matter."""
    match expected, found:
        case dict(), dict():
            for name, value in expected.items():
                if name in found:
                    yield from differences(value, found[name], f"{at}.{name}")
                else:
                    yield f"{at}.{name} is missing"
        case list(), list() if len(expected) == len(found):
            for number, (value, other) in enumerate(zip(expected, found, strict=True)):
                yield from differences(value, other, f"{at}[{number}]")
        case _ if expected != found:
            yield f"{at} is {json.dumps(found)}, expected {json.dumps(expected)}"


def _read(path: Path, known: Mapping[str, str]) -> Any:  # noqa: ANN401  # JSON of any shape
    return json.loads(string.Template(path.read_text()).safe_substitute(known))

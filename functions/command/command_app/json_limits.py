"""JSON of a caller's own making, held to what every reader and OpenSearch too can hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from pydantic import JsonValue


@dataclass(frozen=True)
class JsonLimits:
    """What keys may be, as an expression and in words, how deep objects may be nested, and how large all may be."""

    key: re.Pattern[str]
    keys: str
    depth: int
    size: int

    def check(self, given: Mapping[str, JsonValue]) -> None:
        """Raises ValueError saying what to do."""
        self._plain(dict(given), depth=0)
        try:
            size = len(orjson.dumps(given))
        except orjson.JSONEncodeError as error:
            raise ValueError(f"must be JSON that any reader can hold: {error}") from error
        if size > self.size:
            raise ValueError(f"must not be larger than {self.size} bytes of JSON")

    def _plain(self, value: JsonValue, depth: int) -> None:
        if depth > self.depth:
            raise ValueError(f"must not be nested deeper than {self.depth} levels")
        if isinstance(value, dict):
            for key, inner in value.items():
                if not self.key.fullmatch(key):
                    raise ValueError(f"keys must be {self.keys}")
                self._plain(inner, depth + 1)
        elif isinstance(value, list):
            for inner in value:
                self._plain(inner, depth + 1)

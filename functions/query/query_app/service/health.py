"""Whether the parts that queries need are up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from common.errors import EngineUnavailable

Ping = Callable[[], None]
"""Raises EngineUnavailable when its part does not answer."""


@dataclass(frozen=True)
class Health:
    """Without a required part there is no answer to queries; without an optional one they are slower."""

    required: Mapping[str, Ping]
    optional: Mapping[str, Ping]

    def report(self) -> tuple[HTTPStatus, dict[str, object]]:
        """200 `ok`, 200 `degraded` when an optional part is down, 503 `degraded` when a required one is."""
        required = {name: _state(ping) for name, ping in self.required.items()}
        optional = {name: _state(ping) for name, ping in self.optional.items()}
        parts = required | optional
        up = all(state == "ok" for state in required.values())
        healthy = all(state == "ok" for state in parts.values())
        body: dict[str, object] = {"status": "ok" if healthy else "degraded", "parts": parts}
        return (HTTPStatus.OK if up else HTTPStatus.SERVICE_UNAVAILABLE), body


def _state(ping: Ping) -> str:
    try:
        ping()
    except EngineUnavailable:
        return "down"
    return "ok"

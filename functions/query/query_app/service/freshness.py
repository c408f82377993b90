"""How far the read side is behind the write side, for operators."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from common.domain.instants import iso
from common.errors import EngineUnavailable

Json = dict[str, Any]
Gauge = Callable[[str, datetime], Json]
"""Measures one part, given the caller's organization and the present instant. Raises EngineUnavailable."""


@dataclass(frozen=True)
class Freshness:
    """Every part measured by itself, so that one engine that is down hides nothing of the others."""

    gauges: Mapping[str, Gauge]

    def report(self, organization_id: str, at: datetime) -> Json:
        """Each part's figures, null where its engine did not answer; `unavailable` says why, by part."""
        parts: Json = {}
        unavailable: dict[str, str] = {}
        for name, measure in self.gauges.items():
            try:
                parts[name] = measure(organization_id, at)
            except EngineUnavailable as error:
                parts[name] = None
                unavailable[name] = error.detail
        return {"asOf": iso(at), **parts, "unavailable": unavailable}


def sent_after(reached: int | None, held: Sequence[int], empty: int | None) -> int | None:
    """The instant, in milliseconds since 1970, after which everything was sent that waits; None if unknown.

    The queue hands out messages in about their order: it has handed out what was sent before the oldest message of the
    latest batch (`reached`). Of those, the batches not done with (`held`, when their oldest was sent) come back. What
    was sent before the queue was seen `empty` is done with.
    """
    handed_out = min([*held, *([] if reached is None else [reached])], default=None)
    return max([instant for instant in (handed_out, empty) if instant is not None], default=None)


def lag_summary(lags_ms: Sequence[int]) -> Json | None:
    """`latest`, `p50`, `p95` and `p99` of lags given newest first, and how many they are; None of none."""
    if not lags_ms:
        return None
    ordered = sorted(lags_ms)
    ranks = {f"p{percent}": ordered[ceil(percent * len(ordered) / 100) - 1] for percent in (50, 95, 99)}
    return {"latest": lags_ms[0], **ranks, "events": len(ordered)}


def age_ms(occurred: datetime, at: datetime) -> int:
    """Milliseconds since then; none for a clock that is ahead of ours."""
    return max(0, round((at - occurred).total_seconds() * 1000))

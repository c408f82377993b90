"""A point, as its projector takes it."""

from typing import Any

from command_app.ingestion.ingest import validated
from command_app.ingestion.ports import Accept
from common.domain.instants import now
from common.errors import FieldError, Invalid
from common.metrics.index import AHEAD, TAKEN_FOR
from common.metrics.points import Point


def accepting() -> Accept:
    """How points are accepted that come now."""
    at = now()

    def accept(raw: object) -> dict[str, Any]:
        point = validated(Point, raw)
        if point.timestamp > at + AHEAD:
            raise _untimely("must not be in the future")
        if point.timestamp < at - TAKEN_FOR:
            raise _untimely(f"is older than {TAKEN_FOR.days} days, for which points are taken")
        return point.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    return accept


def _untimely(message: str) -> Invalid:
    return Invalid("The point is too old or too new.", [FieldError("timestamp", message)])

"""What an ingestion answers over HTTP, as OpenAPI describes it."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from common.domain.model import WireModel
from common.edge.openapi import FieldProblem, responses


class EntryAnswer(WireModel):
    """What became of one entry."""

    entry: int = Field(description="Counts from 1")
    id: str | None = Field(description="As it was given, or made of the contents")
    outcome: Literal["accepted", "rejected", "failed"] = Field(description="failed: send this entry again")
    errors: list[FieldProblem] = []


class IngestAnswer(WireModel):
    """What became of all entries."""

    accepted: int
    rejected: int
    failed: int
    results: list[EntryAnswer]


_TAKEN = responses(HTTPStatus.ACCEPTED, IngestAnswer, HTTPStatus.FORBIDDEN)

ANSWERS = {"ingestLogs": _TAKEN, "ingestMetrics": _TAKEN}
"""By operation."""

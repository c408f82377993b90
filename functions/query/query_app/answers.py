"""What every question answers beside its own, for the OpenAPI description."""

from typing import Literal

from pydantic import Field

from common.domain.model import Timestamp, WireModel


class Fresh(WireModel):
    """How fresh an answer is; part of every one."""

    as_of: Timestamp = Field(
        description="The instant whose state it shows: when the engine answered, or `asOf`; a cached answer keeps it"
    )
    lag_ms: int | None = Field(description="The organization's latest projection lag in milliseconds, if known")
    cache: Literal["l1", "l2", "miss"]
    stale: bool = Field(description="The write of the Consistency-Token is not in it yet")

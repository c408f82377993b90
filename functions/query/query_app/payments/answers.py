"""What several questions answer, for the OpenAPI description; a test holds these and the real answers together."""

from typing import Literal

from pydantic import Field

from common.domain.model import Timestamp, WireModel
from common.payments.state import PaymentState


class Fresh(WireModel):
    """How fresh an answer is; part of every one."""

    as_of: Timestamp = Field(
        description="The instant whose state it shows: when the engine answered, or `asOf`; a cached answer keeps it"
    )
    lag_ms: int | None = Field(description="The organization's latest projection lag in milliseconds, if known")
    cache: Literal["l1", "l2", "miss"]
    stale: bool = Field(description="The write of the Consistency-Token is not in it yet")


class IndexedPayment(PaymentState):
    """A payment as the read model keeps it."""

    indexed_at: Timestamp | None = Field(
        default=None, description="When the read model got it; absent where it was read from the events"
    )

"""What several questions answer, for the OpenAPI description; a test holds these and the real answers together."""

from pydantic import Field

from common.domain.model import Timestamp
from common.payments.state import PaymentState


class IndexedPayment(PaymentState):
    """A payment as the read model keeps it."""

    indexed_at: Timestamp | None = Field(
        default=None, description="When the read model got it; absent where it was read from the events"
    )

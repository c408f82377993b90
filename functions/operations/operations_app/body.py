"""What operators send over HTTP."""

from pydantic import ConfigDict, Field

from common.domain.model import WireModel


class RedriveBody(WireModel):
    """Which letters to send back."""

    model_config = ConfigDict(extra="forbid")

    message_ids: list[str] | None = Field(default=None, max_length=100, description="Without it: all there are")

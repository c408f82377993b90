"""What every answer is."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Fresh(Answer):
    """How fresh an answer of the read side is."""

    as_of: datetime
    """The instant whose state it shows."""
    lag_ms: int | None
    cache: Literal["l1", "l2", "miss"]
    stale: bool
    """A write of this client could not be waited for."""

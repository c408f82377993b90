"""What the addresses of saved searches take and answer."""

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from pydantic.alias_generators import to_camel

from common.domain.model import Timestamp, WireModel
from query_app.payments.criteria import SearchCriteria


def _printable(name: str) -> str:
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise ValueError("must not have control characters")
    return unicodedata.normalize("NFC", name)


class SearchBody(BaseModel):
    """A search to keep. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_printable)
    ] = Field(description="Unlike the caller's other names")
    query: SearchCriteria = Field(description="The parameters of the search, as GET /v1/payments takes them")
    shared: StrictBool = Field(default=False, description="The whole organization may use it")
    alert: StrictBool = Field(default=False, description="Put a message on the topic of alerts for each new match")


class SearchAnswer(WireModel):
    """A saved search."""

    search_id: str
    owner_id: str
    name: str
    query: dict[str, Any]
    shared: bool
    alert: bool
    version: int
    created_at: Timestamp
    updated_at: Timestamp
    last_run_at: Timestamp | None = Field(description="When its alert last looked")
    last_count: int | None = Field(description="The messages of that look")


class SearchesAnswer(WireModel):
    """The caller's own and the shared ones, by name."""

    searches: list[SearchAnswer]

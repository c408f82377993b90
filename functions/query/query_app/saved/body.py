"""What the addresses of saved searches take."""

import unicodedata
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel

from query_app.logs.criteria import LogCriteria
from query_app.payments.criteria import SearchCriteria
from query_app.saved.criteria import CRITERIA
from query_app.saved.search import Context


def _printable(name: str) -> str:
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise ValueError("must not have control characters")
    return unicodedata.normalize("NFC", name)


class ThresholdBody(BaseModel):
    """When an alert of logs tells."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    count: int = Field(ge=1, le=1_000_000, description="As many entries, or more")
    window_minutes: int = Field(ge=1, le=1_440, description="That came within so long")


class SearchBody(BaseModel):
    """A search to keep. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_printable)
    ] = Field(description="Unlike the caller's other names")
    context: Context = Field(default="payments", description="What is searched")
    query: SearchCriteria | LogCriteria = Field(
        description="The parameters of the search, as GET /v1/payments or GET /v1/logs takes them"
    )
    shared: StrictBool = Field(default=False, description="The whole organization may use it")
    alert: StrictBool = Field(
        default=False, description="Put a message on the topic of alerts for each new payment, or at the threshold"
    )
    threshold: ThresholdBody | None = Field(default=None, description="With an alert of logs")

    @field_validator("query", mode="before")
    @classmethod
    def _criteria_of_the_context(cls, query: object, info: ValidationInfo) -> object:
        context = info.data.get("context")
        return CRITERIA[context].model_validate(query) if context else query

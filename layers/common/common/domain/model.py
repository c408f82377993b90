"""Base of every wire model: frozen, camelCase in JSON, snake_case in code."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    JsonValue,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from common.domain.instants import is_instant, iso, utc_milliseconds

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


class WireModel(BaseModel):
    """Readers tolerate unknown fields, so that a newer writer does not break them."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore", defer_build=True
    )


def sendable(text: str) -> str:
    """JSON with the two characters that SQS refuses escaped."""
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _instant(value: object, parse: ValidatorFunctionWrapHandler) -> datetime:
    if isinstance(value, str) and is_instant(value):
        # Nearly all are our own, and a rebuild reads many.
        return datetime.fromisoformat(value)
    # Pydantic would also take numbers, and texts of digits, for seconds or milliseconds as it guesses.
    if not isinstance(value, datetime) and not _INSTANT.match(str(value)):
        raise ValueError('must be an RFC 3339 text, such as "2011-01-31T00:00:00Z"')
    return utc_milliseconds(parse(value))


def _of_any(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return handler(dict[str, Any])


JsonObject = Annotated[dict[str, JsonValue], GetPydanticSchema(_of_any)]
"""An object that was read from JSON; pydantic, to which `JsonValue` is a union of six, need not look into it again."""

Timestamp = Annotated[
    datetime,
    WrapValidator(_instant),
    PlainSerializer(iso, when_used="json"),
]
"""An instant in UTC, exact to the millisecond."""

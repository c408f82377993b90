"""Pydantic's findings in the words of our errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.errors import FieldError


def field_errors(errors: Sequence[Mapping[str, Any]], skip: int = 0, whole: str = "body") -> list[FieldError]:
    """Pydantic's errors as ours; `skip` leading parts of each location name no field of the caller's.

    What is wrong with all fields together is told of the `whole`.
    """
    return [
        FieldError(
            ".".join(str(part) for part in error["loc"][skip:])[:128] or whole,
            str(error["msg"]).removeprefix("Value error, "),
        )
        for error in errors
    ]

"""The question for which metrics there are."""

from dataclasses import dataclass
from typing import ClassVar

from query_app.query import Query


@dataclass(frozen=True)
class GetNames(Query):
    """Those that had points since a UTC day, and whose names begin so."""

    context: ClassVar[str] = "metrics"

    since: str
    prefix: str = ""

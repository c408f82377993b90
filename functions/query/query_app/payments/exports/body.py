"""What an export is asked for with."""

from typing import Annotated

from pydantic import AfterValidator, Field

from query_app.payments.criteria import SearchCriteria
from query_app.payments.exports.formats import COLUMNS
from query_app.payments.exports.job import Format
from query_app.payments.search.query import Sort


def _column(name: str) -> str:
    if name not in COLUMNS:
        raise ValueError(f"must be one of {', '.join(COLUMNS)}")
    return name


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("must not name a field twice")
    return names


class ExportBody(SearchCriteria):
    """A search, and what its file should look like."""

    sort: Sort = Field(default=Sort.PROCESSED_LATEST, description="As of a search; the latest first unless told")
    format: Format = Field(description="csv: RFC 4180 with a header; ndjson: a JSON object a line")
    fields: Annotated[tuple[Annotated[str, AfterValidator(_column)], ...], AfterValidator(_distinct)] = Field(
        default=(),
        max_length=len(COLUMNS),
        description="These fields only, as a CSV's columns in this order",
    )

    def criteria(self) -> SearchCriteria:
        """The search alone."""
        asked = self.model_dump(exclude={"format", "fields"}, exclude_unset=True)
        return SearchCriteria.model_validate({**asked, "sort": self.sort})

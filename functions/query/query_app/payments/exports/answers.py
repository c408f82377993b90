"""What the addresses of exports take and answer."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from common.domain.model import Timestamp, WireModel
from query_app.payments.criteria import SearchCriteria
from query_app.payments.exports.formats import COLUMNS
from query_app.payments.exports.job import Format, Status
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


class ExportAnswer(WireModel):
    """An export as it is now."""

    export_id: str
    status: Status
    format: Format
    query: dict[str, Any] = Field(description="The search, in one form")
    fields: list[str] | None
    created_at: Timestamp
    finished_at: Timestamp | None
    written: int = Field(description="Payments that are in the file's parts so far")
    total: int | None = Field(description="Payments that the file will have; null until the first part is written")
    bytes: int
    reason: str | None = Field(description="Why it failed")
    link: str | None = Field(description="Where to fetch the file within the next 15 minutes; ask again for a new one")
    expires_at: Timestamp | None = Field(description="When the file goes, and no link is given any more")


class ExportsAnswer(WireModel):
    """The caller's newest exports, without links."""

    exports: list[ExportAnswer]

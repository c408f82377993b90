"""The parameters of a search as a JSON object, as exports and saved searches keep them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from common.payments.state import Status
from query_app.instants import End, Start
from query_app.payments.asked import Amount, Asked, Currency, filters
from query_app.payments.search.query import SearchPayments, Sort

Many = Field(default=(), max_length=200)


class SearchCriteria(BaseModel):
    """What `GET /v1/payments` takes, but for the page. Unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, defer_build=True
    )

    q: Asked | None = None
    status: tuple[Status, ...] = Many
    currency: tuple[Currency, ...] = Many
    min_amount: Amount | None = None
    max_amount: Amount | None = None
    since: Start | None = Field(default=None, alias="from")
    until: End | None = Field(default=None, alias="to")
    sort: Sort = Sort.BEST_FIRST

    def as_json(self) -> dict[str, Any]:
        """What was asked for, in one form; reading it again asks for the same."""
        told: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return told

    def query(self, at: datetime | None = None) -> SearchPayments:
        """The search; `at` is what its text calls now. Raises Invalid when it cannot be one."""
        amounts, times = (self.min_amount, self.max_amount), (self.since, self.until)
        return SearchPayments(filters(self.q, self.status, self.currency, amounts, times, at), self.sort)

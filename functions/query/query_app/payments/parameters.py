"""The query parameters, as they are described. Every refusal says what to do."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, StringConstraints

from common.domain.instants import iso, now
from common.payments.state import PaymentId as AnyPaymentId
from common.payments.state import Status
from query_app.instants import DAY, End, Start, end_of, start_of
from query_app.payments.answers import IndexedPayment
from query_app.payments.asked import Amount, Asked, Currency
from query_app.payments.search.query import Facet
from query_app.payments.search.query import Sort as Order
from query_app.payments.search.query import Total as Counted

_CLOCK_SKEW = timedelta(minutes=5)
_FIELDS = sorted(field.alias or name for name, field in IndexedPayment.model_fields.items() if name not in {"deleted"})


def _moment(text: str) -> str:
    """Of a day its last millisecond, so that the day is included whole."""
    if start_of(text) > now() + _CLOCK_SKEW:
        raise ValueError("must not lie in the future")
    end = end_of(text)
    return iso(end - timedelta(milliseconds=1) if DAY.fullmatch(text) else end)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _field(text: str) -> str:
    if text not in _FIELDS:
        raise ValueError(f"no field {text[:50]!r}: choose among {', '.join(_FIELDS)}")
    return text


PaymentId = Annotated[AnyPaymentId, Path(alias="paymentId", description="The payment's id")]
Text = Annotated[
    Asked | None,
    Query(
        description="Words to find in description, payment id and tags, small typos forgiven, and conditions: "
        "see docs/query-language.md",
        examples=["lantern -status:failed amount:10..20 processed>=now-7d"],
    ),
]
Prefix = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_collapsed),
    Query(description="Words of a description, the last of them perhaps only begun", examples=["metal lan"]),
]
Statuses = Annotated[
    list[Status] | None, Query(alias="status", description="Any of these statuses: repeat it, or separate by commas")
]
Currencies = Annotated[
    list[Currency] | None,
    Query(alias="currency", description="Any of these ISO 4217 codes: repeat it, or separate by commas"),
]
MinAmount = Annotated[
    Amount | None,
    Query(alias="minAmount", description="At least this decimal amount, whatever the currency", examples=["10.00"]),
]
MaxAmount = Annotated[
    Amount | None,
    Query(alias="maxAmount", description="At most this decimal amount, whatever the currency", examples=["99.99"]),
]
From = Annotated[
    Start | None,
    Query(alias="from", description="processedAt not before this UTC day or RFC 3339 instant", examples=["2011-01-01"]),
]
To = Annotated[
    End | None,
    Query(
        alias="to",
        description="processedAt before this RFC 3339 instant, or up to the end of this UTC day",
        examples=["2011-01-31"],
    ),
]
AsOf = Annotated[
    Annotated[str, AfterValidator(_moment)] | None,
    Query(
        alias="asOf",
        description="Everything as it was recorded at this RFC 3339 instant, or at the end of this UTC day",
        examples=["2011-01-31"],
    ),
]
Sort = Annotated[Order, Query(description="By how well it matches, by date or by amount; a minus is descending")]
Total = Annotated[Counted, Query(description="Count all matches, or as far as 10,000: totalRelation is then gte")]
Facets = Annotated[
    list[Facet] | None,
    Query(description="Count the matches by these, each as if its own filter were not there"),
]
Highlight = Annotated[bool, Query(description="Tell where q matches: highlights, in HTML, of each payment")]
Fields = Annotated[
    list[Annotated[str, AfterValidator(_field)]] | None,
    Query(description=f"Of each payment only these: {', '.join(_FIELDS)}", examples=["paymentId,amount"]),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Payments a page")]
FewerLimit = Annotated[int, Query(alias="limit", ge=1, le=20, description="At most this many suggestions")]
Cursor = Annotated[
    str | None,
    Query(max_length=2000, description="nextCursor or prevCursor of an answer to the same search"),
]

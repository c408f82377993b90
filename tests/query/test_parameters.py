"""Parameters are read as powertools' own validation would read them; it is slower, and says so in its own words."""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import orjson
import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import StringConstraints

from common.edge.entry import entry
from common.edge.http import answer, resolver
from common.errors import Invalid
from query_app.instants import Start, readable, start_of
from query_app.parameters import Parameters
from query_app.routing import routes
from tests.query.http import LambdaContext, event


class Order(StrEnum):
    UP = "up"
    DOWN = "down"


def asked(  # noqa: PLR0917  # one of each kind
    item: Annotated[str, StringConstraints(max_length=4), Path(alias="itemId")],
    q: Annotated[Annotated[str, StringConstraints(max_length=8)] | None, Query()] = None,
    orders: Annotated[list[Order] | None, Query(alias="order")] = None,
    words: Annotated[list[Annotated[str, StringConstraints(min_length=1)]], Query(alias="word")] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=20)] = 10,
    loud: Annotated[bool, Query()] = False,  # noqa: FBT002
    since: Annotated[Start | None, Query(alias="from")] = None,
    until: Annotated[Annotated[str, readable(start_of)] | None, Query(alias="to")] = None,
    token: Annotated[str | None, Header(alias="Some-Token")] = None,
) -> Response[str]:
    """Tell it back."""
    told = [item, q, orders, words, limit, loud, since, until, token]
    return answer(HTTPStatus.OK, told)


def answering(register: Callable[[Any], Any]) -> Callable[[dict[str, Any]], tuple[int, Any]]:
    router, app = routes(), resolver("test")
    register(router)(asked)
    app.include_router(router)
    handler = entry(app)

    def answered(request: dict[str, Any]) -> tuple[int, Any]:
        told = handler(request, LambdaContext())
        body = orjson.loads(told["body"])
        return told["statusCode"], body.get("errors", body) if isinstance(body, dict) else body

    return answered


described: dict[str, Any] = {"summary": "", "description": "", "tags": [], "operation_id": "ask"}
ours = answering(lambda router: router.question("/items/<itemId>", **described))
powertools = answering(lambda router: router.get("/items/<itemId>"))

names = st.sampled_from(["q", "order", "word", "limit", "loud", "from", "to"])
values = st.one_of(
    st.sampled_from(
        ["", ",", "up", "down,up", "up,", "5", "05", "21", "5.0", "true", "no", "2026-01-31", "2026-02-30"]
    ),
    st.text(max_size=10),
)


@given(
    item=st.sampled_from(["one", "three", "a,b"]),
    sent=st.lists(st.tuples(names, values), max_size=6),
    token=st.one_of(st.none(), st.sampled_from(["", "a", "a,b", "a, b"])),
)
@example(item="one", sent=[("q", "a,b")], token=None)
@example(item="one", sent=[("q", "a"), ("q", "b")], token=None)
@example(item="one", sent=[("limit", "1"), ("limit", "2")], token="a,b")
@example(item="three", sent=[("order", "up,left"), ("limit", "x"), ("from", "today")], token=None)
def test_it_answers_what_powertools_answers(item: str, sent: list[tuple[str, str]], token: str | None) -> None:
    headers = {} if token is None else {"some-token": token}
    request = event(f"/items/{quote(item)}", urlencode(sent), headers)
    assert ours(request) == powertools(request)


def test_a_name_that_is_not_known_is_refused_with_those_that_are() -> None:
    status, errors = ours(event("/items/one", "limits=5&q=a"))
    assert (status, [error["field"] for error in errors]) == (422, ["limits"])
    assert errors[0]["message"] == "unknown: this address takes q, order, word, limit, loud, from, to"


def test_what_is_not_usable_is_said_before_what_is_not_known() -> None:
    _, errors = ours(event("/items/one", "limits=5&limit=0"))
    assert [error["field"] for error in errors] == ["limit"]


def test_who_takes_nothing_says_so() -> None:
    with pytest.raises(Invalid) as refused:
        Parameters(lambda: None).read(APIGatewayProxyEventV2(event("/items", "limit=5")), {})
    assert refused.value.errors[0].message == "unknown: this address takes none"

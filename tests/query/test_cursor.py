"""Cursors lead back to where they were made for, and nobody else can make one."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Malformed, Permanent
from query_app.cursors import LIFE, Cursors, Position
from query_app.payments.filters import Filters
from query_app.payments.search.query import Facet, SearchPayments, Shown, Sort, Total
from tests.query.documents import asking

ORG = "org-456"
KEY = "0123456789abcdef0123456789abcdef"
CURSORS = Cursors(KEY)
QUERY = SearchPayments(asking("heart"))
AT = Position((1.5, 1296475200000, "p-1"))

values = st.tuples(st.floats(0, 1e6, width=32), st.integers(-(2**63), 2**63 - 1), st.text())


def refusal(cursors: Cursors, text: str, query: SearchPayments = QUERY, organization_id: str = ORG) -> str:
    with pytest.raises(Malformed) as refused:
        cursors.open(text).position_in(organization_id, query)
    (error,) = refused.value.errors
    assert error.field == "cursor"
    return error.message


@given(values, st.sampled_from(Sort), st.booleans())
def test_a_cursor_leads_back_to_its_position(at: tuple[Any, ...], sort: Sort, backward: bool) -> None:  # noqa: FBT001
    position, query = Position(at, backward), replace(QUERY, sort=sort)
    assert CURSORS.open(CURSORS.encode(position, ORG, query)).position_in(ORG, query) == position


def test_the_next_page_may_be_longer_and_show_something_else() -> None:
    text = CURSORS.encode(AT, ORG, QUERY)
    shown = Shown(Total.BOUNDED, (Facet.STATUS,), highlight=True, fields=("amount",))
    assert CURSORS.open(text).position_in(ORG, replace(QUERY, limit=200, shown=shown)) == AT


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reading_of_a_cursor(text: str) -> None:
    assert "not one of ours" in refusal(CURSORS, text)


@given(st.data())
def test_a_cursor_with_any_letter_changed_is_refused(data: st.DataObject) -> None:
    text = CURSORS.encode(AT, ORG, QUERY)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda each: each != text[at]))
    assert "not one of ours" in refusal(CURSORS, text[:at] + letter + text[at + 1 :])
    assert "not one of ours" in refusal(CURSORS, text + letter)


def test_a_cursor_signed_with_another_key_is_refused() -> None:
    assert "not one of ours" in refusal(Cursors(KEY[::-1]), CURSORS.encode(AT, ORG, QUERY))


@pytest.mark.parametrize(
    ("organization_id", "query"),
    [
        ("org-789", QUERY),
        (ORG, SearchPayments(asking("hart"))),
        (ORG, replace(QUERY, sort=Sort.PROCESSED)),
        (ORG, replace(QUERY, filters=Filters(statuses=("failed",)))),
    ],
)
def test_a_cursor_of_another_search_or_organization_is_refused(organization_id: str, query: SearchPayments) -> None:
    text = CURSORS.encode(AT, ORG, QUERY)
    assert "another search" in refusal(CURSORS, text, query, organization_id)


def test_a_cursor_is_good_for_an_hour() -> None:
    noon = datetime(2011, 1, 31, 12, tzinfo=UTC)
    text = Cursors(KEY, lambda: noon).encode(AT, ORG, QUERY)
    assert Cursors(KEY, lambda: noon + LIFE - timedelta(seconds=1)).open(text).position == AT
    assert "expired" in refusal(Cursors(KEY, lambda: noon + LIFE), text)


def test_a_cursor_tells_when_the_first_page_was_asked_for() -> None:
    noon = datetime(2011, 1, 31, 12, tzinfo=UTC)
    first = CURSORS.open(CURSORS.encode(AT, ORG, replace(QUERY, asked_at=noon)))
    assert first.asked_at == noon
    following = CURSORS.encode(AT, ORG, replace(QUERY, asked_at=first.asked_at))
    assert CURSORS.open(following).asked_at == noon


def test_when_it_was_asked_makes_no_other_question() -> None:
    asked = replace(QUERY, asked_at=datetime(2011, 1, 31, 12, tzinfo=UTC))
    assert (asked, asked.digest) == (QUERY, QUERY.digest)


def test_a_cursor_does_not_tell_the_key() -> None:
    text = CURSORS.encode(AT, ORG, QUERY)
    assert KEY.encode() not in urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_short_key_is_refused_at_the_start() -> None:
    with pytest.raises(Permanent, match="CURSOR_KEY"):
        Cursors(KEY[1:])

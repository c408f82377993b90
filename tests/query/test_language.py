"""The query language: what a text means, and what is said about one that means nothing."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import NotUnderstood
from query_app.language.printing import printed
from query_app.language.reading import parse
from query_app.language.tree import (
    EVERYTHING,
    NOTHING,
    And,
    Bound,
    In,
    Node,
    Not,
    Or,
    Phrase,
    Range,
    Words,
    conjunction,
    disjunction,
    negation,
    without,
)
from query_app.payments.fields import PAYMENTS
from query_app.payments.search.query import SearchPayments
from tests.query.documents import NOW, asking
from tests.query.texts import random_texts

FAILED = In("status", ("failed",))
LATE = "2011-02-26T12:30:00.000Z"
"""A week before NOW, to the minute."""


def tree(text: str, now: datetime = NOW) -> Node:
    return parse(text, now, PAYMENTS)


def at_least(field: str, value: str) -> Range:
    return Range(field, Bound(value, inclusive=True), None)


def below(field: str, value: str) -> Range:
    return Range(field, None, Bound(value, inclusive=False))


def days(field: str, first: str, after: str) -> Range:
    low, high = Bound(f"{first}T00:00:00.000Z", inclusive=True), Bound(f"{after}T00:00:00.000Z", inclusive=False)
    return Range(field, low, high)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EVERYTHING),
        (" \t\n", EVERYTHING),
        ("lantern", Words("lantern")),
        ("  white   metal\nlantern ", Words("white metal lantern")),
        ("T-LIGHT holder", Words("T-LIGHT holder")),
        ("café 50% off, 5\" plate - it's 10:30 joe@x.fr 🎁", Words("café 50% off, 5\" plate - it's 10:30 joe@x.fr 🎁")),
        ("salt and pepper or not", Words("salt and pepper or not")),
        ("ANDROID NOTE ORDER", Words("ANDROID NOTE ORDER")),
        ('"hanging  heart"', Phrase("hanging heart")),
        ("“hanging heart”", Phrase("hanging heart")),
        (r'"5\" plate \\ a:b"', Phrase(r'5" plate \ a:b')),
        ("status:failed", FAILED),
        ("STATUS = Failed", FAILED),
        ("status:failed,refunded,failed", In("status", ("failed", "refunded"))),
        ("status:failed OR status:refunded", In("status", ("failed", "refunded"))),
        ("status!=failed", Not(FAILED)),
        ("-status:failed", Not(FAILED)),
        ("NOT status:failed", Not(FAILED)),
        ("NOT -status:failed", FAILED),
        ("currency:eur, usd", In("currency", ("EUR", "USD"))),
        ("user:u1", In("user", ("u1",))),
        ('id:"a..b",p-1', In("id", ("a..b", "p-1"))),
        ('tag:"gift"', In("tag", ("gift",))),
        ("metadata.region:fr", In("metadata.region", ("fr",))),
        ("Metadata.at.City:Paris", In("metadata.at.City", ("Paris",))),
        ("description:mug", Words("mug", "description")),
        ('error:"card declined"', Phrase("card declined", "error")),
        ("amount>=100.00", at_least("amount", "100")),
        ("amount:>=100.00", at_least("amount", "100")),
        ("amount > 0.5", Range("amount", Bound("0.5", inclusive=False), None)),
        ("refund<10", below("refund", "10")),
        ("amount:10", In("amount", ("10",))),
        ("amount:10.0,20", In("amount", ("10", "20"))),
        ("amount!=20 amount=10", And((In("amount", ("10",)), Not(In("amount", ("20",)))))),
        ("amount:10..20", Range("amount", Bound("10", inclusive=True), Bound("20", inclusive=True))),
        ("amount:10 .. 20", Range("amount", Bound("10", inclusive=True), Bound("20", inclusive=True))),
        ("amount:10.. mug", And((at_least("amount", "10"), Words("mug")))),
        ("amount:..20", Range("amount", None, Bound("20", inclusive=True))),
        ("amount<20 amount>=10", Range("amount", Bound("10", inclusive=True), Bound("20", inclusive=False))),
        ("processed:2011-01-31", days("processed", "2011-01-31", "2011-02-01")),
        ("processed:2012-02", days("processed", "2012-02-01", "2012-03-01")),
        ("processed:2011", days("processed", "2011-01-01", "2012-01-01")),
        ("processed:2011-01..2011-03", days("processed", "2011-01-01", "2011-04-01")),
        ("processed>2011", at_least("processed", "2012-01-01T00:00:00.000Z")),
        ("processed<2011", below("processed", "2011-01-01T00:00:00.000Z")),
        ("processed<=2011-01-31T13:00:00+01:00", below("processed", "2011-01-31T12:00:01.000Z")),
        ("processed<=2011-01-31T12:00:00.005Z", below("processed", "2011-01-31T12:00:00.006Z")),
        ("updated>=now-7d", at_least("updated", LATE)),
        ("updated>now-1w", at_least("updated", LATE)),
        ("refunded<now-168h", below("refunded", "2011-02-26T12:31:00.000Z")),
        ("requested:..now", below("requested", "2011-03-05T12:31:00.000Z")),
        ("mug status:failed red", And((FAILED, Words("mug red")))),
        ("red AND mug", And((Words("mug"), Words("red")))),
        ("(red) mug", And((Words("mug"), Words("red")))),
        ("red mug OR plate", Or((Words("plate"), Words("red mug")))),
        ("a OR b status:failed AND c", Or((And((FAILED, Words("b"), Words("c"))), Words("a")))),
        ("-(a OR status:failed)", Not(Or((FAILED, Words("a"))))),
        ("-a b", And((Not(Words("a")), Words("b")))),
    ],
)
def test_what_a_text_means(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert tree(printed(expected)) == expected


@pytest.mark.parametrize(
    ("text", "column", "expected", "found"),
    [
        ("status:", 8, 'a value after ":"', "the end of the text"),
        ("status:failled", 8, "one of requested, processing", '"failled": did you mean failed?'),
        ("mug status:lost", 12, "one of requested", '"lost"'),
        ("currency:euro", 10, "an ISO 4217 code such as EUR", '"euro": did you mean EUR?'),
        ("curency:eur", 1, "a field (status, currency,", '"curency": did you mean currency?'),
        ("mug http://x.y", 5, "a field (", '"http": put the text in quotes if ":" is part of it'),
        ("metadata:fr", 1, "a field (", '"metadata": did you mean metadata.KEY?'),
        ("amount>=ten", 9, "an amount such as 100.00", '"ten"'),
        ("amount>=-5", 9, "an amount such as 100.00", '"-5"'),
        ("amount>=1,000", 10, "one value after >=", '",": lists and ranges take a colon'),
        ("amount>=..5", 9, "one value after >=", '".."'),
        ("amount:20..10", 8, "a range from low to high", '"20..10"'),
        ("amount:1..2..3", 12, "a space and the next thing to search for", '".."'),
        ("amount:1,", 10, 'a value after ","', "the end of the text"),
        ("amount:10..(", 12, 'a value after ".."', '"("'),
        ("processed>=yesterday", 12, "a day, month or year such as 2011-01-31", '"yesterday"'),
        ("processed:2011-02-30", 11, "a day, month or year", '"2011-02-30"'),
        ("processed:2011-01-31T12:00:00", 11, "a day, month or year", '"2011-01-31T12:00:00"'),
        ("processed:0999", 11, "a date within the years 1000 to 8999", '"0999"'),
        ("processed:now-7d", 10, "a comparison such as >=", '":": write processed>=now-7d'),
        ("processed>=now-999999w", 12, "a day, month or year", '"now-999999w"'),
        ("processed:2011-03..2011-01", 11, "a range from low to high", '"2011-03..2011-01"'),
        ("status>failed", 7, "a colon", '">": status has no order, write status:failed'),
        ("user:a..b", 5, "no range", '"a..b": to find just that, write user:"a..b"'),
        ("status:(failed)", 8, 'a value after ":"', '"(": write values without brackets'),
        ("status==failed", 8, 'a value after "="', '"="'),
        (f"metadata.note:{'x' * 257}", 15, "at most 256 characters", "257"),
        ('mug "red', 5, "another quote that closes this one", "the end of the text"),
        ("“red", 1, "another quote that closes this one", "the end of the text"),
        ('mug ""', 5, "some text between the quotes", "nothing"),
        ('error:" "', 7, "some text between the quotes", "nothing"),
        ("(a (b c)", 9, "a closing bracket for the one at column 1", "the end of the text"),
        ("5 :)", 3, 'a field before ":"', '":": to search for these characters themselves'),
        ("a)", 2, "an opening bracket before this one", '")"'),
        ("()", 2, 'something to search for (a word, a quoted phrase or field:value) after "("', '")"'),
        ("5 > 3", 3, 'a field before ">"', '">"'),
        ("a AND", 6, 'something to search for (a word, a quoted phrase or field:value) after "AND"', "the end"),
        ("OR a", 1, "something to search for", '"OR": to search for these characters themselves, put them in quotes'),
        ("NOT", 4, 'something to search for (a word, a quoted phrase or field:value) after "NOT"', "the end"),
        ("a \ud83c", 3, "a character", "half of one"),
        ("x" * 1_001, 1_001, "at most 1000 characters", "1001"),
        ("-" * 11 + "a", 11, "brackets and negations at most 10 deep", "one more"),
        ("(" * 500 + "a" + ")" * 499, 1_001, "a closing bracket for the one at column 1", "the end"),
        ("(" * 11 + "a" + ")" * 11, 11, "brackets and negations at most 10 deep", "one more"),
        ("a " * 101, 201, "at most 100 words and values", "one more"),
        (f"id:{','.join('abcdefgh'[:8] for _ in range(101))}", 904, "at most 100 words and values", "one more"),
    ],
)
def test_an_error_says_where_what_was_expected_and_what_was_found(
    text: str, column: int, expected: str, found: str
) -> None:
    with pytest.raises(NotUnderstood) as refused:
        tree(text)
    (error,) = refused.value.errors
    assert error.field == "q"
    assert error.message.startswith(f"column {column}: expected {expected}"), error.message
    assert f", found {found}" in error.message
    assert refused.value.extensions == {"column": column}


WORDS = st.text(string.ascii_letters + "-'%é🎁", min_size=1, max_size=8).filter(
    lambda text: text not in ("AND", "OR", "NOT") and not text.startswith("-")
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
AMOUNTS = st.decimals(0, 10**12, places=2).map(lambda amount: f"{amount.normalize():f}")


def _in(field: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Node]:
    return st.sets(values, min_size=1, max_size=3).map(lambda chosen: In(field, tuple(sorted(chosen))))


def _range(field: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Node]:
    bounds = st.builds(Bound, values, inclusive=st.booleans())
    return st.one_of(
        st.builds(Range, st.just(field), bounds, st.none()), st.builds(Range, st.just(field), st.none(), bounds)
    )


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.lists(WORDS, min_size=1, max_size=3).map(lambda words: Words(" ".join(words))),
    TEXTS.map(lambda text: " ".join(text.split())).filter(bool).map(Phrase),
    st.builds(Words, WORDS, st.sampled_from(["description", "error"])),
    _in("status", st.sampled_from(["failed", "completed", "refunded"])),
    _in("currency", st.sampled_from(["EUR", "JPY", "KWD"])),
    _in("tag", TEXTS),
    _in("metadata.region", TEXTS),
    _range("amount", AMOUNTS),
    st.builds(lambda at: at_least("processed", at.strftime("%Y-%m-%dT%H:%M:%S.000Z")), INSTANTS),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(conjunction),
        st.lists(inner, min_size=1, max_size=3).map(disjunction),
        inner.map(negation),
    ),
    max_leaves=6,
)


@given(TREES)
def test_a_tree_is_what_is_read_where_it_is_written(given_tree: Node) -> None:
    assert tree(printed(given_tree)) == given_tree


def read_and_written(text: str) -> None:
    """Either it is read, and can be written and read again, or the error names a column of it."""
    try:
        read = tree(text)
    except NotUnderstood as error:
        column = error.column
        assert 1 <= column <= len(text) + 1  # both ends are good ones
        return
    try:
        again = tree(printed(read))
    except NotUnderstood as error:
        assert "at most" in error.errors[0].message  # noqa: PT017  # written with more brackets than it was typed with
    else:
        assert again == read


def test_no_text_whatever_breaks_the_reading() -> None:
    for text in random_texts(20_000):
        read_and_written(text)


@given(st.text(max_size=60))
def test_no_text_of_any_language_breaks_the_reading(text: str) -> None:
    read_and_written(text)


@given(st.lists(TREES, max_size=4))
def test_the_order_and_the_grouping_of_parts_make_no_difference(parts: list[Node]) -> None:
    for combine in (conjunction, disjunction):
        assert combine(parts) == combine(parts[::-1]) == combine([*parts, *parts])
    assert disjunction([disjunction(parts[:2]), *parts[2:]]) == disjunction(parts)


@given(TREES)
def test_twice_not_is_nothing_done(part: Node) -> None:
    assert negation(negation(part)) == part


def test_everything_and_nothing() -> None:
    assert negation(EVERYTHING) == NOTHING == conjunction([NOTHING, FAILED])
    assert negation(NOTHING) == EVERYTHING == disjunction([EVERYTHING, FAILED])


@pytest.mark.parametrize(
    ("text", "field", "left"),
    [
        ("status:failed", "status", ""),
        ("mug status:failed amount>5", "status", "mug amount>5"),
        ("mug -status:failed", "status", "mug"),
        ("amount:5,10 mug", "amount", "mug"),
        ("(status:failed OR amount>5) mug", "status", "(status:failed OR amount>5) mug"),
        ("status:failed OR mug", "status", "status:failed OR mug"),
        ("mug", "status", "mug"),
    ],
)
def test_what_must_be_so_of_one_field_can_be_left_out(text: str, field: str, left: str) -> None:
    assert without(tree(text), field) == tree(left)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mug status:failed", "status:FAILED   mug"),
        ("a OR b", "b OR a"),
        ("amount:10..20", "amount<=20.00 amount>=10"),
        ("status:failed,refunded", "status:refunded OR status:failed"),
        ("processed:2011-01", "processed>=2011-01-01 processed<2011-02"),
        ("NOT a", "-(-(-a))"),
    ],
)
def test_equal_questions_have_equal_digests(one: str, other: str) -> None:
    assert SearchPayments(asking(one)).digest == SearchPayments(asking(other)).digest


@pytest.mark.parametrize("other", ["a OR b", "a b", "a", '"a b"', "-a b", "description:a b"])
def test_different_questions_have_different_digests(other: str) -> None:
    assert SearchPayments(asking("a AND b")).digest != SearchPayments(asking(other)).digest


def test_a_question_about_now_is_the_same_question_all_through_a_minute() -> None:
    asked = tree("processed>=now-7d")
    assert tree("processed>=now-7d", NOW.replace(second=0)) == asked
    assert tree("processed>=now-7d", NOW + timedelta(minutes=1)) != asked

"""Packs of entries: however they are decoded, they tell the same, and one bad entry is no other's fault."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.domain.instants import iso
from common.domain.packs import Pack, encoded, packed
from common.errors import Unreadable
from common.logs.documents import documents_of, pack_of_entries
from projector_app.packs import reading
from projector_app.ports import Told
from tests.builders import NOON

AT = iso(NOON)

ENTRY = {
    "id": "1",
    "timestamp": "2011-01-31T12:00:00.000Z",
    "number": 9,
    "level": "info",
    "service": "api",
    "message": "paid",
    "retentionDays": 30,
}
read = reading(documents_of, pack_of_entries)
read_one_by_one = reading(documents_of)


def pack_of(texts: Sequence[str]) -> str:
    [(body, _)] = packed(Pack(organization_id="org-456", correlation_id="c-1", received_at=NOON), texts)
    return body


def told(each: Told) -> Any:
    return each.organization_id, each.occurred_at, each.documents, each.unreadable


def reasons(body: str) -> Sequence[str]:
    """Why the pack, or some of its entries, are put aside."""
    try:
        return [part.reason for part in read(body, AT).unreadable]
    except Unreadable as refused:
        return [refused.detail]


odd = st.sampled_from(
    [
        {"level": "loud"},
        {"timestamp": "2011-01-31 13:00:00+01:00"},
        {"colour": "of a newer writer"},
        {"number": 2**63},
        {"attributes": {"deep": [{"ratio": 0.5}], "none": None}},
        {"attributes": 7},
        {"message": "\uffff"},
        {"entryId": "another", "organizationId": "org-9", "indexedAt": "never"},
    ]
)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.just({}) | odd), min_size=1, max_size=6))
def test_a_pack_tells_the_same_whether_its_entries_are_decoded_with_it_or_not(
    entries: list[tuple[str, dict[str, Any]]],
) -> None:
    body = pack_of([encoded({**ENTRY, "id": name, **change}) for name, change in entries])
    assert told(read(body, AT)) == told(read_one_by_one(body, AT))


def test_one_entry_that_is_none_is_put_aside_as_it_came_and_alone() -> None:
    bad = '{"id":"2", "level":"loud"}'
    whole = read(pack_of([encoded(ENTRY), bad, encoded({**ENTRY, "id": "3"})]), AT)
    assert [each.document_id for each in whole.documents] == ["org-456:1", "org-456:3"]
    assert [each.body for each in whole.unreadable] == [pack_of([bad])]
    assert whole.unreadable[0].reason.startswith("no entry: ")


def test_what_is_cut_from_a_pack_can_be_sent_and_tells_the_same_again() -> None:
    # Given a pack whose entries have what SQS refuses, escaped
    entries = [{**ENTRY, "id": name, "attributes": {"odd": "\ufffe\uffff"}} for name in "abc"]
    whole = read(pack_of([encoded(each) for each in entries]), AT)

    # When two of its documents are never taken
    assert whole.cut is not None
    body = whole.cut(whole.documents[1:])

    # Then a pack with these alone is put aside, and can be
    assert not {"\ufffe", "\uffff"} & set(body)
    assert read(body, AT).documents == whole.documents[1:]


@pytest.mark.parametrize("levels", [*range(244, 254)])
def test_how_deep_an_entry_may_be_is_the_same_however_it_is_decoded(levels: int) -> None:
    deep = encoded({**ENTRY, "attributes": {"a": "DEEP"}}).replace('"DEEP"', "[" * levels + "]" * levels)
    body = pack_of([encoded({**ENTRY, "id": "2"}), deep])
    assert told(read(body, AT)) == told(read_one_by_one(body, AT))


@pytest.mark.parametrize("levels", [253, 300, 600, 800])
def test_an_entry_nested_without_end_harms_no_neighbour(levels: int) -> None:
    deep = encoded({**ENTRY, "id": "deep", "attributes": {"a": "DEEP"}})
    deep = deep.replace('"DEEP"', '{"a":' * levels + "1" + "}" * levels)
    whole = read(pack_of([encoded(ENTRY), deep]), AT)
    assert [each.document_id for each in whole.documents] == ["org-456:1"]
    assert [each.body for each in whole.unreadable] == [pack_of([deep])]


@pytest.mark.parametrize("levels", [*range(880, 1_010)])
def test_at_some_depth_the_entry_is_put_aside_or_its_pack_and_neither_raises(levels: int) -> None:
    deep = encoded({**ENTRY, "attributes": {"a": "DEEP"}}).replace('"DEEP"', "[" * levels + "]" * levels)
    assert len(reasons(pack_of([deep]))) == 1


@pytest.mark.parametrize("opened", ["", "[", '{"b":'])
def test_a_number_that_no_answer_can_hold_harms_no_neighbour(opened: str) -> None:
    closed = opened[:1].replace("[", "]").replace("{", "}")
    largest, beyond = (
        encoded({**ENTRY, "id": str(digits), "attributes": {"a": "HUGE"}}).replace(
            '"HUGE"', opened + "9" * digits + closed
        )
        for digits in (308, 309)
    )
    whole = read(pack_of([largest, beyond]), AT)
    assert [each.document_id for each in whole.documents] == ["org-456:308"]
    assert whole.documents[0].source["attributes"]
    assert [each.body for each in whole.unreadable] == [pack_of([beyond])]


def test_what_an_answer_can_hold_is_shown() -> None:
    deep = encoded({**ENTRY, "attributes": {"a": "DEEP"}}).replace('"DEEP"', '{"a":' * 240 + "1" + "}" * 240)
    [document] = read(pack_of([deep]), AT).documents
    assert orjson.loads(orjson.dumps({"items": [document.source]}))["items"] == [document.source]

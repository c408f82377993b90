"""From a log entry to its document: all that the entry says, and where it belongs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from common.domain.packs import Pack, encoded
from common.domain.raw_packs import written_pack
from common.errors import Unreadable
from common.logs.documents import documents_of
from common.logs.levels import LEVELS
from common.logs.records import LogRecord
from tests.builders import NOON

PACK = written_pack(Pack(organization_id="org-456", correlation_id="c-1", received_at=NOON).to_json())
AT = "2011-01-31T12:00:07.000Z"
DOCUMENT_OF = documents_of(PACK, AT)
RECORD = LogRecord(
    id="1", timestamp=NOON, number=1, level="info", service="api", message="paid", retention_days=30
).model_dump(mode="json", by_alias=True, exclude_none=True)

values: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.lists(st.text(), max_size=2)
)


@given(
    st.fixed_dictionaries(
        {"id": st.text(), "number": st.integers(-(2**63), 2**63 - 1), "level": st.sampled_from(LEVELS)},
        optional={
            "message": st.text(),
            "traceId": st.text(),
            "stackTrace": st.text(),
            "attributes": st.dictionaries(st.text(), values, max_size=3),
            "retentionDays": st.sampled_from([7, 30, 90, 365]),
        },
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_an_entry_says_its_document_says_the_same(told: dict[str, Any], shuffler: Any) -> None:
    # Given an entry, its fields in any order
    items = list({**RECORD, **told}.items())
    shuffler.shuffle(items)
    entry = dict(items)

    document = DOCUMENT_OF(Raw(encoded(entry).encode()))

    rest = {name: value for name, value in entry.items() if name not in ("id", "retentionDays")}
    assert document.source == {
        **rest,
        "entryId": entry["id"],
        "organizationId": "org-456",
        "receivedAt": "2011-01-31T12:00:00.000Z",
        "indexedAt": AT,
    }
    assert document.document_id == f"org-456:{entry['id']}"
    assert document.in_index == f"logs-{entry['retentionDays']}d-2011.01.31"


@pytest.mark.parametrize(
    "told",
    [
        {"timestamp": "2011-01-31 13:00:00+01:00"},
        {"colour": "of a newer writer"},
        {"number": 1.0},
        {"host": None, "attributes": None},
        {"entryId": "another", "organizationId": "org-9", "receivedAt": "2012", "indexedAt": "never"},
    ],
)
def test_however_an_entry_is_told_the_document_is_the_same(told: dict[str, Any]) -> None:
    assert DOCUMENT_OF(Raw(encoded({**RECORD, **told}).encode())) == DOCUMENT_OF(Raw(encoded(RECORD).encode()))


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ('"level":"loud"', "no entry: level"),
        ('"attributes":7', "no entry: attributes"),
        ('"attributes":{"huge":1E400}', "not JSON"),
        ('"message":"\\ud800"', "not JSON"),
    ],
)
def test_an_entry_that_is_none_is_refused_with_its_reason(told: str, reason: str) -> None:
    text = encoded({name: value for name, value in RECORD.items() if f'"{name}"' not in told})
    with pytest.raises(Unreadable, match=reason):
        DOCUMENT_OF(Raw(f"{text[:-1]},{told}}}".encode()))


def test_a_name_that_is_told_twice_is_in_the_document_once() -> None:
    text = encoded({**RECORD, "attributes": {"a": 1}}).replace('"a":1', '"a":0,"a":1')
    document = DOCUMENT_OF(Raw(text.encode()))
    assert document.json.count(b'"a"') == 1
    assert document.source["attributes"] == {"a": 1}

"""What reads foreign bytes either reads them or refuses them in its own words, at once, and never with another error.

Half of what is tried is nonsense; the other half was good once, and had bytes changed, cut out, doubled or moved.
"""

import gzip
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_app.ingestion.ports import Reading
from command_app.logs.entry import accepting as accepting_logs
from command_app.logs.otlp import OTLP as OTLP_LOGS
from command_app.metrics.entry import accepting as accepting_metrics
from command_app.metrics.otlp import OTLP as OTLP_METRICS
from common.domain.consistency import ConsistencyToken
from common.domain.instants import iso, now
from common.domain.model import JsonObject
from common.domain.packs import Pack
from common.errors import Rejected, Unreadable
from common.logs.documents import documents_of
from common.logs.retention import Retention
from projector_app.metrics.reading import read as read_points
from projector_app.packs import reading
from projector_app.payments.reading import read as read_event
from query_app.cursors import Cursors, Position
from query_app.language.reading import parse
from query_app.logs.fields import LOGS
from query_app.metrics.fields import METRICS
from query_app.payments.fields import PAYMENTS
from query_app.payments.search.query import SearchPayments
from tests.builders import event_of, payment_state
from tests.command.test_ingestion import otlp as otlp_logs
from tests.command.test_metrics_ingestion import data_point
from tests.command.test_metrics_ingestion import otlp as otlp_metrics
from tests.fakes.pack_queue import Ingestion
from tests.fuzz.cases import CASES, examples
from tests.fuzz.test_odd_bytes import ODD_JSON, ODD_TEXT
from tests.query.documents import asking
from tests.query.texts import random_texts

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
EACH_WITHIN = timedelta(seconds=2)
CURSORS = Cursors("0123456789abcdef0123456789abcdef")
QUERY = SearchPayments(asking("heart"))
ENTRY: JsonObject = {"id": "1", "timestamp": iso(now()), "level": "error", "service": "api", "message": "refused"}
POINT: JsonObject = {"id": "1", "name": "orders", "type": "counter", "timestamp": iso(now()), "value": 3}
read_entries = reading(documents_of)


class Parser(NamedTuple):
    """What reads, some of what it takes, and how it refuses the rest."""

    read: Callable[[bytes], object]
    good: list[bytes]
    refuses: type[Exception]


def text(raw: bytes) -> str:
    """As much of it as comes through HTTP or SQS: lone surrogates for what is no UTF-8."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "surrogateescape")


def pack(entry: JsonObject) -> bytes:
    one = Pack(organization_id="org-456", correlation_id="c-1", received_at=AT, entries=(entry,))
    return one.model_dump_json(by_alias=True).encode()


def ingests(reads: Reading, content_type: str) -> Callable[[bytes], object]:
    return lambda raw: Ingestion(reads).send(raw, content_type)


LOGS_IN = Reading(OTLP_LOGS, lambda _: accepting_logs(Retention()))
METRICS_IN = Reading(OTLP_METRICS, lambda _: accepting_metrics())
SENT_LOGS = [orjson.dumps([ENTRY]), orjson.dumps(otlp_logs({"timeUnixNano": "1", "body": {"stringValue": "x"}}))]
SENT_METRICS = [
    orjson.dumps([POINT]),
    orjson.dumps(otlp_metrics("sum", data_point(asInt="3"), aggregationTemporality=1)),
]
EVENT = event_of(payment_state()).to_json().encode()
OLD_EVENT = orjson.dumps({**orjson.loads(EVENT), "schemaVersion": 1})
TYPED = [each.encode("utf-8", "surrogatepass") for each in random_texts(50)]
PARSERS = {
    "the envelope": Parser(lambda raw: read_event(text(raw), iso(AT)), [EVENT, OLD_EVENT], Unreadable),
    "a pack of entries": Parser(lambda raw: read_entries(text(raw), iso(AT)), [pack(ENTRY)], Unreadable),
    "a pack of points": Parser(lambda raw: read_points(text(raw), iso(AT)), [pack(POINT)], Unreadable),
    "a payments' query": Parser(lambda raw: parse(text(raw), AT, PAYMENTS), TYPED, Rejected),
    "a logs' query": Parser(lambda raw: parse(text(raw), AT, LOGS), [b'level:error (service:a OR "x y")'], Rejected),
    "a metrics' query": Parser(lambda raw: parse(text(raw), AT, METRICS), [b"orders -failed"], Rejected),
    "a cursor": Parser(
        lambda raw: CURSORS.open(text(raw)).position_in("org-456", QUERY),
        [CURSORS.encode(Position((1.5, 2, "p")), "org-456", QUERY).encode()],
        Rejected,
    ),
    "a consistency token": Parser(
        lambda raw: ConsistencyToken.parse(text(raw)), [ConsistencyToken("p-1", 3).encode().encode()], Rejected
    ),
    "a body of logs": Parser(ingests(LOGS_IN, "application/json"), SENT_LOGS, Rejected),
    "a body of metrics": Parser(ingests(METRICS_IN, "application/json"), SENT_METRICS, Rejected),
    "compressed logs": Parser(ingests(LOGS_IN, "application/gzip"), [gzip.compress(SENT_LOGS[0], mtime=0)], Rejected),
}

nonsense = st.binary(max_size=200) | st.text(max_size=80).map(lambda each: each.encode("utf-8", "surrogatepass"))
odd = st.sampled_from([each[:2_000].encode() for each in (*ODD_JSON, *ODD_TEXT)])


@st.composite
def spoilt(draw: st.DrawFn, good: list[bytes]) -> bytes:
    """Good bytes, with one to five parts of them changed."""
    raw = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 40)))
        part = draw(st.just(b"") | st.just(raw[start:end] * 3) | st.binary(max_size=8) | odd)
        raw = raw[:start] + part + raw[end:]
    return raw


@pytest.mark.parametrize("name", PARSERS)
def test_bytes_are_read_or_refused(name: str) -> None:
    parser = PARSERS[name]
    for each in parser.good:
        # What is called good is read, but for texts that a monkey typed.
        with suppress(*[parser.refuses] * (parser.good is TYPED)):
            parser.read(each)

    @settings(examples(share=10), deadline=EACH_WITHIN)
    @given(raw=nonsense | odd | spoilt(parser.good))
    def tried(raw: bytes) -> None:
        CASES[name] += 1
        with suppress(parser.refuses):
            parser.read(raw)

    tried()

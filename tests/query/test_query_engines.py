"""The query side's composition root and its DynamoDB adapter, on the engines of this run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch as Administrator

from common.domain.events import Event
from common.domain.instants import now
from common.engines.index_admin import ensure_index
from common.engines.search import connect
from common.engines.table import event_sk, payment_pk
from common.errors import EngineUnavailable, Permanent
from common.payments.index import FIRST_INDEX
from common.settings import Settings
from local.engines import Engines
from query_app import wiring
from query_app.payments import wiring as payments
from query_app.payments.lookup.history import DynamoDbHistory
from query_app.service import wiring as service

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Iterator[str]:
    name = f"query-{uuid4().hex}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    yield name
    dynamodb.delete_table(TableName=name)


def put(dynamodb: "DynamoDBClient", table: str, version: int, organization_id: str = "org-456", note: str = "") -> None:
    event = Event(
        event_id=f"e-{version}",
        type="PaymentRequested",
        aggregate_id="p-1",
        aggregate_version=version,
        organization_id=organization_id,
        occurred_at=now(),
        correlation_id="c-1",
        causation_id="c-1",
        state={"status": "requested"},
        data={"note": note},
    )
    key = {"pk": {"S": payment_pk(organization_id, "p-1")}, "sk": {"S": event_sk(version)}}
    dynamodb.put_item(TableName=table, Item={**key, "event": {"S": event.to_json()}})


def test_history_is_every_event_oldest_first_over_all_pages(dynamodb: "DynamoDBClient", table: str) -> None:
    # Given more than one page of DynamoDB, which is 1 MB, and the state and another organization's events beside it
    for version in (11, 2, 1):
        put(dynamodb, table, version, note="x" * 390_000)
    put(dynamodb, table, 1, organization_id="org-789")
    state = {"pk": {"S": payment_pk("org-456", "p-1")}, "sk": {"S": "STATE"}, "state": {"S": "{}"}}
    dynamodb.put_item(TableName=table, Item=state)
    events = DynamoDbHistory(dynamodb, table).events("org-456", "p-1")
    assert [event.aggregate_version for event in events] == [1, 2, 11]
    assert {event.organization_id for event in events} == {"org-456"}


def test_an_unknown_payment_has_no_history(dynamodb: "DynamoDBClient", table: str) -> None:
    assert DynamoDbHistory(dynamodb, table).events("org-456", "p-1") == []


def test_a_table_that_does_not_answer_is_unavailable(dynamodb: "DynamoDBClient") -> None:
    with pytest.raises(EngineUnavailable):
        DynamoDbHistory(dynamodb, "nobody-made-this").ping()


def test_without_a_key_for_cursors_the_function_says_which_setting_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURSOR_KEY", raising=False)
    wiring.settings.cache_clear()
    wiring.cursors.cache_clear()
    with pytest.raises(Permanent, match="CURSOR_KEY"):
        wiring.cursors()
    wiring.settings.cache_clear()


def test_the_function_is_wired_from_its_environment(
    engines: Engines, table: str, monkeypatch: pytest.MonkeyPatch, admin: Administrator
) -> None:
    for name, value in {**engines.environment(), "TABLE_NAME": table, "CURSOR_KEY": "0" * 64}.items():
        monkeypatch.setenv(name, value)
    pieces = (
        wiring.settings,
        payments.search_index,
        payments.history,
        wiring.shared_cache,
        wiring.cursors,
        payments.bus,
        service.health,
    )
    for piece in pieces:
        piece.cache_clear()
    client = connect(Settings(opensearch_url=engines.opensearch_url), timeout_seconds=10)
    created = ensure_index(admin, refresh_interval_ms=100, replicas=0)
    status, report = service.health().report()
    if created:
        client.request("DELETE", FIRST_INDEX)
    client.close()
    assert (status, report["status"]) == (200, "ok")
    assert report["parts"] == {"opensearch": "ok", "dynamodb": "ok", "cache": "ok"}
    assert payments.bus() is payments.bus()
    for piece in pieces:
        piece.cache_clear()

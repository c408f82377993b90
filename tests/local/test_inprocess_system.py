"""The whole system in one process: made from template.yaml, empty at the start, and gone at the end."""

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from common.cache.connection import CacheError
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.runtime import FunctionError, LambdaFunction
from local.inprocess.schedule import Clock
from local.inprocess.system import System
from local.processes import LocalError
from local.template import Function, Schedule, Template, load

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAYMENT = {"paymentId": "payment-123", "amount": "100.00", "currency": "EUR", "description": "Two lanterns"}


def test_a_payment_goes_in_by_http_and_comes_out_of_the_search(system: System) -> None:
    # Given a payment that was requested and projected
    token = system.token("org-456")
    assert system.request("POST", "/v1/payments", body=PAYMENT, token=token).status == 201
    assert system.project() == 1
    # Then the search finds it, and another organization's does not
    found = system.request("GET", "/v1/payments", query={"status": ["requested", "failed"]}, token=token)
    others = system.request("GET", "/v1/payments", token=system.token("org-789"))
    assert [each["paymentId"] for each in found.json["payments"]] == ["payment-123"]
    assert others.json["total"] == 0


def test_a_second_system_knows_nothing_of_the_first(engines: Engines, identity: Identity) -> None:
    with System(engines, identity) as first:
        token = first.token("org-456")
        first.request("POST", "/v1/payments", body=PAYMENT, token=token)
        first.project()
        assert first.request("GET", "/v1/payments", token=token).json["total"] == 1
    with System(engines, identity) as second:
        assert second.request("GET", "/v1/payments", token=token).json["total"] == 0
        assert second.request("POST", "/v1/payments", body=PAYMENT, token=token).status == 201


def test_the_environment_and_the_table_are_as_before_afterwards(
    engines: Engines, identity: Identity, dynamodb: "DynamoDBClient"
) -> None:
    environment = dict(os.environ)
    with System(engines, identity, environment={"CACHE_TTL_SECONDS": "7"}) as system:
        assert os.environ["TABLE_NAME"] == system.table_name
        assert os.environ["QUEUE_URL"] == system.queue_url
        assert os.environ["DLQ_URL"] == system.dead_letter_url
        assert os.environ["OPENSEARCH_URL"] == engines.opensearch_url
        assert os.environ["CACHE_TTL_SECONDS"] == "7"
        assert system.table_name in dynamodb.list_tables()["TableNames"]
    assert dict(os.environ) == environment
    assert system.table_name not in dynamodb.list_tables()["TableNames"]


def test_a_system_that_cannot_be_made_leaves_nothing_behind(
    engines: Engines, identity: Identity, dynamodb: "DynamoDBClient"
) -> None:
    environment, tables = dict(os.environ), dynamodb.list_tables()["TableNames"]
    broken = Engines(engines.dynamodb_url, engines.sqs_url, engines.opensearch_url, "redis://127.0.0.1:1/0")
    with pytest.raises(CacheError):
        System(broken, identity)
    assert dict(os.environ) == environment
    assert dynamodb.list_tables()["TableNames"] == tables


def test_the_table_has_what_the_template_says(system: System, dynamodb: "DynamoDBClient") -> None:
    table = dynamodb.describe_table(TableName=system.table_name)["Table"]
    keys = {key["AttributeName"]: key["KeyType"] for key in table["KeySchema"]}
    assert keys == {"pk": "HASH", "sk": "RANGE"}
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"outbox", "payer", "trail"}
    described = dynamodb.describe_time_to_live(TableName=system.table_name)["TimeToLiveDescription"]
    assert (described["TimeToLiveStatus"], described["AttributeName"]) == ("ENABLED", "expiresAt")


def test_the_queue_gives_a_message_as_often_and_as_late_as_the_template_says(system: System) -> None:
    attributes = system.sqs.get_queue_attributes(QueueUrl=system.queue_url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "180"
    assert '"maxReceiveCount":20' in attributes["RedrivePolicy"].replace(" ", "")


def test_what_runs_in_the_background_projects_by_itself(system: System) -> None:
    # Given the queue being read in the background
    token = system.token("org-456")
    with system.running():
        # When a payment is requested
        system.request("POST", "/v1/payments", body=PAYMENT, token=token)
        # Then it can be read soon
        deadline = time.monotonic() + 15
        while system.request("GET", "/v1/payments/payment-123", token=token).status != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_the_sweep_runs_when_asked(system: System) -> None:
    assert system.sweep() == {"sent": 0, "finished": True}


def test_the_clock_goes_on_after_a_failure() -> None:
    # Given a function that fails the first time
    events: list[dict[str, object]] = []
    stop = threading.Event()

    def fails_once(event: dict[str, object], _: object) -> None:
        events.append(event)
        if len(events) == 1:
            raise RuntimeError("a defect")
        stop.set()

    function = LambdaFunction(Function("Sweep", "no.handler", timeout=3, memory=128), fails_once)
    # When the clock runs
    Clock(Schedule("Sweep", every=0), function).run(stop)
    # Then the function got the scheduler's event a second time
    assert [event["source"] for event in events] == ["aws.scheduler", "aws.scheduler"]
    events.clear()
    with pytest.raises(FunctionError, match="Sweep raised"):
        Clock(Schedule("Sweep", every=0), function).tick()


def test_the_template_is_resolved_with_the_values_given() -> None:
    # Given engines outside of the stack
    values = {
        "OpenSearchUrl": "http://search",
        "CacheUrl": "redis://cache",
        "DeadLetterQueue": "http://dlq",
        "Table": "t",
    }
    template = Template(load(), values)
    # Then the functions are pointed at them, unsigned
    environment = template.environment("ProjectorFunction")
    assert environment["OPENSEARCH_URL"] == "http://search"
    assert environment["OPENSEARCH_SERVICE"] == ""
    assert environment["DLQ_URL"] == "http://dlq"
    assert environment["POWERTOOLS_SERVICE_NAME"] == "projector"
    every_minute = [Schedule("OutboxSweepFunction", 60), Schedule("AlertsFunction", 60)]
    assert template.schedules() == [*every_minute, Schedule("ReconcileFunction", 3600)]
    mapping = template.queue_mapping("ProjectorFunction")
    assert (mapping.function, mapping.batch_size, mapping.partial_failures) == ("ProjectorFunction", 1000, True)


def test_a_value_that_is_missing_is_named() -> None:
    with pytest.raises(LocalError, match=r"template\.yaml needs a value for Table"):
        Template(load(), {}).environment("CommandFunction")

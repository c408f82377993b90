"""The service's own health: what its functions count of themselves becomes metrics of one organization."""

import base64
import gzip
import uuid
from typing import Any

import orjson
import pytest
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from command_app.metrics.emf import points_of
from common.domain.instants import iso, now
from local.inprocess.system import System


def subscription(*lines: str) -> dict[str, Any]:
    """What CloudWatch Logs sends to a subscriber."""
    at = int(now().timestamp() * 1000)
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "payments-ProjectorLog",
        "logStream": "2026/11/25/[$LATEST]0123456789abcdef0123456789abcdef",
        "subscriptionFilters": ["payments-HealthFunctionProjectorLog"],
        "logEvents": [{"id": uuid.uuid4().hex, "timestamp": at, "message": line} for line in lines],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(orjson.dumps(data))).decode()}}


def test_what_functions_count_becomes_metrics_of_the_operators(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given what the functions logged while they took in payments
    for number in range(3):
        body = {"paymentId": f"p{number}", "amount": "1.00", "currency": "EUR", "description": "Tea"}
        assert system.request("POST", "/v1/payments", body=body, token=system.token("org-456")).status == 201
    system.project()
    lines = [line for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line]

    # When CloudWatch Logs delivers that, twice, among other lines
    event = subscription("START RequestId: 1", *lines, "{}", "[1]")
    told = system.functions["HealthFunction"].invoke(event)
    assert system.functions["HealthFunction"].invoke(event) == told
    system.roll_up()

    # Then each count is there once, in the organization of the operators alone
    def series(organization: str, name: str) -> Any:
        query = {"name": name, "function": "sum", "interval": "1d"}
        token = system.token(organization)
        return system.request("GET", "/v1/metrics/series", query=query, token=token).json

    assert sum(filter(None, series("operations", "RequestPaymentHandled")["series"][0]["values"])) == 3
    assert sum(filter(None, series("operations", "DocumentsApplied")["series"][0]["values"])) == 3
    assert series("operations", "RequestPaymentDuration")["unit"] == "ms"
    assert series("org-456", "RequestPaymentHandled")["series"] == []


def test_a_delivery_of_many_values_is_taken_as_a_whole(system: System) -> None:
    # Given lines of as many values as the format allows, together more than an ingestion takes at once
    at = int(now().timestamp() * 1000)
    directive = {"Namespace": "PaymentsCqrs", "Dimensions": [[]], "Metrics": [{"Name": "Lag", "Unit": "Milliseconds"}]}
    aws = {"Timestamp": at, "CloudWatchMetrics": [directive]}
    line = orjson.dumps({"_aws": aws, "Lag": [number + 1 / 3 for number in range(100)]}).decode()

    # When they are delivered, then every point is taken
    assert system.functions["HealthFunction"].invoke(subscription(*[line] * 700)) == {"points": 700}
    system.roll_up()
    query = {"name": "Lag", "function": "count", "interval": "1d"}
    told = system.request("GET", "/v1/metrics/series", query=query, token=system.token("operations")).json
    assert sum(filter(None, told["series"][0]["values"])) == 70_000


def test_a_line_of_powertools_is_read_as_it_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics(namespace="PaymentsCqrs", service="projector")
    metrics.add_metric("Applied", MetricUnit.Count, 3)
    metrics.add_metric("Applied", MetricUnit.Count, 4)
    metrics.add_metric("Lag", MetricUnit.Milliseconds, 12.5)
    metrics.add_metric("Lag", MetricUnit.Milliseconds, 7)
    metrics.flush_metrics()
    line = capsys.readouterr().out

    shared = {
        "id": "event-1.0.0",
        "timestamp": iso_of(line),
        "dimensions": {"service": "projector"},
    }
    assert list(points_of("event-1", line)) == [
        {**shared, "name": "Applied", "unit": "", "type": "counter", "value": 7},
        {**shared, "name": "Lag", "unit": "ms", "type": "histogram", "values": [12.5, 7]},
    ]


def iso_of(line: str) -> str:
    milliseconds = orjson.loads(line)["_aws"]["Timestamp"]
    return iso(now().fromtimestamp(milliseconds / 1000, now().tzinfo))


@pytest.mark.parametrize("line", ["", "plain", "[]", "{}", '{"_aws": 5}', '{"_aws": {"Timestamp": 1}}'])
def test_other_lines_are_no_metrics(line: str) -> None:
    assert list(points_of("event-1", line)) == []

"""A request, the message that it left, and the bulk that came of it are one story in X-Ray.

API Gateway's HTTP APIs send no segments: a trace begins with Lambda's own of the command. The projector works off a
batch of many traces; Lambda links its own to each of them by the header that a message has.
"""

import pytest

from local.inprocess.system import System
from tests.common.test_tracing import Daemon, daemon

__all__ = ["daemon"]
COMMAND = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
PROJECTOR = "Root=1-6759e988-bd862e3fe1be46a994272793;Parent=63995c3f42cd8ad8;Sampled=1"


def test_a_payment_s_trace_goes_on_from_http_over_the_queue_to_opensearch(
    system: System, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a command that Lambda traces
    monkeypatch.setenv("_X_AMZN_TRACE_ID", COMMAND)
    body = {"paymentId": "p-1", "amount": "10.00", "currency": "EUR", "description": "Blue mug"}
    headers = {"x-correlation-id": "trail-1"}
    token = system.token("org-456")
    assert system.request("POST", "/v1/payments", body=body, token=token, headers=headers).status == 201
    command = {each["name"]: each for each in daemon.received()}
    assert command["## RequestPayment"]["annotations"]["correlationId"] == "trail-1"
    assert command["## RequestPayment"]["parent_id"] == command["## lambda_handler"]["id"]
    assert command["## lambda_handler"]["parent_id"] == "53995c3f42cd8ad8"

    # When its message is looked at
    queue = {"QueueUrl": system.queue_url, "VisibilityTimeout": 0, "MessageSystemAttributeNames": ["AWSTraceHeader"]}
    [message] = system.sqs.receive_message(**queue)["Messages"]  # type: ignore[arg-type]

    # Then it names that trace, and the part of it that sent it
    sent_by = command["## RequestPayment"]["id"]
    assert message["Attributes"] == {
        "AWSTraceHeader": f"Root=1-5759e988-bd862e3fe1be46a994272793;Parent={sent_by};Sampled=1"
    }

    # And when it is projected, the bulk is a part of the projector's trace
    monkeypatch.setenv("_X_AMZN_TRACE_ID", PROJECTOR)
    system.project()
    projector = daemon.received()
    [handler] = [each for each in projector if each["name"] == "## lambda_handler"]
    bulk = next(each for each in projector if each["name"] == "OpenSearch" and each["parent_id"] == handler["id"])
    assert (bulk["namespace"], bulk["trace_id"]) == ("remote", "1-6759e988-bd862e3fe1be46a994272793")

    # And a search shows OpenSearch too
    monkeypatch.setenv("_X_AMZN_TRACE_ID", COMMAND)
    assert system.request("GET", "/v1/payments", token=token).json["total"] == 1
    assert [each["namespace"] for each in daemon.received() if each["name"] == "OpenSearch"] == ["remote"]


def test_an_untraced_command_leaves_a_message_without_a_trace(system: System) -> None:
    body = {"amount": "10.00", "currency": "EUR", "description": "Blue mug"}
    assert system.request("POST", "/v1/payments", body=body, token=system.token("org-456")).status == 201
    queue = {"QueueUrl": system.queue_url, "MessageSystemAttributeNames": ["AWSTraceHeader"]}
    [message] = system.sqs.receive_message(**queue)["Messages"]  # type: ignore[arg-type]
    assert "AWSTraceHeader" not in message.get("Attributes", {})

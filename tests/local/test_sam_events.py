"""The events of `make sam-local`: of the shapes that AWS sends, and at least one for every function."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser import BaseModel
from aws_lambda_powertools.utilities.parser.models import (
    APIGatewayProxyEventV2Model,
    CloudFormationCustomResourceCreateModel,
    CloudWatchLogsModel,
    EventBridgeModel,
    SqsModel,
)

from local.sam.steps import Step, decoded, differences, steps, told
from local.template import Template, load

KNOWN = {"mailbox": "https://bucket.s3.eu-west-1.amazonaws.com/mail", "exportId": "export-1"}
STEPS = steps()


def shape(event: dict[str, Any]) -> type[BaseModel]:
    match event:
        case {"routeKey": str()}:
            return APIGatewayProxyEventV2Model
        case {"Records": [{"eventSource": "aws:sqs"}, *_]}:
            return SqsModel
        case {"source": "aws.scheduler"}:
            return EventBridgeModel
        case {"awslogs": _}:
            return CloudWatchLogsModel
        case {"RequestType": "Create"}:
            return CloudFormationCustomResourceCreateModel
    raise AssertionError(f"an event of no shape that a function here is sent: {event}")


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_an_event_has_the_shape_that_powertools_knows_and_an_answer_to_hold(step: Step) -> None:
    event = step.event(KNOWN)
    shape(event).model_validate(event)
    assert step.expected(KNOWN)


@pytest.mark.parametrize("step", [each for each in STEPS if "routeKey" in each.event(KNOWN)], ids=str)
def test_an_http_event_comes_by_a_route_of_its_function(step: Step) -> None:
    routes = {route.key: route.function for route in Template(load(), {}).routes()}
    assert routes[step.event(KNOWN)["routeKey"]] == step.function


def test_no_function_is_left_out() -> None:
    assert {step.function for step in STEPS} == Template(load(), {}).functions().keys()


def test_an_answer_that_lacks_something_or_says_something_else_is_told() -> None:
    # Given an answer over HTTP, and what it must hold
    body = json.dumps({"a": 1, "rows": [{"x": 1}], "more": "y"})
    answer = decoded({"body": body, "headers": {"Content-Type": "application/json"}})
    assert told(answer) == {"more": "y"}

    # Then it passes where it holds that, whatever it has besides
    assert list(differences({"body": {"a": 1, "rows": [{}]}}, answer)) == []

    # And each thing that it does not hold is named
    assert list(differences({"body": {"a": 2, "b": 1, "rows": []}}, answer)) == [
        "answer.body.a is 1, expected 2",
        "answer.body.b is missing",
        'answer.body.rows is [{"x": 1}], expected []',
    ]

"""How routes describe their answers in OpenAPI."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel, Field

from common.domain.model import WireModel
from common.edge.http import PROBLEM_JSON


class FieldProblem(WireModel):
    """One wrong field."""

    field: str = Field(description="Dotted path of the field, or the parameter's or header's name")
    message: str = Field(description="What to do about it")


class Problem(WireModel):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    correlation_id: str
    errors: list[FieldProblem] = []


def responses(status: HTTPStatus, model: type[BaseModel], *problems: HTTPStatus) -> dict[int, OpenAPIResponse]:
    """The answer of a route that went well, and the problems it may answer beside those that every route may."""
    everywhere = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    documented: dict[int, OpenAPIResponse] = {
        int(status): {"description": status.phrase, "content": {"application/json": {"model": model}}}
    }
    for problem in (*problems, *everywhere):
        documented[int(problem)] = {"description": problem.phrase, "content": {PROBLEM_JSON: {"model": Problem}}}
    return documented

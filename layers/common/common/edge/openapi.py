"""How OpenAPI describes the answers of routes. Only who writes the description loads this, and no function."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

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


class Described(NamedTuple):
    """An answer of one status."""

    description: str
    content_type: str
    model: type[BaseModel]


Answers = Mapping[HTTPStatus, Described]


def responses(status: HTTPStatus, model: type[BaseModel], *problems: HTTPStatus) -> Answers:
    """The answer of a route that went well, and the problems it may answer beside those that every route may."""
    everywhere = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    described = {status: Described(status.phrase, "application/json", model)}
    return described | {each: Described(each.phrase, PROBLEM_JSON, Problem) for each in (*problems, *everywhere)}

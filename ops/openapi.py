"""`python -m ops openapi`: the one OpenAPI document of all functions.

Functions never import each other, so the document is written here, committed, and served by the query function.
"""

import argparse
from collections import ChainMap
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson
from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from command_app.ingestion import answers as ingestion
from command_app.ingestion.body import GZIP, JSON, MAX_ENTRIES, NDJSON
from command_app.logs import answers as log_settings
from command_app.logs.entry import LogEntry
from command_app.logs_handler import app as logs_command_app
from command_app.metrics_handler import app as metrics_command_app
from command_app.payments import answers as commands
from command_app.payments.commands import ImportedPayment
from command_app.payments_handler import app as command_app
from common.edge.http import PROBLEM_JSON
from common.edge.openapi import Answers
from common.metrics.points import Point
from operations_app import answers as operations
from operations_app.operations_handler import app as operations_app
from query_app.dashboards_handler import app as dashboards_app
from query_app.exports_handler import app as exports_app
from query_app.logs import answers as logs
from query_app.logs_handler import app as logs_app
from query_app.metrics.dashboards import answers as dashboards
from query_app.metrics.names import answers as names
from query_app.metrics.series import answers as series
from query_app.metrics_handler import app as metrics_query_app
from query_app.payments.exports import answers as exports
from query_app.payments.lookup import answers as lookup
from query_app.payments.search import answers as search
from query_app.payments.statistics import answers as statistics
from query_app.payments.suggestions import answers as suggestions
from query_app.payments_handler import app as query_app
from query_app.saved import answers as saved
from query_app.searches_handler import app as searches_app
from query_app.service import answers as service
from query_app.trace import answers as trace
from query_app.trace_handler import app as trace_app

DOCUMENT = Path(__file__).parent.parent / "functions" / "query" / "query_app" / "openapi.json"
ANSWERS: ChainMap[str, Answers] = ChainMap(
    *(ingestion.ANSWERS, log_settings.ANSWERS, commands.ANSWERS),
    *(search.ANSWERS, statistics.ANSWERS, suggestions.ANSWERS, lookup.ANSWERS, service.ANSWERS),
    *(exports.ANSWERS, saved.ANSWERS, logs.ANSWERS, trace.ANSWERS),
    *(series.ANSWERS, names.ANSWERS, dashboards.ANSWERS, operations.ANSWERS),
)
"""Of every operation."""
PUBLIC = ("/v1/health",)

_OF_THE_GATEWAY = {"schema": {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}}


def merged() -> bytes:
    """The document as it should be, in bytes that depend on nothing but the code."""
    merge = OpenAPIMerge(
        title="Payments",
        version="1.0.0",
        description="Commands and queries of billing payments. The tenant is the token's, never a parameter.",
        security=[{"token": []}],
        on_conflict="error",
    )
    apps = (
        *(command_app, query_app, exports_app, searches_app),
        *(logs_command_app, logs_app, trace_app),
        *(metrics_command_app, metrics_query_app, dashboards_app),
        operations_app,
    )
    parts = [orjson.loads(app.get_openapi_json_schema()) for app in apps]
    for part in parts:
        _describe_answers(part)
    _refuse_homonyms(parts)
    for part in parts:
        merge.add_schema(part)
    document = merge.get_openapi_schema()
    _describe_import(document)
    _describe_entries(document, "/v1/logs", LogEntry)
    _describe_entries(document, "/v1/metrics", Point)
    _describe_tokens(document)
    _describe_bodies(document)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`openapi write|check`."""
    actions = subjects.add_parser("openapi", help="the one OpenAPI document").add_subparsers(required=True)
    actions.add_parser("write", help="write it from the code").set_defaults(run=write)
    actions.add_parser("check", help="compare it with the code").set_defaults(run=check)


def write(_: argparse.Namespace) -> int:
    """Write the document where the query function serves it from."""
    DOCUMENT.write_bytes(merged())
    print(f"wrote {DOCUMENT.name}")
    return 0


def check(_: argparse.Namespace) -> int:
    """Say whether the committed document is what the code says."""
    if DOCUMENT.read_bytes() == merged():
        print("up to date")
        return 0
    print("openapi.json is not what the code says: run `python -m ops openapi write`")
    return 1


def _refuse_homonyms(parts: Sequence[Mapping[str, Any]]) -> None:
    """The merge looks at addresses only: of two models by one name, the last would stand for both."""
    models: dict[str, Any] = {}
    for part in parts:
        for name, model in part["components"]["schemas"].items():
            if models.setdefault(name, model) != model:
                raise ValueError(f"two models are called {name}: rename one")


def _describe_answers(document: dict[str, Any]) -> None:
    """In place of what powertools says of routes that tell it nothing: functions do not load what only describes."""
    for name in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                str(int(status)): {
                    "description": each.description,
                    "content": {each.content_type: {"schema": _model(document, each.model, "serialization")}},
                }
                for status, each in ANSWERS[operation["operationId"]].items()
            }


def _describe_tokens(document: dict[str, Any]) -> None:
    """API Gateway looks at the token, and answers for itself where it is missing or no good."""
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    unauthorized = {"description": HTTPStatus.UNAUTHORIZED.phrase, "content": {"application/json": _OF_THE_GATEWAY}}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path in PUBLIC:
                operation["security"] = []
            else:
                operation["responses"]["401"] = unauthorized


def _describe_bodies(document: dict[str, Any]) -> None:
    """What every route with a body may answer, before it sees the body."""
    problem = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    contents: dict[HTTPStatus, dict[str, Any]] = {
        HTTPStatus.BAD_REQUEST: problem,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {**problem, "application/json": _OF_THE_GATEWAY},
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: problem,
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                for status, content in contents.items():
                    operation["responses"][str(int(status))] = {"description": status.phrase, "content": content}


def _describe_import(document: dict[str, Any]) -> None:
    """The body of an import is no JSON document but a line of JSON after another, which powertools has no word for."""
    document["paths"]["/v1/payments/import"]["post"]["requestBody"] = {
        "required": True,
        "description": "One JSON object a line",
        "content": {"application/x-ndjson": {"schema": _model(document, ImportedPayment)}},
    }


def _describe_entries(document: dict[str, Any], path: str, model: type[BaseModel]) -> None:
    """The body of an ingestion is read entry by entry, so that a bad one stops no other."""
    entry = _model(document, model)
    entries = {"type": "array", "items": entry, "maxItems": MAX_ENTRIES}
    wrapped = {"type": "object", "properties": {"entries": entries}, "required": ["entries"]}
    compressed = {"schema": {"type": "string", "format": "binary"}}
    document["paths"][path]["post"]["requestBody"] = {
        "required": True,
        "description": 'A list of entries, `{"entries": [..]}`, an OTLP/HTTP JSON document, or one entry a line',
        "content": {
            JSON: {"schema": {"anyOf": [entries, wrapped, {"type": "object", "description": "OTLP/HTTP JSON"}]}},
            NDJSON: {"schema": entry},
            GZIP: compressed,
        },
    }


def _model(document: dict[str, Any], model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, str]:
    """Add a model, with those that it is made of; answers the reference to it."""
    schema = model.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}", mode=mode)
    schemas = _without_nothing({**schema.pop("$defs", {}), model.__name__: schema})
    document["components"]["schemas"] |= schemas
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _without_nothing(schema: Any) -> Any:  # noqa: ANN401  # any JSON
    """As powertools writes schemas: a default of null says no more than that a field may be left out."""
    if isinstance(schema, dict):
        return {name: _without_nothing(each) for name, each in schema.items() if each is not None}
    return [_without_nothing(each) for each in schema] if isinstance(schema, list) else schema

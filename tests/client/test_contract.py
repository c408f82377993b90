"""The client is what the served OpenAPI says: every address, parameter, body and answer, and nothing else."""

import inspect
import typing
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import click
import orjson
import pytest
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from ops.openapi import DOCUMENT
from payments_client import answers, parameters
from payments_client.cli import exports, logs, metrics, queries, searches, statistics
from payments_client.client import PaymentsClient
from payments_client.errors import FieldError, Problem
from payments_client.exports import Exports
from payments_client.logs import Logs
from payments_client.metrics import Metrics
from payments_client.searches import SavedSearches

OPENAPI: dict[str, Any] = orjson.loads(DOCUMENT.read_bytes())
NOT_YET = {"operations"}
"""Tags of what the client does not do."""
DASHBOARDS = {f"{what}Dashboard" for what in ("save", "get", "replace", "delete")} | {"listDashboards"}
"""Which are for those who look at them."""
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation
    for methods in OPENAPI["paths"].values()
    for operation in methods.values()
    if not NOT_YET & set(operation["tags"]) and operation["operationId"] not in DASHBOARDS
}

METHODS: Mapping[str, tuple[Callable[..., Any], type[BaseModel]]] = {
    "requestPayment": (PaymentsClient.request, answers.Done),
    "processPayment": (PaymentsClient.process, answers.Done),
    "failPayment": (PaymentsClient.fail, answers.Done),
    "refundPayment": (PaymentsClient.refund, answers.Done),
    "importPayments": (PaymentsClient.import_payments, answers.Imported),
    "deletePayment": (PaymentsClient.delete, answers.Deleted),
    "eraseUser": (PaymentsClient.erase_user, answers.Erased),
    "searchPayments": (PaymentsClient.search, answers.PaymentPage[answers.PartialHit]),
    "getPayment": (PaymentsClient.get, answers.FreshPayment),
    "getPaymentHistory": (PaymentsClient.history, answers.History),
    "getPaymentStatistics": (PaymentsClient.statistics, answers.Statistics),
    "suggestPayments": (PaymentsClient.suggest, answers.Suggestions),
    "startExport": (Exports.start, answers.Export),
    "getExport": (Exports.get, answers.Export),
    "listExports": (Exports.list, answers.ExportList),
    "saveSearch": (SavedSearches.save, answers.SavedSearch),
    "listSearches": (SavedSearches.list, answers.SavedSearchList),
    "getSearch": (SavedSearches.get, answers.SavedSearch),
    "replaceSearch": (SavedSearches.replace, answers.SavedSearch),
    "deleteSearch": (SavedSearches.delete, answers.SavedSearch),
    "ingestLogs": (Logs.send, answers.Sent),
    "searchLogs": (Logs.search, answers.LogPage),
    "countLogs": (Logs.histogram, answers.LogHistogram),
    "findLogPatterns": (Logs.patterns, answers.LogPatterns),
    "followLogs": (Logs.tail, answers.LogTail),
    "getLogSettings": (Logs.settings, answers.LogSettings),
    "changeLogSettings": (Logs.keep, answers.LogSettings),
    "ingestMetrics": (Metrics.send, answers.Sent),
    "getMetricSeries": (Metrics.series, answers.Series),
    "listMetricNames": (Metrics.names, answers.MetricNames),
    "getTrace": (PaymentsClient.trace, answers.Trace),
    "getHealth": (PaymentsClient.health, answers.Health),
    "getFreshness": (PaymentsClient.freshness, answers.Freshness),
}
RENAMED = {("searchPayments", "limit"): "pageSize", ("searchLogs", "limit"): "pageSize"}
"""Where the client's word differs from the API's."""
MORE = {Exports.download, SavedSearches.run, Logs.follow}
"""What the client can do beyond the API."""
OF_THE_CLIENT = {"consistency-token"}
"""What the client sends by itself."""
ALONE = {
    ("importPayments", "payments"),
    ("importPayments", "progress"),
    ("ingestLogs", "entries"),
    ("ingestLogs", "progress"),
    ("ingestMetrics", "points"),
    ("ingestMetrics", "progress"),
}
"""What the client has of its own: the lines of a body that is no JSON document."""


def test_every_address_has_a_method_and_every_method_an_address() -> None:
    assert METHODS.keys() == OPERATIONS.keys()
    members = [each for kind in (PaymentsClient, Exports, SavedSearches, Logs, Metrics) for each in vars(kind).items()]
    public = {member for name, member in members if not name.startswith("_") and name != "close"}
    assert {method for method, _ in METHODS.values()} == public - MORE


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_method_takes_what_its_address_takes(operation: str) -> None:
    taken = set(_arguments(METHODS[operation][0])) - {name for of, name in ALONE if of == operation}
    assert taken == {RENAMED.get((operation, name), name) for name in _of_the_api(OPERATIONS[operation])}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_an_address_needs_a_method_needs(operation: str) -> None:
    needed = {to_camel(each.name) for each in _parameters(METHODS[operation][0]) if each.default is each.empty}
    needed -= {"options", "criteria"} | {name for of, name in ALONE if of == operation}
    described = OPERATIONS[operation]
    required = {each["name"] for each in described.get("parameters", []) if each["required"]}
    assert needed == required | set(_body(described).get("required", [])) - {"query"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_is_read_as_it_is_described(operation: str) -> None:
    [described] = [each for status, each in OPERATIONS[operation]["responses"].items() if status < "300"]
    model = METHODS[operation][1].model_json_schema(by_alias=True)
    [content] = described["content"].values()
    expected = _shape(content["schema"], OPENAPI["components"]["schemas"])
    assert _shape(model, model.get("$defs", {})) == expected


def test_a_whole_hit_has_what_a_part_may_have() -> None:
    assert set(answers.PaymentHit.model_fields) == set(answers.PartialHit.model_fields)


def test_a_problem_is_read_as_it_is_described() -> None:
    described = OPENAPI["components"]["schemas"]
    assert {each.alias for each in Problem.model_fields.values()} - {"column"} == described["Problem"][
        "properties"
    ].keys()
    assert set(inspect.signature(FieldError).parameters) == described["FieldProblem"]["properties"].keys()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(each, each) for each in ("Status", "Sort", "Total", "Facet", "Interval", "Part")]
    + [("ExportFormat", "Format"), ("SeriesFunction", "Function")]
    + [(each, each) for each in ("LogInterval", "StepLength")],
)
def test_choices_are_the_api_s(ours: str, theirs: str) -> None:
    assert set(get_args(getattr(parameters, ours))) == set(OPENAPI["components"]["schemas"][theirs]["enum"])


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (queries.search, parameters.SearchOptions),
        (statistics.stats, parameters.StatisticsOptions),
        (exports.export, parameters.Criteria),
        (searches.save, parameters.Criteria),
        (searches.replace, parameters.Criteria),
    ],
)
def test_the_command_line_has_all_options_of_the_client(command: click.Command, options: type) -> None:
    # Facets have a command of their own
    assert {option for option in typing.get_type_hints(options) if option != "facets"} <= {
        each.name for each in command.params
    }


@pytest.mark.parametrize(
    ("command", "method"),
    [
        (logs.search, Logs.search),
        (logs.histogram, Logs.histogram),
        (logs.patterns, Logs.patterns),
        (metrics.series, Metrics.series),
        (metrics.names, Metrics.names),
    ],
)
def test_the_command_line_has_all_that_a_method_takes(command: click.Command, method: Callable[..., Any]) -> None:
    # It cuts pages itself, and has no HTML to show
    elsewhere = {"page_size", "cursor", "highlight"}
    assert {each.name for each in _parameters(method)} - elsewhere <= {each.name for each in command.params}


def _arguments(method: Callable[..., Any]) -> Iterator[str]:
    for parameter in _parameters(method):
        if parameter.kind is parameter.VAR_KEYWORD:
            [options] = get_args(typing.get_type_hints(method)[parameter.name])
            yield from (to_camel(name.rstrip("_")) for name in typing.get_type_hints(options))
        else:
            yield to_camel(parameter.name.rstrip("_"))


def _parameters(method: Callable[..., Any]) -> list[inspect.Parameter]:
    return [each for each in inspect.signature(method).parameters.values() if each.name != "self"]


def _of_the_api(described: Mapping[str, Any]) -> Iterator[str]:
    for parameter in described.get("parameters", []):
        if parameter["name"] not in OF_THE_CLIENT:
            yield to_camel(parameter["name"].replace("-", "_"))
    for name, member in _body(described).get("properties", {}).items():
        # A search within a body is the method's own arguments.
        kinds = member.get("anyOf", [member]) if name == "query" else [member]
        for kind in kinds:
            yield from _resolved(kind, OPENAPI["components"]["schemas"]).get("properties", [name])


def _body(described: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of a JSON body."""
    content = described.get("requestBody", {}).get("content", {}).get("application/json")
    return _resolved(content["schema"], OPENAPI["components"]["schemas"]) if content else {}


def _shape(schema: Mapping[str, Any], models: Mapping[str, Any]) -> object:
    """What a schema says of JSON, whatever it is called: members, which of them must be there, and their kinds."""
    schema = _resolved(schema, models)
    if "anyOf" in schema:
        kinds = {repr(shape): shape for shape in (_shape(each, models) for each in schema["anyOf"])}
        # Decimals come as texts; pydantic would read numbers too.
        if {"'number'", "'string'"} <= kinds.keys():
            del kinds["'number'"]
        return next(iter(kinds.values())) if len(kinds) == 1 else tuple(sorted(kinds))
    if "properties" in schema:
        required = set(schema.get("required", []))
        members = [(name, _shape(each, models)) for name, each in sorted(schema["properties"].items())]
        return {name: (True, shape) if name in required else (False, _there(shape)) for name, shape in members}
    match schema.get("type"):
        case "array":
            return [_shape(schema["items"], models)]
        case "object":
            others = schema.get("additionalProperties", {})
            return ("map", None if others is True else _shape(others, models))
        case kind:
            return kind


def _there(shape: object) -> object:
    """The kind of a member that may be left out, which the client may as well find null."""
    if isinstance(shape, tuple) and "'null'" in shape:
        kinds = [kind for kind in shape if kind != "'null'"]
        return literal_eval(kinds[0]) if len(kinds) == 1 else tuple(kinds)
    return shape


def _resolved(schema: Mapping[str, Any], models: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = models[schema["$ref"].rpartition("/")[2]]
    return schema

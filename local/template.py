"""Reads template.yaml, the one description of the system, as the runner on this machine needs it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.places import ROOT
from local.processes import LocalError

TEMPLATE = ROOT / "template.yaml"

_NO_VALUE = object()
_NOT_HERE = frozenset({"KmsMasterKeyId", "SSESpecification", "QueueName", "RedriveAllowPolicy"})
_SECRET = re.compile(r"\{\{resolve:secretsmanager:\$\{(\w+)\}\}\}")
_VARIABLE = re.compile(r"\$\{([\w.:]+)\}")


@dataclass(frozen=True)
class Function:
    """A Lambda function: `handler` is `module.attribute`, `memory` in MB, `timeout` in seconds."""

    name: str
    handler: str
    timeout: int
    memory: int


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API; no authorizer means that anybody may call."""

    method: str
    path: str
    function: str
    authorizer: str | None

    @property
    def key(self) -> str:
        """The route key, as in `GET /v1/payments/{paymentId}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class QueueMapping:
    """An SQS event source: up to `batch_size` messages of a queue, gathered for up to `window` seconds.

    `concurrency` invocations run at a time at most; what has no limit of its own has its account's.
    """

    function: str
    queue: str
    batch_size: int
    window: int
    partial_failures: bool
    concurrency: int = 1_000


@dataclass(frozen=True)
class Schedule:
    """A schedule: the function runs each `every` seconds."""

    function: str
    every: int


@cache
def load(path: Path = TEMPLATE) -> Mapping[str, Any]:
    """Read a template, once; short intrinsics such as `!Ref X` become `{"Ref": "X"}`."""
    template: dict[str, Any] = yaml_parse(path.read_text())
    return template


class Template:
    """A template with values for its parameters and for what its resources are called.

    `values` maps a parameter to its value, `Resource` to what `!Ref Resource` gives, and `Resource.Attribute` to what
    `!GetAtt` gives; `Secret.SecretString` is what a secret holds. Raises LocalError where a value is missing.
    """

    def __init__(self, document: Mapping[str, Any], values: Mapping[str, str]) -> None:
        defaults = {name: str(of["Default"]) for name, of in document["Parameters"].items() if "Default" in of}
        self._document = document
        self._values = {**defaults, **values}

    def functions(self) -> dict[str, Function]:
        """All functions by logical id."""
        found = {}
        for name, properties in self._of_type("AWS::Serverless::Function"):
            found[name] = Function(name, properties["Handler"], properties["Timeout"], properties["MemorySize"])
        return found

    def environment(self, function: str) -> dict[str, str]:
        """Resolve a function's environment variables, those of all functions included."""
        shared = self._document["Globals"]["Function"]["Environment"]["Variables"]
        own = self._document["Resources"][function]["Properties"]["Environment"]["Variables"]
        return {name: str(value) for name, value in self._resolve({**shared, **own}).items()}

    def properties(self, resource: str) -> dict[str, Any]:
        """Resolve a resource's properties, but for its name and its encryption: nothing is at rest here."""
        properties = self._document["Resources"][resource]["Properties"]
        resolved: dict[str, Any] = self._resolve({k: v for k, v in properties.items() if k not in _NOT_HERE})
        return resolved

    def routes(self) -> list[Route]:
        """All routes of all functions."""
        default = next(
            (api.get("Auth", {}).get("DefaultAuthorizer") for _, api in self._of_type("AWS::Serverless::HttpApi")), None
        )
        found = []
        for function, properties in self._events("HttpApi"):
            authorizer = properties.get("Auth", {}).get("Authorizer", default)
            method = properties["Method"].upper()
            found.append(
                Route(method, properties["Path"], function, None if authorizer == "NONE" else authorizer),
            )
        return found

    def queues(self) -> list[str]:
        """The queues' logical ids, those first to which others give up their messages."""
        found = dict(self._of_type("AWS::SQS::Queue"))
        return sorted(found, key=lambda name: "RedrivePolicy" in found[name])

    def queue_mappings(self) -> list[QueueMapping]:
        """Describe the functions that read queues."""
        return [
            QueueMapping(
                function,
                properties["Queue"]["Fn::GetAtt"][0],
                properties.get("BatchSize", 10),
                properties.get("MaximumBatchingWindowInSeconds", 0),
                "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ()),
                int(self._resolve(properties.get("ScalingConfig", {}).get("MaximumConcurrency", 1_000))),
            )
            for function, properties in self._events("SQS")
        ]

    def queue_mapping(self, function: str) -> QueueMapping:
        """The one of a function."""
        [mapping] = [each for each in self.queue_mappings() if each.function == function]
        return mapping

    def schedules(self) -> list[Schedule]:
        """Describe the functions that run by the clock."""
        found = []
        for function, properties in self._events("ScheduleV2"):
            expression = self._resolve(properties["ScheduleExpression"])
            rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
            if rate is None:
                raise LocalError(f"{function}: schedule {expression!r} is not a rate of minutes, hours or days")
            found.append(Schedule(function, int(rate[1]) * {"minute": 60, "hour": 3_600, "day": 86_400}[rate[2]]))
        return found

    def _of_type(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, resource in self._document["Resources"].items():
            if resource["Type"] == kind:
                yield name, resource["Properties"]

    def _events(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, properties in self._of_type("AWS::Serverless::Function"):
            for event in properties.get("Events", {}).values():
                if event["Type"] == kind:
                    yield name, event["Properties"]

    def _resolve(self, node: Any) -> Any:  # noqa: ANN401, PLR0911  # nodes are of every kind, each resolved in its way
        match node:
            case {"Ref": "AWS::NoValue"}:
                return _NO_VALUE
            case {"Ref": str(name)}:
                return self._value(name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return self._value(f"{name}.{attribute}")
            case {"Fn::Sub": str(text)} if secret := _SECRET.fullmatch(text):
                return self._value(f"{secret[1]}.SecretString")
            case {"Fn::Sub": str(text)}:
                return _VARIABLE.sub(lambda found: self._value(found[1]), text)
            case {"Fn::Sub": [str(text), dict(own)]}:
                return Template(self._document, {**self._values, **self._resolve(own)})._resolve({"Fn::Sub": text})
            case {"Fn::If": [str(condition), yes, no]}:
                return self._resolve(yes if self._holds({"Condition": condition}) else no)
            case dict():
                pairs = ((key, self._resolve(value)) for key, value in node.items())
                return {key: value for key, value in pairs if value is not _NO_VALUE}
            case list():
                return [value for value in map(self._resolve, node) if value is not _NO_VALUE]
        return node

    def _holds(self, condition: Mapping[str, Any]) -> bool:
        match condition:
            case {"Condition": str(name)}:
                return self._holds(self._document["Conditions"][name])
            case {"Fn::Equals": [left, right]}:
                return bool(self._resolve(left) == self._resolve(right))
            case {"Fn::Or": conditions}:
                return any(map(self._holds, conditions))
        raise LocalError(f"template.yaml has a condition that this runner does not know: {condition}")

    def _value(self, name: str) -> str:
        try:
            return self._values[name]
        except KeyError:
            raise LocalError(f"template.yaml needs a value for {name}") from None

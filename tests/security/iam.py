"""IAM as the functions meet it on AWS: what template.yaml does not allow one is refused to it, what it uses is noted.

Calls to AWS are seen where the SDK or our own client takes parameters, requests to OpenSearch where they are sent. A
function is answerable for what happens while the in-process runtime invokes it.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import urllib3
from botocore.exceptions import ClientError

from common.engines.connections import Connections
from common.engines.json_client import JsonClient
from local.inprocess.runtime import LambdaFunction
from local.inprocess.system import System
from local.template import load

Permission = tuple[str, str]
"""An action, and the resource by its name in the template: `("dynamodb:Query", "Table/index/outbox")`."""

# What an action of the SDK needs by another name; without one here, an operation and its action are called the same.
_ACTIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:HeadObject": "s3:GetObject",
}
_TRANSACTIONS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_NAMED = re.compile(r"\$\{(\w+)(?:\.Arn)?\}")


def granted(function: str) -> set[Permission]:
    """All that the template allows a function, statements under a condition included."""
    allowed = set()
    for policy in load()["Resources"][function]["Properties"].get("Policies", []):
        for statement in map(_held, _held(policy)["Statement"]):
            for action in _listed(statement["Action"]):
                allowed |= {(action, _name(resource)) for resource in _listed(statement["Resource"])}
    return allowed


class Enforced:
    """What each function used so far; whatever it may not use is refused."""

    def __init__(self, system: System) -> None:
        self.used: dict[str, set[Permission]] = defaultdict(set)
        self.function: str | None = None
        self.thread = threading.get_ident()
        self.table_name = system.table_name
        self._names = {system.table_name: "Table", system.exports_bucket: "ExportsBucket/*"}
        self._names |= {system.alerts_topic: "AlertsTopic"} | {url: name for name, url in system.queues.items()}
        self.search = urlsplit(system.opensearch_url).netloc

    def aws(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """A call to an AWS service. Raises its AccessDenied."""
        if self.function is None or self._is_a_tests_own():
            return
        for permission in self._needed(f"{service}:{operation}", parameters):
            if not self._allowed(self.function, permission):
                denied = f"{self.function} is not authorized to perform {permission[0]} on {permission[1]}"
                answer = {"Code": "AccessDeniedException", "Message": denied}
                raise ClientError({"Error": answer, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation)  # type: ignore[typeddict-item]  # of the rest nothing is read

    def opensearch(self, method: str, path: str) -> bool:
        """Whether the function may send a request to the domain."""
        if self.function is None or self.thread != threading.get_ident():
            return True
        action = f"es:ESHttp{method.capitalize()}"
        return any(
            self._allowed(self.function, (action, f"SearchDomain/{resource}")) for resource in ("*", path.lstrip("/"))
        )

    def _is_a_tests_own(self) -> bool:
        # Functions have threads of their own; the main one is theirs only where it invokes them.
        return threading.current_thread() is threading.main_thread() and self.thread != threading.get_ident()

    def _allowed(self, function: str, permission: Permission) -> bool:
        if permission not in granted(function):
            return False
        self.used[function].add(permission)
        return True

    def _needed(self, action: str, parameters: Mapping[str, Any]) -> Iterator[Permission]:
        match parameters:
            case {"TransactItems": list(items)}:
                for [(kind, item)] in (each.items() for each in items):
                    yield _TRANSACTIONS[kind], self._names[item["TableName"]]
            case {"Statements": list(statements)}:
                for statement in statements:
                    verb, table = re.match(r'(\w+) "(.+?)"', statement["Statement"]).groups()  # type: ignore[union-attr]
                    yield f"dynamodb:PartiQL{verb.capitalize()}", self._names[table]
            case {"RequestItems": dict(tables)}:
                for table in tables:
                    yield action, self._names[table]
            case {"TableName": table, "IndexName": index}:
                yield action, f"{self._names[table]}/index/{index}"
            case {"TableName": name} | {"QueueUrl": name} | {"Bucket": name} | {"TopicArn": name}:
                yield _ACTIONS.get(action, action), self._names[name]
            case _:
                raise AssertionError(f"no resource is known of {action}: {sorted(parameters)}")


@contextmanager
def enforced(system: System) -> Iterator[Enforced]:
    """Refuse the system's functions what the template does not allow them, while the block runs."""
    enforcing = Enforced(system)
    invoke, ask, turn = LambdaFunction.invoke, Connections.ask, threading.RLock()
    call, urlopen = JsonClient.call, urllib3.HTTPConnectionPool.urlopen

    def invoked(function: LambdaFunction, event: object) -> Any:
        # Threads that invoke at once take turns; what another one asks of OpenSearch meanwhile is a test's own.
        with turn:
            before = enforcing.function, enforcing.thread
            enforcing.function, enforcing.thread = function.name, threading.get_ident()
            try:
                return invoke(function, event)
            finally:
                enforcing.function, enforcing.thread = before

    def asked(connections: Connections, method: str, target: str, *sent: Any) -> Any:
        if connections.host == enforcing.search:
            assert enforcing.opensearch(method, urlsplit(target).path), f"{enforcing.function}: {method} {target}"
        return ask(connections, method, target, *sent)

    def opened(pool: urllib3.HTTPConnectionPool, method: str, url: str, *args: Any, **options: Any) -> Any:
        if f"{pool.host}:{pool.port}" == enforcing.search:
            assert enforcing.opensearch(method, urlsplit(url).path), f"{enforcing.function}: {method} {url}"
        return urlopen(pool, method, url, *args, **options)

    def called(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        enforcing.aws(model.service_model.service_name, model.name, params)

    def called_by_hand(client: JsonClient, operation: str, **parameters: Any) -> Any:
        enforcing.aws(client.service, operation, parameters)
        return call(client, operation, **parameters)

    session = boto3._get_default_session()  # whose hooks new clients take
    session.events.register("provide-client-params.*.*", called, unique_id="iam")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LambdaFunction, "invoke", invoked)
        patch.setattr(Connections, "ask", asked)
        patch.setattr(urllib3.HTTPConnectionPool, "urlopen", opened)
        patch.setattr(JsonClient, "call", called_by_hand)
        yield enforcing
    session.events.unregister("provide-client-params.*.*", unique_id="iam")


def _held(node: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = node["Fn::If"][1] if "Fn::If" in node else node
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: Mapping[str, Any]) -> str:
    match resource:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return name
        case {"Fn::Sub": [str(text), _]} if text.endswith(":domain/payments-${Id}/*"):
            return "SearchDomain/*"
        case {"Fn::Sub": str(text)}:
            return _NAMED.sub(r"\1", text.rpartition(":::")[2])
    raise AssertionError(f"a resource of no known form: {resource}")

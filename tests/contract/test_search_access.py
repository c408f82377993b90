"""Inside a domain with fine-grained access, each function gets what it needs and nothing else.

The whole story of tests/security runs on OpenSearch with its security plugin, every request with the role of the
function that sends it, as a signature would tell.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import urllib3

from common.engines.connections import Connections
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.runtime import LambdaFunction
from local.inprocess.system import System
from local.places import ENGINES
from local.processes import Processes
from projector_app.access import ROLES
from tests.contract.secured import MASTER, as_role, start_secured
from tests.security import test_permissions as story

pytestmark = pytest.mark.skipif(
    os.environ.get("ENGINES") != "real", reason="osmem has no security plugin: make test-real"
)
OTHERS = {
    "PaymentsQueryFunction": ("GET", "/logs-*/_search"),
    "LogsQueryFunction": ("GET", "/payments-read/_search"),
    "MetricsQueryFunction": ("GET", "/payments-read/_search"),
    "ProjectorFunction": ("GET", "/payments-read/_search"),
    "OperationsFunction": ("DELETE", "/payments-000001"),
    "AlertsFunction": ("PUT", "/_plugins/_security/api/rolesmapping/payments-AlertsFunction"),
    "Operators": ("PUT", "/_plugins/_security/api/rolesmapping/payments-Operators"),
    "SearchesFunction": ("GET", "/payments-read/_search"),
}
"""A request that a function's role must not send; the last one has none."""


def arn(function: str) -> str:
    return MASTER if function == "IndexFunction" else f"arn:aws:iam::000000000000:role/{function}"


@pytest.fixture(scope="module")
def secured(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The engines, but for a search of its own beside the one that the run has."""
    with (
        Processes(tmp_path_factory.mktemp("secured")) as processes,
        each_request_with_its_role(url := start_secured(processes, ENGINES.resolve())),
    ):
        yield replace(engines, opensearch_url=url)


@contextmanager
def each_request_with_its_role(url: str) -> Iterator[None]:
    """Requests of a function's invocation have its role; those of tests are the master's."""
    invoke, ask, running = LambdaFunction.invoke, Connections.ask, threading.local()
    urlopen, host = urllib3.HTTPConnectionPool.urlopen, urlsplit(url).netloc

    def invoked(function: LambdaFunction, event: object) -> Any:
        before, running.role = getattr(running, "role", MASTER), arn(function.name)
        try:
            return invoke(function, event)
        finally:
            running.role = before

    def asked(its: Connections, method: str, target: str, headers: Mapping[str, str], *more: Any) -> Any:
        role = as_role(getattr(running, "role", MASTER)) if its.host == host else {}
        return ask(its, method, target, {**role, **headers}, *more)

    def opened(pool: urllib3.HTTPConnectionPool, *args: Any, **options: Any) -> Any:
        if f"{pool.host}:{pool.port}" == host:
            options["headers"] = {**as_role(MASTER), **(options.get("headers") or {})}
        return urlopen(pool, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LambdaFunction, "invoke", invoked)
        patch.setattr(Connections, "ask", asked)
        patch.setattr(urllib3.HTTPConnectionPool, "urlopen", opened)
        yield


@pytest.fixture(scope="module")
def told(secured: Engines, identity: Identity) -> Iterator[System]:
    """The story, after a deployment that told the domain of the roles."""
    with System(secured, identity) as system, pytest.MonkeyPatch.context() as patch:
        story.a_deployment(system, Roles={name: arn(name) for name in ROLES})
        story.a_payment_s_life(system)
        story.events_that_the_sweep_has_to_send(system, patch)
        story.a_log(system)
        story.a_trace(system)
        story.a_metric(system)
        story.questions(system)
        story.an_export_that_is_interrupted(system, patch)
        story.a_saved_search(system)
        story.dead_letters(system)
        story.an_erasure(system)
        story.a_reconciliation(system, patch)
        yield system


def test_each_function_does_its_work_by_its_own_role(told: System) -> None:
    assert told.request("GET", "/v1/payments", token=told.token(story.ORG)).json["total"]


@pytest.mark.parametrize("function", OTHERS)
def test_a_role_opens_nothing_else(told: System, function: str) -> None:
    method, path = OTHERS[function]
    body = orjson.dumps({"backend_roles": ["*"]}) if method == "PUT" else None
    headers = {**as_role(arn(function)), "content-type": "application/json"}
    answer = urllib3.PoolManager().request(method, told.opensearch_url + path, body=body, headers=headers)
    assert answer.status == 403, answer.data

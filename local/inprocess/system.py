"""The whole system in this process: template.yaml's functions on running engines."""

import os
import secrets
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import boto3
import orjson
from opensearchpy import OpenSearch

from common.cache.connection import Cache
from common.engines.index_admin import TIMED, ensure_indices
from common.settings import Settings
from local.engines import REGION, Engines
from local.inprocess.gateway import Gateway, HttpAnswer, HttpRequest
from local.inprocess.identity import AUDIENCE, ISSUER, Identity
from local.inprocess.queue import QueuePoller
from local.inprocess.resources import create_bucket, create_queue, create_table, delete_bucket
from local.inprocess.runtime import LambdaFunction
from local.inprocess.schedule import Clock
from local.template import Template, load

_WIRINGS = (
    "command_app.payments.wiring",
    "command_app.payments.outbox_wiring",
    "command_app.payments.sweep_wiring",
    "command_app.logs.wiring",
    "command_app.metrics.wiring",
    "projector_app.payments.wiring",
    "projector_app.logs.wiring",
    "projector_app.metrics.wiring",
    "query_app.wiring",
    "query_app.payments.wiring",
    "query_app.metrics.wiring",
    "query_app.metrics.dashboards.wiring",
    "query_app.service.wiring",
    "query_app.logs.wiring",
    "query_app.trace.wiring",
    "query_app.payments.exports.wiring",
    "query_app.payments.exports.worker_wiring",
    "query_app.saved.wiring",
    "query_app.saved.alerts_wiring",
    "operations_app.wiring",
    "operations_app.operations_wiring",
)
_SEARCH_TIMEOUT_SECONDS = 30
_CACHE_TIMEOUT_SECONDS = 5
EVERY_INDEX = ",".join(("payments-*", *(each.pattern for each in TIMED)))


class System:
    """A table, queues and an index of its own on the engines, all empty, and the functions wired to them.

    One at a time in a process, since functions read the process's environment; on engines of its own, since it empties
    the index and the cache. Use it in a `with`, or close it.
    """

    def __init__(
        self, engines: Engines, identity: Identity | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Make everything; `environment` goes over what the template gives the functions (CACHE_TTL_SECONDS=1)."""
        self._closing = ExitStack()
        with self._closing:
            self._open(engines, identity or Identity(), environment or {})
            # Reached the end: close() will do it.
            self._closing = self._closing.pop_all()

    def _open(self, engines: Engines, identity: Identity, environment: Mapping[str, str]) -> None:
        self._set_environment(engines.environment())
        self.identity = identity
        self.dynamodb = boto3.client("dynamodb", region_name=REGION)
        self.sqs = boto3.client("sqs", region_name=REGION)
        self._closing.callback(self.dynamodb.close)
        self.s3 = boto3.client("s3", region_name=REGION)
        self.sns = boto3.client("sns", region_name=REGION)
        self._closing.callback(self.sqs.close)
        self._closing.callback(self.s3.close)
        self._closing.callback(self.sns.close)

        self.template = template = self._create(engines)
        functions = template.functions()
        # Functions take turns here: who follows logs must not have the turn for long.
        patience = {"FOLLOW_SECONDS": "1"}
        self._set_environment({**_shared_environment(template, functions), **patience, **environment})
        _forget_wiring()
        self._closing.callback(_forget_wiring)

        settings = Settings.from_env()
        self.opensearch_url = engines.opensearch_url
        self.opensearch = OpenSearch(self.opensearch_url, timeout=_SEARCH_TIMEOUT_SECONDS, max_retries=0)
        self._closing.callback(self.opensearch.close)
        self.opensearch.indices.delete(index=EVERY_INDEX, ignore_unavailable=True)
        ensure_indices(self.opensearch, settings.refresh_interval_ms, replicas=0)
        with Cache(engines.cache_url, _CACHE_TIMEOUT_SECONDS) as cache:
            cache.call("FLUSHDB")

        self.functions = {name: LambdaFunction(function) for name, function in functions.items()}
        self.gateway = Gateway(template.routes(), self.functions, identity)
        self.pollers = {
            each.function: QueuePoller(self.sqs, self.queues[each.queue], each, self.functions[each.function])
            for each in template.queue_mappings()
        }
        self.poller = self.pollers["ProjectorFunction"]
        self.clocks = {each.function: Clock(each, self.functions[each.function]) for each in template.schedules()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the table, the queues and the bucket, and put the environment back."""
        self._closing.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        query: Mapping[str, str | int | Sequence[str]] | None = None,
    ) -> HttpAnswer:
        """Send a request through the gateway.

        A body of bytes goes as it is, anything else as JSON; `query` values that are sequences are repeated parameters.
        """
        sent = {"host": "localhost", **{name.lower(): value for name, value in (headers or {}).items()}}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        content = b""
        if body is not None:
            content = body if isinstance(body, bytes) else orjson.dumps(body)
            sent.setdefault("content-type", "application/json")
        return self.gateway.handle(
            HttpRequest(method, path, urlencode(query or {}, doseq=True), list(sent.items()), content)
        )

    def token(self, organization: str, role: str = "agent", user: str = "user-1") -> str:
        """Sign a token of this system's callers."""
        return self.identity.issue(organization, role, user)

    def project(self, function: str = "ProjectorFunction") -> int:
        """Run a projector until its queue is empty but for its failures, and refresh the indices.

        Answers how many messages the projector got.
        """
        projected = self.pollers[function].drain()
        self.opensearch.indices.refresh(index=EVERY_INDEX)
        return projected

    def roll_up(self) -> int:
        """The same for the points of metrics."""
        return self.project("MetricsProjectorFunction")

    def export(self) -> int:
        """Run the export worker until its queue is empty; answers how many messages it got."""
        return self.pollers["ExportWorkerFunction"].drain()

    def sweep(self) -> Any:  # noqa: ANN401  # the function's answer
        """Run the scheduled sweep now; answer what it answered. Raises FunctionError."""
        return self.clocks["OutboxSweepFunction"].tick()

    def alert(self) -> Any:  # noqa: ANN401  # the function's answer
        """Run the scheduled alerts now; answer what it answered. Raises FunctionError."""
        return self.clocks["AlertsFunction"].tick()

    def reconcile(self) -> Any:  # noqa: ANN401  # the function's answer
        """Run the scheduled reconciliation now; answer what it answered. Raises FunctionError."""
        return self.clocks["ReconcileFunction"].tick()

    def background(self) -> dict[str, list[str]]:
        """The arguments of `local.inprocess.background`, a process each: what must not hold up the projector apart."""
        read = {name: [f"{name}={poller.queue_url}"] for name, poller in self.pollers.items()}
        projector = read.pop("ProjectorFunction")
        return {"background": [*projector, *self.clocks], **read}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Read the queues and follow the schedules in the background, while the block runs."""
        stop = threading.Event()
        parts: list[QueuePoller | Clock] = [*self.pollers.values(), *self.clocks.values()]
        threads = [threading.Thread(target=part.run, args=(stop,), daemon=True) for part in parts]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    @contextmanager
    def rewired(self, environment: Mapping[str, str]) -> Iterator[None]:
        """Have other variables while the block runs, and the functions wired anew by them."""
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        _forget_wiring()
        try:
            yield
        finally:
            _restore(before)
            _forget_wiring()

    def _create(self, engines: Engines) -> Template:
        """Make the table, the queues, the bucket and the topic; answer the template with their names in place."""
        unique = uuid.uuid4().hex[:12]
        document = load()
        self.table_name = f"payments-{unique}"
        values = {
            "OpenSearchUrl": engines.opensearch_url,
            "CacheUrl": engines.cache_url,
            "JwtIssuer": ISSUER,
            "JwtAudience": AUDIENCE,
            "Table": self.table_name,
            "CursorKey.SecretString": secrets.token_hex(),
        }
        create_table(self.dynamodb, Template(document, values), self.table_name)
        self._closing.callback(self.dynamodb.delete_table, TableName=self.table_name)
        self.exports_bucket = f"exports-{unique}"
        create_bucket(self.s3, self.exports_bucket)
        self._closing.callback(delete_bucket, self.s3, self.exports_bucket)
        self.alerts_topic = self.sns.create_topic(Name=f"alerts-{unique}")["TopicArn"]
        self._closing.callback(self.sns.delete_topic, TopicArn=self.alerts_topic)
        values |= {"ExportsBucket": self.exports_bucket, "AlertsTopic": self.alerts_topic}
        self.queues: dict[str, str] = {}
        for name in Template(document, values).queues():
            queue = create_queue(self.sqs, Template(document, values).properties(name), f"{name}-{unique}")
            self._closing.callback(self.sqs.delete_queue, QueueUrl=queue.url)
            values |= {name: queue.url, f"{name}.Arn": queue.arn}
            self.queues[name] = queue.url
        self.queue_url, self.dead_letter_url = self.queues["EventQueue"], self.queues["DeadLetterQueue"]
        return Template(document, values)

    def _set_environment(self, variables: Mapping[str, str]) -> None:
        before = {name: os.environ.get(name) for name in variables}
        self._closing.callback(_restore, before)
        os.environ.update(variables)


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _shared_environment(template: Template, functions: Mapping[str, object]) -> dict[str, str]:
    """All functions' variables together; one process cannot have those on which they differ (the service's name)."""
    merged: dict[str, str] = {}
    differing = set()
    for function in functions:
        for name, value in template.environment(function).items():
            if merged.setdefault(name, value) != value:
                differing.add(name)
    return {name: value for name, value in merged.items() if name not in differing}


def _forget_wiring() -> None:
    """Let the functions read the environment again at their next invocation."""
    for name in _WIRINGS:
        for built in vars(sys.modules[name]).values() if name in sys.modules else ():
            if hasattr(built, "cache_clear"):
                built.cache_clear()

"""Counts what an operation asks of AWS: by its clients, HTTP requests, Redis's statistics, and the own log."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3
import botocore.session
import orjson
from redis import Redis

from bench.cost import units
from bench.cost.table import Table
from common.edge.observability import logger
from common.engines.connections import Connections
from common.engines.json_client import JsonClient
from local.engines import REGION, Engines

_HOUSEKEEPING = frozenset({"auth", "client|setinfo", "config|get", "flushdb", "hello", "info", "ping", "select"})
"""Of connections, and of this meter."""


class Meter:
    """Open it before anything makes a client, then measure one operation after another."""

    def __init__(self, engines: Engines) -> None:
        self._clients = ExitStack()
        self._clients.enter_context(patch.object(JsonClient, "call", self._counting(JsonClient.call)))
        # The queue's poller calls by the SDK, as Lambda's own does unseen.
        session = botocore.session.get_session()
        session.register("before-parameter-build", _note_request)
        session.register("after-call.sqs", self._polled)
        boto3.setup_default_session(botocore_session=session)
        self._search = urlsplit(engines.opensearch_url).netloc
        uncounted = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")  # noqa: S106  # opens nothing
        self._dynamodb = uncounted.client("dynamodb", REGION, endpoint_url=engines.dynamodb_url or None)
        self._redis = Redis.from_url(engines.cache_url)
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.table = Table(self._dynamodb)
        self.metrics: set[str] = set()
        """The names of all metrics that were told."""

    def close(self) -> None:
        """Let clients that are made from here on be counted no more."""
        self._clients.close()
        boto3.DEFAULT_SESSION = None
        self._dynamodb.close()
        self._redis.close()

    @contextmanager
    def measured(self) -> Iterator[Counter[str]]:
        """Count what happens inside the block; the counter is complete when the block is left."""
        self._counts, told = Counter(), StringIO()
        log = logging.StreamHandler(told)
        log.setFormatter(logger.registered_formatter)
        before = self._cache_commands()
        with self._searches_counted(), _attached(logger, log), redirect_stdout(told):
            yield self._counts
        self._counts["cache.commands"] = self._cache_commands() - before
        for line in told.getvalue().splitlines():
            self._read_log(line)

    @contextmanager
    def _searches_counted(self) -> Iterator[None]:
        ask = Connections.ask

        def counting(its: Connections, *request: Any) -> tuple[int, bytes]:  # noqa: ANN401  # as it is called
            status, answer = ask(its, *request)
            if its.host == self._search:
                with self._lock:
                    self._counts.update({"opensearch.requests": 1, "opensearch.bytes": len(request[3]) + len(answer)})
            return status, answer

        with patch.object(Connections, "ask", counting):
            yield

    def _cache_commands(self) -> int:
        commands: Mapping[str, Mapping[str, int]] = self._redis.info("commandstats")
        return sum(of["calls"] for name, of in commands.items() if name.removeprefix("cmdstat_") not in _HOUSEKEEPING)

    def _read_log(self, line: str) -> None:
        self._counts["logs.lines"] += 1
        self._counts["logs.bytes"] += len(line.encode())
        for told in orjson.loads(line).get("_aws", {}).get("CloudWatchMetrics", ()):
            self.metrics |= {metric["Name"] for metric in told["Metrics"]}

    def _counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(client: JsonClient, operation: str, **asked: Any) -> Any:  # noqa: ANN401  # as it is called
            answer = call(client, operation, **asked)
            if client.service == "sqs":
                self._sqs_answered(operation, asked, answer)
            else:
                with self._lock:
                    self._counts.update(self.table.asked(operation, asked, answer))
            return answer

        return counted

    def _polled(self, **call: Any) -> None:  # noqa: ANN401  # botocore's have no types
        self._sqs_answered(call["model"].name, call["context"]["asked"], call["parsed"])

    def _sqs_answered(self, operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        sent = [asked] if "MessageBody" in asked else asked.get("Entries", [])
        texts = [each.get("MessageBody", "") for each in sent] + [each["Body"] for each in answer.get("Messages", [])]
        size = sum(len(text.encode()) for text in texts)
        with self._lock:
            self._counts.update({f"sqs.{operation}": units.sqs_requests(size), "sqs.bytes": size})


@contextmanager
def _attached(to: Any, handler: logging.Handler) -> Iterator[None]:  # noqa: ANN401  # powertools' logger is no Logger
    to.addHandler(handler)
    try:
        yield
    finally:
        to.removeHandler(handler)


def _note_request(**call: Any) -> None:  # noqa: ANN401
    call["context"]["asked"] = call["params"]

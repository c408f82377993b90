"""Counts what an operation asks of AWS: by botocore's events, HTTP requests, Redis's statistics, and the own log."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
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
from local.engines import REGION, Engines

_HOUSEKEEPING = frozenset({"auth", "client|setinfo", "config|get", "flushdb", "hello", "info", "ping", "select"})
"""Of connections, and of this meter."""


class Meter:
    """Open it before anything makes a client, then measure one operation after another."""

    def __init__(self, engines: Engines) -> None:
        session = botocore.session.get_session()
        session.register("before-parameter-build", _note_request)
        session.register("after-call.dynamodb", self._dynamodb_answered)
        session.register("after-call.sqs", self._sqs_answered)
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

    def _dynamodb_answered(self, **call: Any) -> None:  # noqa: ANN401  # botocore's have no types
        parsed, operation = call["parsed"], call["model"].name
        if "Error" in parsed:
            raise RuntimeError(f"{operation}: {parsed['Error']}")
        with self._lock:
            self._counts.update(self.table.asked(operation, call["context"]["asked"], parsed))

    def _sqs_answered(self, **call: Any) -> None:  # noqa: ANN401
        params, parsed = call["context"]["asked"], call["parsed"]
        sent = [params] if "MessageBody" in params else params.get("Entries", [])
        texts = [each.get("MessageBody", "") for each in sent] + [each["Body"] for each in parsed.get("Messages", [])]
        size = sum(len(text.encode()) for text in texts)
        with self._lock:
            self._counts.update({f"sqs.{call['model'].name}": units.sqs_requests(size), "sqs.bytes": size})


@contextmanager
def _attached(to: Any, handler: logging.Handler) -> Iterator[None]:  # noqa: ANN401  # powertools' logger is no Logger
    to.addHandler(handler)
    try:
        yield
    finally:
        to.removeHandler(handler)


def _note_request(**call: Any) -> None:  # noqa: ANN401
    call["context"]["asked"] = call["params"]

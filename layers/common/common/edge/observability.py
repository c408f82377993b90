"""Logger and metrics of powertools, and the tracer: one of each in a process, configured by POWERTOOLS_* variables."""

import json
import warnings
from collections.abc import Mapping
from typing import Any

import orjson
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from common.edge.tracing import Tracer

# An invocation that counts nothing, such as a health check, is no mistake.
warnings.filterwarnings("ignore", "No application metrics to publish")

NAMESPACE = "PaymentsCqrs"


def _line(log: Mapping[str, Any]) -> str:
    """JSON in a third of json's time; what orjson cannot hold, such as a huge number, json can."""
    try:
        return orjson.dumps(log, default=str).decode()
    except TypeError:
        return json.dumps(log, default=str)


logger = Logger(
    use_rfc3339=True,
    utc=True,
    json_serializer=_line,
    json_deserializer=orjson.loads,  # type: ignore[arg-type]  # typed the wrong way round there
)
tracer = Tracer()
metrics = Metrics(namespace=NAMESPACE)


def count(name: str, value: int = 1) -> None:
    """Add to a counter; written as one EMF line when the invocation ends."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def milliseconds(name: str, value: float) -> None:
    """Record a duration."""
    metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=value)

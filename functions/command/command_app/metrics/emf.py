"""The service's own metrics: lines in CloudWatch's embedded metric format, as points. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from common.domain.instants import iso

_UNITS = {"Count": "", "Milliseconds": "ms", "Seconds": "s", "Bytes": "bytes", "Percent": "%"}


def points_of(event_id: str, message: str) -> Iterator[dict[str, Any]]:
    """A point a metric and set of dimensions; none for a line that is no such one.

    What is counted is a counter, all else a histogram of the line's values. The ids are made of the log event's, which
    CloudWatch delivers again with the same one.
    """
    line = _json(message)
    match line.get("_aws"):
        case {"Timestamp": int(milliseconds), "CloudWatchMetrics": list(directives)}:
            at = iso(datetime.fromtimestamp(milliseconds / 1000, UTC))
        case _:
            return
    for number, directive in enumerate(directives):
        for set_number, keys in enumerate(directive.get("Dimensions") or [[]]):
            dimensions = {key: str(line[key]) for key in keys if key in line}
            for metric in directive.get("Metrics") or ():
                told = _values(metric, line.get(metric["Name"]))
                if told:
                    yield {
                        "id": f"{event_id}.{number}.{set_number}",
                        "name": metric["Name"],
                        "timestamp": at,
                        "unit": _UNITS.get(metric.get("Unit", ""), metric.get("Unit", "")),
                        "dimensions": dimensions,
                        **told,
                    }


def _values(metric: Mapping[str, Any], found: object) -> dict[str, Any] | None:
    values = found if isinstance(found, list) else [found]
    if not values or not all(isinstance(value, int | float) for value in values):
        return None
    if metric.get("Unit") == "Count":
        return {"type": "counter", "value": sum(values)}
    return {"type": "histogram", "values": values}


def _json(message: str) -> Mapping[str, Any]:
    try:
        found = orjson.loads(message)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}

"""From counts to quantities that AWS bills, by the names of prices.json."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from bench.cost.load import Load

HOURS = 730
"""Of a month, as AWS counts."""
MILLION = 1_000_000
GB = 1_000_000_000

_FUNCTIONS = {
    "request": "CommandFunction",
    "process": "CommandFunction",
    "fail": "CommandFunction",
    "refund": "CommandFunction",
    "import": "CommandFunction",
    "get": "PaymentsQueryFunction",
    "statistics": "PaymentsQueryFunction",
    "search": "PaymentsQueryFunction",
    "search kept here": "PaymentsQueryFunction",
    "search kept there": "PaymentsQueryFunction",
}
_EACH_MINUTE = {"sweep": "OutboxSweepFunction", "alerts": "AlertsFunction"}
_FIXED = {
    "AWS::CloudWatch::Alarm": "alarms",
    "AWS::CloudWatch::Dashboard": "dashboards",
    "AWS::SecretsManager::Secret": "secrets",
    "AWS::KMS::Key": "keys",
    "AWS::WAFv2::WebACL": "firewalls",
}
FULL_PROCESSOR_MB = 1_769
"""Memory at which a function has a whole processor."""
_LINE_BYTES = 26
"""That CloudWatch adds to each line of a log."""
_PLATFORM_BYTES = 700
"""Of Lambda's own lines about an invocation, `platform.start` and `platform.report`."""
_ACCESS_BYTES = 250
"""Of the API's access log, a request."""
_IDLE_POLLS = 5 * 3 * 60 * HOURS
"""A month: five connections of an event source ask an empty queue every 20 seconds."""
_COPIES = 2
"""A primary and its replica."""
_FULL = 0.75
"""Of a search node's disk; the rest is for merges."""
_NODE_GB = 1_532
"""The most that an r8g.large.search takes of gp3."""

Quantities = Mapping[str, float]


@dataclass(frozen=True)
class Bill:
    """What is billed."""

    a_million: Quantities
    """A million payments, until they can be found, with the reads that they get."""
    standing: Quantities
    """A month without any."""
    keeping: Quantities
    """A month of a million that are kept."""
    whole: Quantities
    """A month of the load, with all that is kept."""


def bill(usage: Mapping[str, Any], resources: Mapping[str, Any], load: Load) -> Bill:
    """Count up; `usage` is that of bench/usage.json, `resources` are template.yaml's."""
    milliseconds = usage["milliseconds"]
    operations = {name: {**counts, "ms": milliseconds[name]} for name, counts in usage["operations"].items()}
    timed = {**usage, "operations": operations}
    kept = load.payments_a_month * load.months_kept / MILLION
    a_million = _times(_a_payment(operations, resources, load), MILLION)
    standing = _standing(timed, resources, load)
    keeping = _times(_a_kept_payment(timed, load), MILLION)
    whole = _sum(standing, _times(a_million, load.payments_a_month / MILLION), _times(keeping, kept))
    # The disks that come with the domain are paid for before they are full.
    disks = max(standing["opensearch.gb_month"], keeping["opensearch.gb_month"] * kept)
    nodes = max(_nodes(resources), ceil(disks / _NODE_GB))
    return Bill(
        a_million, standing, keeping, {**whole, "opensearch.gb_month": disks, "opensearch.node_hours": nodes * HOURS}
    )


def _a_payment(operations: Mapping[str, Quantities], resources: Mapping[str, Any], load: Load) -> Quantities:
    calls = []
    for name, times in load.calls().items():
        counts = operations[name]
        http = {
            "api.requests": 1.0,
            "transfer.out_gb": counts["api.bytes"] / GB,
            "logs.gb": _ACCESS_BYTES / GB,
            # What the cache hands out is counted by the KB.
            "cache.ecpus": counts["api.bytes"] / 1024 if name == "search kept there" else 0.0,
        }
        one = _sum(http, _invocation(counts, resources[_FUNCTIONS[name]], load))
        calls.append(_times(one, times / counts.get("payments", 1)))
    return _sum(*calls, _times(_projection(operations, resources["ProjectorFunction"], load), load.events))


def _projection(operations: Mapping[str, Quantities], projector: Mapping[str, Any], load: Load) -> Quantities:
    """Of an event, as its share of a batch: what a batch of one takes, and what each further message adds."""
    one, many = operations["project one"], operations["project import"]
    batch, further = load.events_a_batch, operations["import"]["payments"] - 1
    counts = {what: one[what] + (many[what] - one[what]) / further * (batch - 1) for what in one if what in many}
    return _times(_invocation(counts, projector, load), 1 / batch)


def _invocation(counts: Quantities, function: Mapping[str, Any], load: Load) -> Quantities:
    memory = function["Properties"]["MemorySize"]
    # As if all of the time were work and none of it waiting: with less than a processor it takes longer by as much.
    seconds = counts["ms"] / 1000 * max(1.0, FULL_PROCESSOR_MB / memory)
    logged = counts["logs.bytes"] + counts["logs.lines"] * _LINE_BYTES + _PLATFORM_BYTES
    return {
        "lambda.requests": 1,
        "lambda.gb_seconds": seconds * memory / 1024,
        "dynamodb.write": counts.get("dynamodb.write", 0) + counts.get("dynamodb.index_write", 0),
        "dynamodb.read": counts.get("dynamodb.read", 0),
        "sqs.requests": sum(n for name, n in counts.items() if name.startswith("sqs.") and name != "sqs.bytes"),
        "endpoint.gb": counts.get("sqs.bytes", 0) / GB,
        "cache.ecpus": counts.get("cache.commands", 0),
        # Every other request goes to the other zone.
        "transfer.zone_gb": counts.get("opensearch.bytes", 0) / 2 / GB,
        "logs.gb": logged / GB,
        "traces": load.traced,
    }


def _standing(usage: Mapping[str, Any], resources: Mapping[str, Any], load: Load) -> Quantities:
    operations = usage["operations"]
    each_minute = [_invocation(operations[name], resources[of], load) for name, of in _EACH_MINUTE.items()]
    each_hour = _invocation(operations["reconcile"], resources["ReconcileFunction"], load)
    domain = resources["SearchDomain"]["Properties"]
    fixed = Counter(_FIXED[each["Type"]] for each in resources.values() if each["Type"] in _FIXED)
    rules = [len(each["Properties"]["Rules"]) for each in resources.values() if each["Type"] == "AWS::WAFv2::WebACL"]
    return _sum(
        _times(_sum(*each_minute), 60 * HOURS),
        _times(each_hour, HOURS),
        fixed,
        {
            "firewall_rules": sum(rules),
            "metrics": len(usage["metrics"]),
            "sqs.requests": _IDLE_POLLS * _queues_polled(resources),
            "opensearch.node_hours": _nodes(resources) * HOURS,
            "opensearch.gb_month": _nodes(resources) * domain["EBSOptions"]["VolumeSize"],
            "cache.gb_hours": load.cache_gb * HOURS,
            "endpoint.hours": _endpoints(resources) * HOURS,
        },
    )


def _a_kept_payment(usage: Mapping[str, Any], load: Load) -> Quantities:
    operations, calls = usage["operations"], load.calls()
    stored = sum(
        times * operations[name].get("table.bytes", 0) / operations[name].get("payments", 1)
        for name, times in calls.items()
    )
    indexed = load.events * usage["indexBytesADocument"]
    return {
        "dynamodb.gb_month": stored / GB,
        "dynamodb.backup_gb_month": stored / GB,
        "opensearch.gb_month": indexed * _COPIES / _FULL / GB,
        # The hourly reconciliation scans the table, half a unit a 4 KB.
        "dynamodb.read": stored / 4096 / 2 * HOURS,
    }


def _nodes(resources: Mapping[str, Any]) -> int:
    count: int = resources["SearchDomain"]["Properties"]["ClusterConfig"]["InstanceCount"]
    return count


def _queues_polled(resources: Mapping[str, Any]) -> int:
    events = [event for each in resources.values() for event in each.get("Properties", {}).get("Events", {}).values()]
    return sum(event["Type"] == "SQS" for event in events)


def _endpoints(resources: Mapping[str, Any]) -> int:
    """Interface endpoints, one a zone."""
    properties = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::EC2::VPCEndpoint"]
    return sum(len(each["SubnetIds"]) for each in properties if each["VpcEndpointType"] == "Interface")


def _times(quantities: Quantities, factor: float) -> Quantities:
    return {name: quantity * factor for name, quantity in quantities.items()}


def _sum(*parts: Quantities) -> Quantities:
    total: dict[str, float] = {}
    for part in parts:
        for name, quantity in part.items():
            total[name] = total.get(name, 0) + quantity
    return total

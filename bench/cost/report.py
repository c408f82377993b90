"""The bill in dollars, for people, for pages and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bench.cost.bill import Bill, Quantities

_SERVICES = {
    "api": "API Gateway",
    "lambda": "Lambda",
    "dynamodb": "DynamoDB",
    "sqs": "SQS",
    "opensearch": "OpenSearch",
    "cache": "ElastiCache",
    "logs": "CloudWatch",
    "metrics": "CloudWatch",
    "alarms": "CloudWatch",
    "dashboards": "CloudWatch",
    "traces": "X-Ray",
    "transfer": "data transfer",
    "endpoint": "VPC endpoints",
    "secrets": "keys, secrets, firewall",
    "keys": "keys, secrets, firewall",
    "firewalls": "keys, secrets, firewall",
    "firewall_rules": "keys, secrets, firewall",
}
COLUMNS = ("a million payments", "a month without any", "a month of keeping a million", "this load, a month")

Prices = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """A service and its dollars, one a column."""

    service: str
    dollars: Sequence[float]


def rows(bill: Bill, prices: Prices) -> Sequence[Row]:
    """A row a service, and the total."""
    columns = [by_service(part, prices) for part in (bill.a_million, bill.standing, bill.keeping, bill.whole)]
    services = [Row(name, [column.get(name, 0.0) for column in columns]) for name in dict.fromkeys(_SERVICES.values())]
    return [*services, Row("total", [sum(column.values()) for column in columns])]


def by_service(quantities: Quantities, prices: Prices) -> Mapping[str, float]:
    """Dollars of each service."""
    dollars: dict[str, float] = {}
    for name, quantity in quantities.items():
        service = _SERVICES[name.partition(".")[0]]
        dollars[service] = dollars.get(service, 0.0) + quantity * prices[name]["usd"] / prices[name]["per"]
    return dollars


def table(rows: Sequence[Row]) -> Table:
    """For a terminal."""
    drawn = Table(title="US dollars")
    drawn.add_column("")
    for column in COLUMNS:
        drawn.add_column(column, justify="right")
    for row in rows:
        drawn.add_row(row.service, *map(_dollars, row.dollars), style="bold" if row.service == "total" else "")
    return drawn


def markdown(rows: Sequence[Row]) -> str:
    """For docs/cost.md."""
    lines = [f"| US dollars | {' | '.join(COLUMNS)} |", "|---|" + "---:|" * len(COLUMNS)]
    lines += [f"| {row.service} | {' | '.join(map(_dollars, row.dollars))} |" for row in rows]
    return "\n".join(lines)


def details(bill: Bill, prices: Prices) -> Table:
    """What the month of the load is made of."""
    drawn = Table(title="this load, a month")
    for column, justify in (("", "left"), ("quantity", "right"), ("price", "right"), ("US dollars", "right")):
        drawn.add_column(column, justify=justify)  # type: ignore[arg-type]  # one of the two
    for name, quantity in bill.whole.items():
        price = prices[name]
        unit = f"{price['usd']:g} / {price['per']:,} {price['unit']}"
        drawn.add_row(name, f"{quantity:,.0f}", unit, _dollars(quantity * price["usd"] / price["per"]))
    return drawn


def _dollars(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"

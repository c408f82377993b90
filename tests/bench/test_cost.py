"""What the calculator rests on: counts that a second count confirms, AWS's units, and sums that add up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from bench.cost import report, usage
from bench.cost.__main__ import PRICES
from bench.cost.bill import MILLION, Bill, bill
from bench.cost.load import Load
from bench.cost.units import index_units, item_bytes, read_units, sqs_requests, write_units
from local.engines import Engines
from local.places import ROOT
from local.template import load

WRITTEN: usage.Usage = orjson.loads(usage.USAGE.read_bytes())
PRICE_LIST: dict[str, Any] = orjson.loads(PRICES.read_bytes())
RESOURCES = load()["Resources"]
# What depends on what was done only, not on when somebody looked or on how long a name is.
EXACT = re.compile(r"dynamodb\.\w+|sqs\.(Send|Delete)\w+|opensearch\.documents|payments")


def billed(**changes: float) -> Bill:
    return bill(WRITTEN, RESOURCES, replace(Load(), **changes))


@pytest.fixture(scope="module")
def counted(engines: Engines) -> Iterator[usage.Usage]:
    with usage.metered(engines) as (meter, system):
        yield usage.measure(meter, system)


def test_a_second_count_finds_what_was_written_down(counted: usage.Usage) -> None:
    # Given each operation, run and counted once more
    assert list(counted["operations"]) == list(WRITTEN["operations"])
    for name, written in WRITTEN["operations"].items():
        again = counted["operations"][name]

        # Then requests and units are the same, and bytes about the same
        def exact(of: dict[str, float]) -> dict[str, float]:
            return {what: count for what, count in of.items() if EXACT.fullmatch(what)}

        assert exact(again) == exact(written), f"{name}: run python -m bench.cost.usage --counts"
        sizes = {what: count for what, count in written.items() if what.endswith("bytes")}
        assert {what: again[what] for what in sizes} == pytest.approx(sizes, rel=0.2), name


def test_what_is_kept_in_the_cache_asks_the_index_nothing(counted: usage.Usage) -> None:
    operations = counted["operations"]
    assert operations["search"]["opensearch.requests"] == 1
    assert "opensearch.requests" not in operations["search kept here"]
    assert "opensearch.requests" not in operations["search kept there"]
    assert operations["search kept here"]["cache.commands"] < operations["search kept there"]["cache.commands"]


def test_items_are_as_large_as_dynamodb_says() -> None:
    # Names and texts in UTF-8, two digits a byte and one more
    assert (
        item_bytes({"pk": {"S": "é"}, "n": {"N": "12345"}, "b": {"B": b"xyz"}, "t": {"SS": ["ab", "c"]}})
        == 4 + 5 + 4 + 9
    )
    small, large = {"pk": {"S": "x" * 1_022}}, {"pk": {"S": "x" * 1_023}}
    assert (write_units(None, small), write_units(None, large), write_units(large, small)) == (1, 2, 2)
    assert (read_units(0, consistent=True), read_units(4_097, consistent=True), read_units(1, consistent=False)) == (
        1,
        2,
        0.5,
    )
    assert (sqs_requests(0), sqs_requests(65_536), sqs_requests(65_537)) == (1, 1, 2)


def test_an_index_is_written_where_its_entry_changes() -> None:
    keys = ["outbox", "occurredAt"]
    unmarked = {"pk": {"S": "p"}, "sk": {"S": "s"}, "occurredAt": {"S": "t"}}
    marked = {**unmarked, "outbox": {"S": "1"}}
    assert index_units(keys, None, marked) == 1
    assert index_units(keys, marked, {**marked, "event": {"S": "another"}}) == 0
    assert index_units(keys, marked, {**marked, "outbox": {"S": "2"}}) == 2
    assert index_units(keys, marked, unmarked) == 1
    assert index_units(keys, unmarked, None) == 0


def test_a_month_is_its_payments_and_what_stands_and_what_is_kept() -> None:
    # Given two loads of which one has twice the payments, and none kept
    once, twice = billed(months_kept=0, batch=10), billed(months_kept=0, batch=10, payments_per_day=2_000_000)

    # Then a million cost the same, and twice as many twice as much
    assert twice.a_million == once.a_million
    added = {name: twice.whole[name] - once.whole[name] for name in once.a_million}
    months = Load().payments_a_month / MILLION
    assert added == pytest.approx({name: quantity * months for name, quantity in once.a_million.items()})
    # And a month without any costs what stands
    nothing = billed(payments_per_day=0, months_kept=0)
    assert nothing.whole == pytest.approx({**dict.fromkeys(nothing.whole, 0.0), **nothing.standing})


def test_every_operation_of_a_payment_is_paid_for() -> None:
    # Given a payment that is only requested and processed, in batches of one
    counts = WRITTEN["operations"]
    bare = billed(failed=0, refunded=0, gets=0, searches=0, statistics=0, batch=1).a_million

    # Then its units are those of the two commands
    writes = sum(
        counts[name][f"dynamodb.{what}"] for name in ("request", "process") for what in ("write", "index_write")
    )
    assert bare["dynamodb.write"] == writes * MILLION
    assert bare["api.requests"] == 2 * MILLION
    assert bare["lambda.requests"] == 4 * MILLION
    # And an import costs fewer
    assert billed(imported=1, failed=0, refunded=0).a_million["dynamodb.write"] < bare["dynamodb.write"]


def test_more_data_takes_more_disks_and_then_more_nodes() -> None:
    small, large = billed(months_kept=1), billed(months_kept=120)
    assert small.whole["opensearch.gb_month"] == small.standing["opensearch.gb_month"]
    assert large.whole["opensearch.gb_month"] > small.whole["opensearch.gb_month"]
    assert large.whole["opensearch.node_hours"] > small.whole["opensearch.node_hours"]


def test_every_quantity_has_a_price_with_the_page_to_check_it_by() -> None:
    prices = PRICE_LIST["prices"]
    whole = billed().whole
    assert set(whole) <= set(prices)
    assert all(price["page"].startswith("https://aws.amazon.com/") for price in prices.values())
    assert {"region", "noted", "source"} <= set(PRICE_LIST)
    # And the services' dollars add up
    rows = report.rows(billed(), prices)
    total = sum(quantity * prices[name]["usd"] / prices[name]["per"] for name, quantity in whole.items())
    assert rows[-1].dollars[-1] == pytest.approx(total)
    assert sum(row.dollars[-1] for row in rows[:-1]) == pytest.approx(total)


def test_the_page_has_about_what_the_calculator_says() -> None:
    page = (ROOT / "docs" / "cost.md").read_text()
    for row in report.rows(billed(), PRICE_LIST["prices"]):
        [line] = re.findall(rf"^\| {row.service} \| (.*) \|$", page, re.MULTILINE)
        on_page = [float(cell.replace(",", "")) for cell in line.split(" | ")]
        near = pytest.approx(row.dollars, rel=0.1, abs=0.05)
        assert on_page == near, f"{row.service}: python -m bench.cost --write"

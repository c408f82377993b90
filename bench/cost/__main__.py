"""`python -m bench.cost`: what the system costs on AWS, by the counts in bench/usage.json and prices.json.

Prices are inputs: check them against the pages that prices.json names, and give others by --price or --prices.
"""

import argparse
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from bench.cost import report
from bench.cost.bill import bill
from bench.cost.load import Load
from bench.cost.usage import USAGE
from bench.report import between_markers
from local.places import ROOT
from local.template import load as load_template

PRICES = Path(__file__).with_name("prices.json")
PAGE = ROOT / "docs" / "cost.md"


def main() -> None:
    """Print the bill."""
    options = _options()
    listed = orjson.loads(options.prices.read_bytes())
    prices = listed["prices"]
    for name, usd in options.price:
        prices[name]["usd"] = usd
    load = Load(**{each.name: getattr(options, each.name) for each in fields(Load)})
    billed = bill(orjson.loads(USAGE.read_bytes()), load_template()["Resources"], load)
    if options.json:
        print(orjson.dumps({"load": asdict(load), **asdict(billed)}, option=orjson.OPT_INDENT_2).decode())  # noqa: T201
        return
    rows = report.rows(billed, prices)
    if options.write:
        PAGE.write_text(between_markers(PAGE.read_text(), report.markdown(rows)))
    console = Console()
    console.print(report.table(rows))
    if options.details:
        console.print(report.details(billed, prices))
    console.print(f"Prices of {listed['region']}, noted {listed['noted']}: {listed['source']}", style="dim")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for each in fields(Load):
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=float, default=each.default, metavar="N")
    parser.add_argument("--prices", type=Path, default=PRICES, help="another price table")
    parser.add_argument("--price", type=_price, action="append", default=[], metavar="NAME=USD", help="another price")
    parser.add_argument("--json", action="store_true", help="every quantity, for programs")
    parser.add_argument("--write", action="store_true", help="the table into docs/cost.md")
    parser.add_argument("--details", action="store_true", help="every quantity")
    return parser.parse_args()


def _price(text: str) -> tuple[str, float]:
    name, _, usd = text.partition("=")
    names: dict[str, Any] = orjson.loads(PRICES.read_bytes())["prices"]
    if name not in names:
        raise argparse.ArgumentTypeError(f"no price {name}; there are {', '.join(names)}")
    return name, float(usd)


if __name__ == "__main__":
    main()

"""`python -m bench.simulate`: how far the search is behind when payments come in bursts, and what keeps it close.

Without --payments: at 10, 1,000 and 100,000 payments a second, as template.yaml has it and as the simulation chooses.
--write puts table and picture into docs/scale.md.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence

import orjson
from rich.console import Console
from rich.table import Table

from bench.cost.__main__ import PRICES
from bench.cost.load import Load
from bench.report import between_markers
from bench.simulate.chart import Line, chart
from bench.simulate.choose import Burst, Trial, choose, tried
from bench.simulate.model import NEVER, Killing, Setting
from bench.simulate.service import Service
from local.places import ROOT
from local.template import Template, load

RATES = (10.0, 1_000.0, 100_000.0)
PAGE = ROOT / "docs" / "scale.md"
PICTURE = ROOT / "docs" / "scale.svg"
COLUMNS = (
    "payments/s",
    "",
    "bulks at a time",
    "batch",
    "window",
    "concurrency",
    "lag p50",
    "lag p99",
    "lag max",
    "waiting",
    "messages a batch",
    "US dollars a million",
)

Rows = Sequence[tuple[float, str, Trial]]


def main() -> None:
    """Simulate and show."""
    options = _options()
    template = Template(load(), {})
    memory = template.functions()["ProjectorFunction"].memory
    service = Service.read().with_memory(memory).times(options.slower)
    prices = orjson.loads(PRICES.read_bytes())["prices"]
    given = _given(template, options)
    rows: list[tuple[float, str, Trial]] = []
    for payments in [options.payments] if options.payments else RATES:
        burst = Burst(payments * Load().events, times=options.burst, seconds=options.seconds)
        killing = Killing(every=options.killed_every)
        rows.append((payments, "given", tried(burst, given, service, killing)))
        if killing == NEVER and (chosen := choose(burst, service, options.lag, memory, prices)):
            rows.append((payments, "chosen", chosen))
    texts = [_texts(payments, name, trial, trial.dollars(memory, prices)) for payments, name, trial in rows]
    console = Console()
    console.print(_table(texts))
    if options.write:
        PAGE.write_text(between_markers(PAGE.read_text(), markdown(texts)))
        title = f"Lag through a burst of {options.burst:g} times as much, from 10 s to 20 s"
        lines = {f"{payments:,.0f}/s, {name}": lag_line(trial) for payments, name, trial in rows}
        PICTURE.write_text(chart(title, options.seconds, lines))


def markdown(texts: Sequence[Sequence[str]]) -> str:
    """For docs/scale.md."""
    head = f"| {' | '.join(COLUMNS)} |\n|---:|---|{'---:|' * (len(COLUMNS) - 2)}"
    return "\n".join([head, *(f"| {' | '.join(row)} |" for row in texts)])


def lag_line(trial: Trial) -> Line:
    """The longest lag of what arrived in each second."""
    longest: dict[int, float] = defaultdict(float)
    for arrived, lag, _ in trial.outcome.lags:
        longest[int(arrived)] = max(longest[int(arrived)], lag)
    return sorted(longest.items())


def _texts(payments: float, name: str, trial: Trial, dollars: float) -> Sequence[str]:
    setting, outcome = trial.setting, trial.outcome
    return (
        f"{payments:,.0f}",
        name,
        str(setting.engine),
        f"{setting.batch:,}",
        f"{setting.window:g} s",
        f"{setting.concurrency:,}",
        *(_seconds(outcome.percentile(share)) for share in (0.5, 0.99, 1.0)),
        f"{outcome.most_waiting:,}",
        f"{outcome.done / len(outcome.batches):,.0f}",
        f"{dollars:.2f}",
    )


def _seconds(value: float) -> str:
    return f"{value:,.0f} s" if value >= 100 else f"{value:.2g} s"


def _table(texts: Sequence[Sequence[str]]) -> Table:
    table = Table()
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "" else "right")
    for row in texts:
        table.add_row(*row)
    return table


def _given(template: Template, options: argparse.Namespace) -> Setting:
    """What the options say, else template.yaml."""
    mapping = template.queue_mapping("ProjectorFunction")
    return Setting(
        batch=options.batch or mapping.batch_size,
        window=mapping.window if options.window is None else options.window,
        concurrency=options.concurrency or mapping.concurrency,
        engine=options.engine,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=float, help="a second, outside of the burst")
    parser.add_argument("--burst", type=float, default=5.0, help="times as many, from second 10 to 20")
    parser.add_argument("--seconds", type=float, default=60.0, help="of arrivals")
    parser.add_argument("--batch", type=int, help="template.yaml's")
    parser.add_argument("--window", type=float, help="template.yaml's, in seconds")
    parser.add_argument("--concurrency", type=int, help="template.yaml's")
    parser.add_argument("--engine", type=int, default=Setting.engine, help="bulks that the domain works on at a time")
    parser.add_argument("--lag", type=float, default=3.0, help="seconds of the p99 that is to be kept")
    parser.add_argument("--slower", type=float, default=1.0, help="times as long as was measured")
    parser.add_argument(
        "--killed-every", type=float, default=NEVER.every, help="seconds: an invocation dies, its messages come again"
    )
    parser.add_argument("--write", action="store_true", help="table and picture into docs/")
    return parser.parse_args()


if __name__ == "__main__":
    main()

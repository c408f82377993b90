"""`make demo`: the main job on real input, from nothing to checked totals, in front of the person's eyes."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

import httpx
from rich.bar import Bar
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn
from rich.progress import Task as ProgressTask
from rich.table import Table
from rich.text import Text

from local.invoices import COUNT, CURRENCY, RULE, TOTAL, Invoice, by_organization, chunks, problems, read_invoices
from local.places import INVOICES, LOCAL
from local.processes import LocalError, Processes
from local.stack.system import start_system
from local.tokens import cognito_token

LOGS = LOCAL / "logs" / "demo"
CHUNK = 500
CLIENTS = 3
MONTH = "2011-11"
PATIENCE_SECONDS = 60.0
"""How long the projection may make no progress at all."""
_TRIES = 4

Answer = Mapping[str, Any]


def demo(console: Console) -> None:
    """Run it all. Raises LocalError where anything is not as it must be, a penny included."""
    started = time.monotonic()
    invoices = read_invoices(INVOICES)
    parts = by_organization(invoices)
    with ExitStack() as stack:
        processes = stack.enter_context(Processes(LOGS))
        _heading(console, "The system: template.yaml, deployed on this machine")
        engines, deployment = start_system(processes, LOGS, lambda line: console.print(line, soft_wrap=True))
        clients = {
            organization: stack.enter_context(
                _client(
                    deployment.api_url,
                    cognito_token(str(engines.aws_url), deployment.outputs, organization, "agent", "demo"),
                )
            )
            for organization in parts
        }
        deployed = time.monotonic()

        _heading(console, f"{len(invoices):,} real invoices, through POST /v1/payments/import")
        console.print(f"Each becomes a payment completed on its day; {RULE}.")
        _import(console, clients, parts)
        imported = time.monotonic()
        _wait_for_projection(console, clients, parts)
        projected = time.monotonic()

        _totals(console, clients, parts)
        _search(console, clients["acme-1"], "hart holdr")
        _suggestions(console, clients["acme-1"], "whi")
        _month(console, clients)
    console.print()
    console.print(
        f"Done in {time.monotonic() - started:.0f} s: system up in {deployed - started:.0f} s, "
        f"{len(invoices):,} payments accepted in {imported - deployed:.0f} s "
        f"({len(invoices) / (imported - deployed):,.0f} a second), all searchable {projected - imported:.0f} s later; "
        f"engines stopped."
    )


def _client(url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def _import(console: Console, clients: Mapping[str, httpx.Client], parts: Mapping[str, Sequence[Invoice]]) -> None:
    jobs = [(clients[organization], chunk) for organization, part in parts.items() for chunk in chunks(part, CHUNK)]
    columns = [BarColumn(32), MofNCompleteColumn(), _RateAndTimeLeft()]
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(CLIENTS) as pool:
        task = progress.add_task("import", total=sum(len(part) for part in parts.values()))
        for count in pool.map(lambda job: _import_chunk(*job), jobs):
            progress.advance(task, count)


def _import_chunk(client: httpx.Client, chunk: Sequence[Invoice]) -> int:
    """Import some invoices; answers how many. Safe to try again: what is there already is answered as a duplicate."""
    answer = _call(
        client,
        "POST",
        "/v1/payments/import",
        content=b"\n".join(invoice.line() for invoice in chunk),
        headers={"Content-Type": "application/x-ndjson"},
    )
    refused = [result for result in answer["results"] if result["outcome"] == "rejected"]
    if refused:
        raise LocalError(f"{len(refused)} invoices were rejected, the first one: {refused[0]}")
    return len(chunk)


def _wait_for_projection(
    console: Console, clients: Mapping[str, httpx.Client], parts: Mapping[str, Sequence[Invoice]]
) -> None:
    """Wait until the read side counts as many payments as were written."""
    expected = sum(len(part) for part in parts.values())
    seen, progressed = 0, time.monotonic()
    with console.status("Waiting for the projection ...") as status:
        while seen < expected:
            now_seen = sum(_count_and_total(_get(client, "/v1/payments/statistics"))[0] for client in clients.values())
            if now_seen != seen:
                seen, progressed = now_seen, time.monotonic()
            if time.monotonic() - progressed > PATIENCE_SECONDS:
                raise LocalError(f"the read side stays at {seen:,} of {expected:,} payments (logs: {LOGS})")
            status.update(f"Waiting for the projection: {seen:,} of {expected:,} ...")
            time.sleep(0.25)


def _totals(console: Console, clients: Mapping[str, httpx.Client], parts: Mapping[str, Sequence[Invoice]]) -> None:
    """Show what the read side counts and sums, and check it against the file and its control figures."""
    _heading(console, "What the read side says: GET /v1/payments/statistics")
    seen = {name: _count_and_total(_get(client, "/v1/payments/statistics")) for name, client in clients.items()}
    table = _table("organization", ">payments", f">total {CURRENCY}")
    for organization, (count, total) in seen.items():
        table.add_row(organization, f"{count:,}", f"{total:,.2f}")
    table.add_section()
    table.add_row(
        "all", f"{sum(count for count, _ in seen.values()):,}", f"{sum(total for _, total in seen.values()):,.2f}"
    )
    console.print(table)
    if wrong := problems(parts, seen):
        raise LocalError(f"the totals are wrong: {'; '.join(wrong)}")
    console.print(f"Right to the penny: the control figures are {COUNT:,} payments and {TOTAL:,} {CURRENCY}.")


def _search(console: Console, client: httpx.Client, query: str) -> None:
    _heading(console, f'A search with two typos: GET /v1/payments?q="{query}" (acme-1)')
    answer = _get(client, "/v1/payments", q=query, limit="5")
    table = _table(">score", "payment", ">amount", "description")
    for payment in answer["payments"]:
        table.add_row(
            f"{payment['score']:.2f}",
            payment["paymentId"],
            f"{Decimal(payment['amount']):,.2f}",
            payment["description"],
        )
    console.print(table)
    console.print(f"{answer['total']:,} payments found; the best {len(answer['payments'])} are shown.")


def _suggestions(console: Console, client: httpx.Client, typed: str) -> None:
    _heading(console, f'Suggestions while typing: GET /v1/payments/suggestions?q="{typed}" (acme-1)')
    table = _table(">score", "suggestion")
    for suggestion in _get(client, "/v1/payments/suggestions", q=typed)["suggestions"]:
        table.add_row(f"{suggestion['score']:g}", suggestion["text"])
    console.print(table)


def _month(console: Console, clients: Mapping[str, httpx.Client]) -> None:
    _heading(console, f"{MONTH} by day, all organizations together")
    days: dict[str, tuple[int, Decimal]] = {}
    for client in clients.values():
        answer = _get(client, "/v1/payments/statistics", **{"from": f"{MONTH}-01", "to": f"{MONTH}-30"})
        for bucket in answer["daily"]:
            count, total = days.get(bucket["date"], (0, Decimal(0)))
            days[bucket["date"]] = count + bucket["count"], total + Decimal(bucket["sum"])
    most = float(max(total for _, total in days.values()))
    table = _table("day", ">payments", f">{CURRENCY}", "")
    for day, (count, total) in sorted(days.items()):
        table.add_row(day, str(count), f"{total:,.2f}", Bar(most, 0, float(total), width=40, color="green"))
    console.print(table)


def _get(client: httpx.Client, path: str, **query: str) -> Answer:
    return _call(client, "GET", path, params=query)


def _call(client: httpx.Client, method: str, path: str, **request: Any) -> Answer:  # noqa: ANN401  # httpx's own
    """Call the API; tries again what the API says may pass later. Raises LocalError."""
    for tries_left in reversed(range(_TRIES)):
        try:
            answer = client.request(method, path, **request)
        except httpx.TransportError as error:
            raise LocalError(f"{method} {path} was not answered: {error!r}") from error
        if answer.is_success:
            body: Answer = answer.json()
            return body
        if answer.status_code not in (429, 503) or not tries_left:
            break
        time.sleep(float(answer.headers.get("Retry-After", "1")))
    raise LocalError(f"{method} {path} was answered {answer.status_code}: {answer.text[:500]}")


def _count_and_total(statistics: Answer) -> tuple[int, Decimal]:
    """Of the demo's one currency."""
    buckets = [bucket for bucket in statistics["currency"] if bucket["currency"] == CURRENCY]
    return sum(bucket["count"] for bucket in buckets), sum((Decimal(bucket["sum"]) for bucket in buckets), Decimal(0))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold", markup=False)


def _table(*titles: str) -> Table:
    """A table without lines; a title's leading > aligns its column to the right."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        name = title.lstrip(">")
        side: Literal["left", "right"] = "right" if title.startswith(">") else "left"
        table.add_column(name, justify=side, min_width=len(name), no_wrap=True, overflow="ellipsis")
    return table


class _RateAndTimeLeft(ProgressColumn):
    """Payments a second since the start; answers come a few hundred at a time, too unsteady for rich's own estimate."""

    def render(self, task: ProgressTask) -> Text:
        rate = task.completed / task.elapsed if task.elapsed else 0.0
        if not rate:
            return Text("-:--:-- left")
        left = timedelta(seconds=round((task.remaining or 0) / rate))
        return Text(f"{rate:,.0f}/s  {left} left")

"""`make sam-local`: every function as `sam build` makes it, under the real runtime client, one story through all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from local.engines.default import start_default
from local.inprocess.system import System
from local.places import LOCAL
from local.processes import LocalError, Processes
from local.sam.build import Built, build
from local.sam.docker import invoked_in_docker
from local.sam.emulator import Emulator
from local.sam.steps import Step, decoded, differences, steps, told

LOGS = LOCAL / "logs" / "sam-local"
_MAIL = "custom-resource-answer"
WARM = 10
"""Further invocations with the same event, where that changes nothing."""


@dataclass(frozen=True)
class Outcome:
    """What is wrong with a step's answer, and its milliseconds: of its function's first invocation, and when warm."""

    step: Step
    wrong: list[str]
    first: float | None
    warm: float | None


def sam_local(console: Console) -> None:
    """Build, run the story, print it. Raises LocalError when an answer is not as it must be."""
    console.print("sam build ...")
    built = build()
    table = Table(box=None, pad_edge=False)
    for title in ("function", "what it does", "cold ms", "warm ms", "answer"):
        table.add_column(title, justify="right" if title.endswith("ms") else "left")
    wrong: list[str] = []
    with Processes(LOGS) as processes, System(start_default(processes)) as system:
        for outcome in told_story(processes, built, system):
            found = "as expected" if not outcome.wrong else "[red]wrong[/red]"
            table.add_row(outcome.step.function, outcome.step.does, _ms(outcome.first), _ms(outcome.warm), found)
            wrong += [f"{outcome.step.path.name}: {each}" for each in outcome.wrong]
        console.print(table)
        console.print(invoked_in_docker(built, system.template))
    if wrong:
        raise LocalError("\n".join([*wrong, f"the functions' logs: {LOGS}"]))


def told_story(processes: Processes, built: Built, system: System) -> Iterator[Outcome]:
    """Send each step's event to its function."""
    emulators: dict[str, Emulator] = {}
    known = {"mailbox": _mailbox(system)}
    functions = system.template.functions()
    for step in steps():
        fresh = step.function not in emulators
        if fresh:
            variables = system.template.environment(step.function)
            emulators[step.function] = Emulator(processes, built, functions[step.function], variables)
        emulator, event = emulators[step.function], step.event(known)
        first = emulator.invoke(event)
        warm = median(emulator.invoke(event).milliseconds for _ in range(WARM)) if _repeatable(event) else None
        answer = _mail(system) if "ResponseURL" in event else decoded(first.answer)
        wrong = list(differences(step.expected(known), answer))
        known |= told(answer)
        yield Outcome(step, wrong, first.milliseconds if fresh else None, warm)


def _repeatable(event: Mapping[str, Any]) -> bool:
    """Whether the same event once more makes nothing new."""
    posted = event.get("requestContext", {}).get("http", {}).get("method") == "POST"
    return not posted or "idempotency-key" in event["headers"]


def _mailbox(system: System) -> str:
    """Where a custom resource answers CloudFormation: a signed address of S3, as CloudFormation itself gives."""
    address = {"Bucket": system.exports_bucket, "Key": _MAIL}
    return system.s3.generate_presigned_url("put_object", Params=address)


def _mail(system: System) -> Any:  # noqa: ANN401  # JSON of any shape
    return orjson.loads(system.s3.get_object(Bucket=system.exports_bucket, Key=_MAIL)["Body"].read())


def _ms(value: float | None) -> str:
    return f"{value:,.0f}" if value is not None else ""

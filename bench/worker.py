"""`python -m bench.worker command|projector|sweep`: a part of the load test in a process that may be killed.

What is done stands in journals; who starts again goes on behind them, as a caller who heard no answer calls again.
"""

import argparse
import threading
import time
from pathlib import Path
from typing import Any

from bench import work
from bench.journal import Journals, append
from common.domain.events import read_event
from common.domain.instants import now
from common.domain.upcasters import UPCASTERS
from common.engines.json_client import sqs_client
from common.settings import Settings
from local.inprocess.gateway import Gateway, HttpRequest
from local.inprocess.identity import Identity
from local.inprocess.queue import QueuePoller
from local.inprocess.runtime import LambdaFunction
from local.inprocess.schedule import Clock
from local.template import Template, load
from projector_app.payments_handler import lambda_handler as project

_AGAIN_SECONDS = 0.5
_NEVER = threading.Event()


def main() -> None:
    """Work until there is no more, or until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("command", "projector", "sweep"))
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0, help="block to begin with")
    parser.add_argument("--step", type=int, default=1, help="from one block to the next")
    parser.add_argument("--blocks", type=int, default=0, help="how many there are, for all workers together")
    options = parser.parse_args()
    match options.part:
        case "command":
            _command(options.journal, range(options.first, options.blocks, options.step))
            _NEVER.wait()
        case "projector":
            _project(options.journal)
        case _:
            _sweep()


def _command(journal: Path, blocks: range) -> None:
    """Send each block until it is answered, then note it."""
    template, identity = Template(load(), {}), Identity()
    function = LambdaFunction(template.functions()["CommandFunction"])
    gateway = Gateway(template.routes(), {"CommandFunction": function}, identity)
    done = len(Journals(journal.parent, journal.name).new_lines())
    for block in blocks[done:]:
        token = identity.issue(work.organization(block))
        for call in work.calls(block):
            headers = [("authorization", f"Bearer {token}"), *call.headers]
            while True:
                answer = gateway.handle(HttpRequest("POST", call.path, "", headers, call.body))
                if answer.status == 200:
                    break
                # A call that was killed holds its key for half a minute.
                if answer.status < 500 and "still running" not in answer.json["detail"]:
                    raise SystemExit(f"{call.path}: {answer.status} {answer.body.decode()}")
                time.sleep(_AGAIN_SECONDS)
        append(journal, [str(block)])


def _project(journal: Path) -> None:
    """Take batches to the projector, and note the lag of each event that it is done with."""

    def measured(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401  # as Lambda calls it
        answer = project(event, context)
        at = now()
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        done = [read_event(each["body"], UPCASTERS) for each in event["Records"] if each["messageId"] not in failed]
        append(journal, [f"{each.event_id} {round((at - each.occurred_at).total_seconds() * 1000)}" for each in done])
        return answer

    template = Template(load(), {})
    mapping = template.queue_mapping("ProjectorFunction")
    function = LambdaFunction(template.functions()[mapping.function], measured)
    QueuePoller(sqs_client(), Settings.from_env().queue_url, mapping, function).run(_NEVER)


def _sweep() -> None:
    template = Template(load(), {})
    [schedule] = [each for each in template.schedules() if each.function == "OutboxSweepFunction"]
    Clock(schedule, LambdaFunction(template.functions()[schedule.function])).run(_NEVER)


if __name__ == "__main__":
    main()

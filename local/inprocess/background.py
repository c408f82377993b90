"""Pollers and clocks, in processes of their own beside the one that answers HTTP.

In one process invocations take turns, and a query that waits for its write would hold up the projector that writes it,
as a long export would. Run as `python -m local.inprocess.background FUNCTION=QUEUE_URL ... FUNCTION ...` in the
environment of a `System`: the functions that are named read their queue or run by their clock. It ends at SIGTERM.
"""

import signal
import sys
import threading

import boto3

from local.inprocess.queue import QueuePoller
from local.inprocess.runtime import LambdaFunction
from local.inprocess.schedule import Clock
from local.template import Template, load


def main() -> int:
    """Run until told to end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    template, sqs = Template(load(), {}), boto3.client("sqs")
    queues = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
    functions = {name: LambdaFunction(function) for name, function in template.functions().items() if name in queues}
    parts: list[QueuePoller | Clock] = [
        QueuePoller(sqs, queues[mapping.function], mapping, functions[mapping.function])
        for mapping in template.queue_mappings()
        if mapping.function in functions
    ]
    parts += [Clock(each, functions[each.function]) for each in template.schedules() if each.function in functions]
    threads = [threading.Thread(target=part.run, args=(stop,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

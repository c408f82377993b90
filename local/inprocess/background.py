"""The queue's poller and the clocks, in a process of their own beside the one that answers HTTP.

In one process invocations take turns, and a query that waits for its write would hold up the projector that writes it.
Run as `python -m local.inprocess.background`, in the environment of a `System`; it ends at SIGTERM.
"""

import os
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
    template = Template(load(), {})
    functions = {name: LambdaFunction(function) for name, function in template.functions().items()}
    mapping = template.queue_mapping()
    poller = QueuePoller(boto3.client("sqs"), os.environ["QUEUE_URL"], mapping, functions[mapping.function])
    parts: list[QueuePoller | Clock] = [poller]
    parts += [Clock(schedule, functions[schedule.function]) for schedule in template.schedules()]
    threads = [threading.Thread(target=part.run, args=(stop,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

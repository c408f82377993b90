"""`python -m tests.faults.worker FUNCTION`: a function of template.yaml in a process of its own, which may die.

It takes an event as JSON on stdin and prints the answer, or with `--poll` takes a queue's messages until it is ended.
`--die-at NAME` kills it, as Lambda kills a sandbox, before or after a call to AWS (`after-call.sqs.SendMessage`),
`--nth` at the nth of them.
"""

import argparse
import itertools
import json
import os
import signal
import sys
import threading
from typing import Any

import boto3

from common.engines.json_client import JsonClient
from local.inprocess.queue import QueuePoller
from local.inprocess.runtime import LambdaFunction
from local.template import Template, load


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("function")
    parser.add_argument("--poll", metavar="QUEUE_URL")
    parser.add_argument("--die-at")
    parser.add_argument("--nth", type=int, default=1)
    options = parser.parse_args()
    if options.die_at:
        _die_at(options.die_at, options.nth)
    template = Template(load(), {})
    function = LambdaFunction(template.functions()[options.function])
    if options.poll:
        mapping = template.queue_mapping(options.function)
        QueuePoller(boto3.client("sqs"), options.poll, mapping, function).run(threading.Event())
    answer = function.invoke(json.load(sys.stdin))
    # The function logs to stdout too: the answer is the last line.
    print(json.dumps(answer), flush=True)  # noqa: T201


def _die_at(name: str, nth: int) -> None:
    calls, call = itertools.count(1), JsonClient.call

    def at(moment: str, client: JsonClient, operation: str) -> None:
        if f"{moment}.{client.service}.{operation}" == name and next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def called(client: JsonClient, operation: str, **parameters: Any) -> Any:
        at("before-call", client, operation)
        answer = call(client, operation, **parameters)
        at("after-call", client, operation)
        return answer

    JsonClient.call = called  # type: ignore[assignment,method-assign]  # that is the point


if __name__ == "__main__":
    main()

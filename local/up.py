"""`make up`: the system in the foreground until Ctrl-C, one address in front of it."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import uvicorn
from starlette.applications import Starlette

from local.console import Console
from local.engines import Engines
from local.engines.real import start_real
from local.engines.running import use_running
from local.front import Backend, HttpBackend, InProcessBackend, front
from local.inprocess.system import System
from local.places import ENGINES, LOCAL, ROOT
from local.processes import LocalError, Processes
from local.running import Running, noted
from local.stack.system import start_system
from local.tokens import token_of

LOGS = LOCAL / "logs" / "up"
_LOOK_SECONDS = 1.0


_REAL: Mapping[str, Callable[[Processes], Engines]] = {
    "real": lambda processes: start_real(processes, ENGINES),
    "compose": use_running,
}


def up(port: int, engines: str) -> None:
    """Serve the system on http://127.0.0.1:`port` until this process is told to end. Raises LocalError.

    With `default` template.yaml is deployed into the default engines; else the functions run in this process, on real
    engines: `real` starts them, `compose` takes those that run already.
    """
    if engines != "default" and engines not in _REAL:
        raise LocalError(f"ENGINES={engines}: there are default, {' and '.join(_REAL)}")
    with _listener(port) as listener, Processes(LOGS) as processes:
        url = f"http://127.0.0.1:{port}"
        start = _REAL.get(engines)
        system = _on_real_engines(processes, url, start) if start else _deployed(processes, url)
        with system as (running, backend), noted(running):
            _say_how(url)
            console = Console(partial(token_of, running))
            asyncio.run(_serve(front(backend, console), listener, processes))


@contextmanager
def _deployed(processes: Processes, url: str) -> Iterator[tuple[Running, Backend]]:
    engines, deployment = start_system(processes, LOGS, print)
    running = Running(pid=os.getpid(), url=url, environment=engines.environment(), outputs=deployment.outputs)
    yield running, HttpBackend(deployment.api_url)


@contextmanager
def _on_real_engines(
    processes: Processes, url: str, start: Callable[[Processes], Engines]
) -> Iterator[tuple[Running, Backend]]:
    engines = start(processes)
    print(f"DynamoDB Local  {engines.dynamodb_url}")
    print(f"ElasticMQ       {engines.sqs_url}  (SQS)")
    print(f"OpenSearch      {engines.opensearch_url}")
    print(f"redis           {engines.cache_url}  (cache)")
    print(f"ministack       {engines.aws_url}  (S3, SNS)")
    print(f"their logs      {LOGS}")
    with System(engines) as system:
        for name, functions in system.background().items():
            argv = [sys.executable, "-m", "local.inprocess.background", *functions]
            processes.start(name, argv, ready=lambda: True, cwd=ROOT)
        outputs = {
            "TableName": system.table_name,
            "EventQueueUrl": system.queue_url,
            "DeadLetterQueueUrl": system.dead_letter_url,
            "LogsQueueUrl": system.queues["LogsQueue"],
            "LogsDeadLetterQueueUrl": system.queues["LogsDeadLetterQueue"],
            "MetricsQueueUrl": system.queues["MetricsQueue"],
            "MetricsDeadLetterQueueUrl": system.queues["MetricsDeadLetterQueue"],
            "ExportsBucketName": system.exports_bucket,
            "ExportsQueueUrl": system.queues["ExportsQueue"],
            "AlertsTopicArn": system.alerts_topic,
            "OpenSearchUrl": engines.opensearch_url,
        }
        running = Running(
            pid=os.getpid(),
            url=url,
            environment=engines.environment(),
            outputs=outputs,
            signing_key=system.identity.signing_key,
        )
        yield running, InProcessBackend(system.gateway)


def _say_how(url: str) -> None:
    print(
        f"""
The console is at {url}, the API under /v1   (Ctrl-C stops everything)
  a token:    make -s token ORG=org-456
  a request:  curl -H "Authorization: Bearer $(make -s token ORG=org-456)" {url}/v1/payments
  or shorter: .venv/bin/cqrs search --org org-456
""",
        flush=True,
    )


@contextmanager
def _listener(port: int) -> Iterator[socket.socket]:
    """The port, taken before anything is started; nobody is let in before there is somebody to answer."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalError(f"port {port} cannot be used ({error.strerror}): choose another with PORT=...") from error
        yield listener


async def _serve(app: Starlette, listener: socket.socket, processes: Processes) -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    watch = asyncio.create_task(_watch(processes, server))
    await server.serve(sockets=[listener])
    if watch.done():
        watch.result()
    watch.cancel()


async def _watch(processes: Processes, server: uvicorn.Server) -> None:
    """End the server when an engine has ended. Raises LocalError, naming the engine."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            processes.check()
        except LocalError:
            server.should_exit = True
            raise

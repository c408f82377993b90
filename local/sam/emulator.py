"""A function under AWS's Runtime Interface Emulator and the real runtime client, without Docker."""

import os
import platform
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local.places import ROOT
from local.processes import LocalError, Processes, free_port, listening
from local.sam.build import Built
from local.template import Function

_PROCESSOR = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
# The interpreter under the virtual environment, whose packages a function must not find.
_PYTHON = sys._base_executable  # type: ignore[attr-defined]  # nothing public tells


@dataclass(frozen=True)
class Invocation:
    """What a function answered, and how long it took; of the first, with the process's start."""

    answer: Any
    milliseconds: float


class Emulator:
    """One function, in one process as Lambda keeps it; it takes one event at a time."""

    def __init__(self, processes: Processes, built: Built, function: Function, variables: Mapping[str, str]) -> None:
        """Start to listen; the function itself starts at its first event."""
        port, runtime_port = free_port(), free_port()
        code, *others = built.paths(function.name)
        argv = [
            str(_emulator()), "--log-level", "error",
            "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
            "--runtime-api-address", f"127.0.0.1:{runtime_port}",
            _PYTHON, "-m", "awslambdaric", function.handler,
        ]  # fmt: skip
        environment = {
            **variables,
            "PYTHONPATH": os.pathsep.join(map(str, [code, *others])),
            # Lambda's disk is read-only: what the build did not compile is compiled at each start.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            "LAMBDA_TASK_ROOT": str(code),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        }
        processes.start(function.name, argv, ready=lambda: listening(port), env=environment, cwd=code)
        self._name = function.name
        self._url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self._timeout = function.timeout + 10

    def invoke(self, event: object) -> Invocation:
        """Give an event. Raises LocalError when the function raised or ran out of time, both a 200 to the emulator."""
        started = time.perf_counter()
        response = httpx.post(self._url, json=event, timeout=self._timeout)
        milliseconds = (time.perf_counter() - started) * 1000
        try:
            answer = response.json() if response.content else None
        except ValueError:
            raise LocalError(f"{self._name}: {response.text}") from None
        if isinstance(answer, dict) and "errorMessage" in answer:
            raise LocalError(f"{self._name} raised {answer.get('errorType')}: {answer['errorMessage']}")
        return Invocation(answer, milliseconds)


def _emulator() -> Path:
    """The emulator that aws-sam-cli carries."""
    for found in (ROOT / ".venv-sam").glob(f"lib/*/site-packages/samcli/local/rapid/aws-lambda-rie-{_PROCESSOR}"):
        return found
    raise LocalError("aws-sam-cli carries no Runtime Interface Emulator any more: .venv-sam was looked through")

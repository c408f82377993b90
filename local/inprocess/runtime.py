"""Lambda's part: loads a function's handler and invokes it with an event and a context, both as on AWS."""

import importlib
import json
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from local.engines import REGION
from local.template import Function

ACCOUNT = "000000000000"
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Of an event, and of an answer."""

Handler = Callable[[Any, Any], Any]

# Powertools keeps the current request and metrics in the process, as an instance of a function serves one at a time.
_ONE_AT_A_TIME = threading.RLock()


class FunctionError(Exception):
    """The function raised, or answered what Lambda cannot pass on."""


class PayloadTooLarge(Exception):
    """The event is larger than Lambda takes."""


@dataclass(frozen=True)
class Context:
    """The object that Lambda gives a handler beside the event."""

    function_name: str
    memory_limit_in_mb: int
    deadline: float
    """By `time.monotonic()`."""
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Where the function would log."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """Where this instance of the function would log."""
        return f"{time.strftime('%Y/%m/%d')}/[$LATEST]{'0' * 32}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class LambdaFunction:
    """A function ready to be invoked; its handler is imported at the first invocation.

    A handler that overruns its time limit is not ended, since a thread cannot be.
    """

    def __init__(self, function: Function, handler: Handler | None = None) -> None:
        """Take the handler that the template names, or another of the same shape."""
        self.name = function.name
        self._function = function
        if handler is not None:
            self._handler = handler

    @cached_property
    def _handler(self) -> Handler:
        module, _, attribute = self._function.handler.rpartition(".")
        handler: Handler = getattr(importlib.import_module(module), attribute)
        return handler

    def invoke(self, event: object) -> Any:  # noqa: ANN401  # JSON of any shape
        """Give the event, answer what the handler answers; both go through JSON as on AWS.

        Raises FunctionError, and PayloadTooLarge for an event above 6 MB.
        """
        payload = json.dumps(event)
        if len(payload.encode()) > MAX_PAYLOAD_BYTES:
            raise PayloadTooLarge(f"{self.name}: the event is larger than {MAX_PAYLOAD_BYTES} bytes")
        with _ONE_AT_A_TIME:
            context = Context(self.name, self._function.memory, deadline=time.monotonic() + self._function.timeout)
            try:
                answer = json.dumps(self._handler(json.loads(payload), context))
            except Exception as error:  # Whatever it is ends in the function's log and in FunctionError, as in Lambda.
                traceback.print_exc()
                raise FunctionError(f"{self.name} raised {error!r}") from error
        if len(answer.encode()) > MAX_PAYLOAD_BYTES:
            raise FunctionError(f"{self.name} answered more than {MAX_PAYLOAD_BYTES} bytes")
        return json.loads(answer)

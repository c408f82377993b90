"""Subsegments of X-Ray, in the form that its daemon takes by UDP beside each function.

Not by the X-Ray SDK: importing that makes two AWS clients for sampling, which Lambda has decided upon already, and
costs a quarter of a second at each cold start (docs/adr/0016).
"""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from secrets import token_hex
from typing import Any, Literal, ParamSpec, TypeVar

import orjson

P = ParamSpec("P")
R = TypeVar("R")

_HEADER = b'{"format":"json","version":1}\n'
_TRACE, _DAEMON = "_X_AMZN_TRACE_ID", "AWS_XRAY_DAEMON_ADDRESS"
_PARENT: ContextVar[str | None] = ContextVar("parent", default=None)


def _trace() -> Mapping[str, str] | None:
    """Lambda's trace of this invocation, where it has chosen to have one."""
    trace = dict(part.partition("=")[::2] for part in os.environ.get(_TRACE, "").split(";"))
    return trace if trace.get("Sampled") == "1" else None


class Tracer:
    """Traces what Lambda has chosen to trace; does nothing elsewhere, and never fails what it traces."""

    def __init__(self) -> None:
        self._cold = True

    def onward(self) -> Mapping[str, Any]:
        """What a message to SQS is sent with, so that what is made of it is linked to this trace; nothing untraced."""
        trace = _trace()
        if trace is None:
            return {}
        parent = _PARENT.get() or trace.get("Parent")
        header = f"Root={trace.get('Root')};Parent={parent};Sampled=1"
        return {"MessageSystemAttributes": {"AWSTraceHeader": {"StringValue": header, "DataType": "String"}}}

    @contextmanager
    def remote(self, name: str) -> Iterator[None]:
        """Time the block as a call to something else, which the map of services then shows."""
        with self.subsegment(name, namespace="remote"):
            yield

    @contextmanager
    def subsegment(self, name: str, namespace: str | None = None, **annotations: str | bool) -> Iterator[None]:
        """Time the block as a part of the one around it; an error that leaves it marks it as a fault."""
        trace = _trace()
        if trace is None:
            yield
            return
        segment: dict[str, object] = {
            "type": "subsegment",
            "id": token_hex(8),
            "name": name,
            "trace_id": trace.get("Root"),
            "parent_id": _PARENT.get() or trace.get("Parent"),
            "start_time": time.time(),
            "annotations": annotations,
        }
        if namespace:
            segment["namespace"] = namespace
        inside = _PARENT.set(str(segment["id"]))
        try:
            yield
        except BaseException as error:
            segment |= {"fault": True, "cause": {"exceptions": [{"type": type(error).__name__}]}}
            raise
        finally:
            _PARENT.reset(inside)
            self._send({**segment, "end_time": time.time()})

    def capture_lambda_handler(self, *, capture_response: Literal[False]) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Give each invocation a subsegment that says whether it was the first.

        Called as powertools' own; an answer may be personal, so none is ever captured.
        """
        del capture_response

        def decorate(handler: Callable[P, R]) -> Callable[P, R]:
            @wraps(handler)
            def traced(*args: P.args, **kwargs: P.kwargs) -> R:
                cold, self._cold = self._cold, False
                with self.subsegment(f"## {handler.__name__}", ColdStart=cold):
                    return handler(*args, **kwargs)

            return traced

        return decorate

    @staticmethod
    def _send(segment: dict[str, object]) -> None:
        host, _, port = os.environ.get(_DAEMON, "").rpartition(":")
        if host:
            # A trace is worth no error.
            with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
                daemon.sendto(_HEADER + orjson.dumps(segment), (host, int(port)))

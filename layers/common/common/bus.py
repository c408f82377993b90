"""CommandBus and QueryBus: one handler a message type, and a chain of middleware around all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from common.errors import Permanent

AGENT, ADMIN = "agent", "admin"
ROLES = ("viewer", AGENT, ADMIN)
"""What callers may do in their organization: look; give commands too; erase and operate too."""


@dataclass(frozen=True)
class Caller:
    """Who asks, and on which trail; the tenant comes from the token, never from a parameter."""

    organization_id: str
    user_id: str
    role: str
    correlation_id: str


ContextT = TypeVar("ContextT", bound=Caller)
Handler = Callable[[Any, ContextT], Any]
Middleware = Callable[[Any, ContextT, Handler[ContextT]], Any]
"""Called with the message, its context and what comes next, which it may call, call again, or answer for."""


class _Bus(Generic[ContextT]):
    """Dispatches a message to the handler of its exact type, through the middleware, outermost first."""

    def __init__(self, middleware: Sequence[Middleware[ContextT]] = ()) -> None:
        self._handlers: dict[type, Handler[ContextT]] = {}
        self._middleware = tuple(middleware)

    def register(self, message_type: type, handler: Handler[ContextT]) -> None:
        """Give a message type its one handler; a second one is a mistake of the wiring."""
        if message_type in self._handlers:
            raise ValueError(f"{message_type.__name__} has a handler already")
        self._handlers[message_type] = reduce(_wrap, reversed(self._middleware), handler)

    def dispatch(self, message: object, context: ContextT) -> Any:  # noqa: ANN401  # each handler has its own answer
        """Run the message's handler and answer its result. Errors go up as they are."""
        try:
            handler = self._handlers[type(message)]
        except KeyError:
            raise Permanent(f"No handler registered for {type(message).__name__}") from None
        return handler(message, context)


class CommandBus(_Bus[ContextT]):
    """The way of everything that changes state."""


class QueryBus(_Bus[ContextT]):
    """The way of everything that only reads."""


def _wrap(inner: Handler[ContextT], middleware: Middleware[ContextT]) -> Handler[ContextT]:
    def handle(message: Any, context: ContextT) -> Any:  # noqa: ANN401
        return middleware(message, context, inner)

    return handle

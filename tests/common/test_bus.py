"""The buses: one handler a type, middleware around all, and errors that go on up."""

import logging as stdlib_logging

import pytest

from common.bus import Caller, CommandBus, Handler, QueryBus
from common.edge.middleware import counting, logging, tracing
from common.errors import NotFound, Permanent

CALLER = Caller("org-456", "user-1", "agent", "correlation-1")


class Ping:
    payment_id = "payment-123"


class Pong:
    pass


def noting(notes: list[str], name: str) -> object:
    def middleware(message: object, context: Caller, proceed: Handler[Caller]) -> object:
        notes.append(f"{name} before")
        answer = proceed(message, context)
        notes.append(f"{name} after")
        return answer

    return middleware


@pytest.mark.parametrize("bus_type", [CommandBus, QueryBus])
def test_each_message_reaches_the_handler_of_its_type(bus_type: type[CommandBus[Caller] | QueryBus[Caller]]) -> None:
    bus = bus_type()
    bus.register(Ping, lambda message, context: ("pinged", type(message), context))
    bus.register(Pong, lambda message, context: "ponged")
    assert bus.dispatch(Ping(), CALLER) == ("pinged", Ping, CALLER)
    assert bus.dispatch(Pong(), CALLER) == "ponged"


def test_an_unknown_message_is_an_error_that_names_it() -> None:
    with pytest.raises(Permanent, match="^No handler registered for Ping$"):
        CommandBus[Caller]().dispatch(Ping(), CALLER)


def test_a_second_handler_is_refused() -> None:
    bus = CommandBus[Caller]()
    bus.register(Ping, lambda message, context: None)
    with pytest.raises(ValueError, match="Ping has a handler already"):
        bus.register(Ping, lambda message, context: None)


def test_middleware_stands_around_the_handler_outermost_first() -> None:
    notes: list[str] = []
    bus = CommandBus[Caller]([noting(notes, "outer"), noting(notes, "inner")])  # type: ignore[list-item]
    bus.register(Ping, lambda message, context: notes.append("handler"))
    bus.dispatch(Ping(), CALLER)
    assert notes == ["outer before", "inner before", "handler", "inner after", "outer after"]


@pytest.mark.parametrize("error", [NotFound("Payment not found: payment-123"), RuntimeError("defect")])
def test_a_failing_handler_is_logged_once_with_its_ids_and_the_error_goes_up(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a handler that fails behind the whole shared chain
    def failing(message: object, context: Caller) -> None:
        raise error

    bus = CommandBus[Caller]([logging, tracing, counting])
    bus.register(Ping, failing)

    # When it is called
    with caplog.at_level(stdlib_logging.INFO), pytest.raises(type(error)) as raised:
        bus.dispatch(Ping(), CALLER)

    # Then the very error arrives, and one line says what failed for whom
    assert raised.value is error
    [line] = caplog.records
    assert vars(line)["message_name"] == "Ping"
    assert vars(line)["organization_id"] == "org-456"
    assert vars(line)["payment_id"] == "payment-123"

"""The event queue in memory; it can be told to break, as a whole or for single events."""

from collections.abc import Sequence

from command_app.payments.ports import Outgoing
from common.errors import EngineUnavailable


class FakeEventQueue:
    """`EventQueue`; `down` refuses every call, `refuses` holds the `sk` of events that do not arrive."""

    def __init__(self) -> None:
        self.arrived: list[Outgoing] = []
        self.down = False
        self.refuses: set[str] = set()

    def send(self, events: Sequence[Outgoing]) -> Sequence[Outgoing]:
        if self.down:
            raise EngineUnavailable("SQS did not take the events: down")
        arrived = [event for event in events if event.sk not in self.refuses]
        self.arrived += arrived
        return arrived

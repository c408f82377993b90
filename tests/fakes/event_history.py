"""An `EventHistory` in memory."""

from common.domain.events import Event


class FakeEventHistory:
    def __init__(self) -> None:
        self._events: dict[tuple[str, str], list[Event]] = {}

    def append(self, event: Event) -> None:
        self._events.setdefault((event.organization_id, event.aggregate_id), []).append(event)

    def events(self, organization_id: str, payment_id: str) -> list[Event]:
        return sorted(self._events.get((organization_id, payment_id), []), key=lambda event: event.aggregate_version)

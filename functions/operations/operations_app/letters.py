"""Dead letters of one organization: what they are, and sent back."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from common.batches import weighed
from common.domain.instants import iso
from common.engines.dead_letters import DeadLetter
from operations_app.redrive import DeadLetterQueue, Selection

MAX_SHOWN = 100
MAX_SHOWN_BYTES = 4 * 1024 * 1024
"""Of their events together: an answer of Lambda has 6 MB, and in it these are texts within a text."""
_LOOK_SECONDS = 10.0
"""How long letters are read; more of them than that are for `python -m ops dlq`."""


@dataclass(frozen=True)
class Letters:
    """Everything here raises EngineUnavailable, and gives back at once what it looked at."""

    queue: DeadLetterQueue

    def list(self, organization_id: str) -> Mapping[str, Any]:
        """The oldest, with their events, as many as an answer holds; and how many there are."""
        with self.queue.leased(_deadline()) as letters:
            own = sorted(Selection(organization_id=organization_id).of(letters), key=lambda letter: letter.sent_at)
        first = next(weighed(own[:MAX_SHOWN], lambda letter: len(letter.body.encode()), MAX_SHOWN_BYTES), ())
        return {"total": len(own), "letters": [_shown(letter) for letter in first]}

    def redrive(self, organization_id: str, message_ids: Collection[str] | None) -> Mapping[str, Any]:
        """Send these back, or all; how many went, and how many stay because the event queue did not take them."""
        with self.queue.leased(_deadline()) as letters:
            own = Selection(organization_id=organization_id).of(letters)
            chosen = [each for each in own if message_ids is None or each.message_id in message_ids]
            redriven = self.queue.redrive(chosen)
        return {"sent": redriven.sent, "kept": len(redriven.kept)}


def _deadline() -> float:
    return time.monotonic() + _LOOK_SECONDS


def _shown(letter: DeadLetter) -> Mapping[str, Any]:
    return {
        "messageId": letter.message_id,
        "reason": letter.reason,
        "sentAt": iso(letter.sent_at),
        "type": letter.type,
        "aggregateId": letter.aggregate_id,
        "version": letter.version,
        "receives": letter.receives,
        # It names its organization, or it would not be here: so it is JSON, perhaps nested too deep to write again.
        "event": orjson.Fragment(letter.body),
    }

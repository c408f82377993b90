"""The outbox: committed events are sent at once, and what was not is sent by the sweep. At least once, never lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from command_app.payments.ports import Commit, EventQueue, OutboxMarks
from common.domain.instants import now
from common.edge.observability import count, logger
from common.errors import EngineUnavailable

FAST_PATH = timedelta(seconds=30)
"""How long an event is left to the command that committed it; longer than that function may run."""
AHEAD = timedelta(minutes=5)
"""An event from that far in the future has the time of a wrong clock, and does not wait for it."""


@dataclass(frozen=True)
class SweepReport:
    """How many events a sweep sent, and whether it stopped for lack of time."""

    sent: int
    finished: bool


class Outbox:
    """Sends committed events, then removes their marks."""

    def __init__(self, marks: OutboxMarks, queue: EventQueue) -> None:
        self._marks = marks
        self._queue = queue

    def publish(self, *commits: Commit) -> None:
        """Send what was just committed.

        Never raises: the command is committed, whatever goes wrong from here on. The marks stay, and the sweep sends.
        """
        committed = sum(map(len, commits))
        try:
            sent = self._forward(commits)
        except EngineUnavailable as error:
            logger.warning("events left to the sweep", extra={"events": committed, "reason": error.detail})
            sent = 0
        except Exception:  # noqa: BLE001
            # A defect or a missing permission. A caller who heard of it would send the command again.
            logger.exception("events left to the sweep", extra={"events": committed})
            sent = 0
        if sent < committed:
            count("OutboxDeferred", committed - sent)

    def sweep(self, remaining_ms: Callable[[], int], reserve_ms: int = 5_000) -> SweepReport:
        """Send what was left, oldest first, while more than `reserve_ms` of the function's time remain.

        Raises EngineUnavailable; what was sent until then stays sent.
        """
        sent = 0
        at = now()
        for page in self._marks.pending(before=at - FAST_PATH, after=at + AHEAD):
            sent += self._forward(page)
            if remaining_ms() < reserve_ms:
                return SweepReport(sent, finished=False)
        return SweepReport(sent, finished=True)

    def _forward(self, commits: Sequence[Commit]) -> int:
        """An event that does not arrive keeps the mark of its commit, all of which is then sent again."""
        arrived = set(self._queue.send([event for commit in commits for event in commit]))
        self._marks.clear([commit for commit in commits if arrived.issuperset(commit)])
        return len(arrived)

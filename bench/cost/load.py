"""What callers do: the inputs of the calculator beside the prices."""

from collections.abc import Mapping
from dataclasses import dataclass

DAYS = 365 / 12
"""Of a month."""
SECONDS_A_DAY = 86_400
POLLERS = 5
"""Of an event source that is not behind."""


@dataclass(frozen=True)
class Load:
    """Shares are of all payments; a failed payment was requested first, an imported one is completed at once."""

    payments_per_day: float = 1_000_000
    imported: float = 0.0
    failed: float = 0.02
    refunded: float = 0.05
    gets: float = 1.0
    """Of single payments, for each payment; so are searches and statistics."""
    searches: float = 0.5
    statistics: float = 0.01
    kept_here: float = 0.3
    """The share of searches that L1 answers; the next, that L2 answers."""
    kept_there: float = 0.2
    batch: float = 0.0
    """Events of an invocation of the projector; 0: a fifth of a second's, as five pollers gather them."""
    months_kept: float = 12
    log_months: float = 1
    cache_gb: float = 1
    traced: float = 0.05
    """The share of invocations that X-Ray records."""

    @property
    def payments_a_month(self) -> float:
        """On average."""
        return self.payments_per_day * DAYS

    @property
    def events(self) -> float:
        """Of a payment."""
        return 2 - self.imported + self.refunded

    @property
    def events_a_batch(self) -> float:
        """Up to the thousand that template.yaml allows."""
        return self.batch or min(1_000, max(1, self.payments_per_day * self.events / SECONDS_A_DAY / POLLERS))

    def calls(self) -> Mapping[str, float]:
        """How often each operation is asked for by HTTP, for a payment; an import counts by its lines."""
        requested = 1 - self.imported
        return {
            "request": requested,
            "process": requested - self.failed,
            "fail": self.failed,
            "refund": self.refunded,
            "import": self.imported,
            "get": self.gets,
            "statistics": self.statistics,
            "search": self.searches * (1 - self.kept_here - self.kept_there),
            "search kept here": self.searches * self.kept_here,
            "search kept there": self.searches * self.kept_there,
        }

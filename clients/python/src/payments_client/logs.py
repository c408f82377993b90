"""Log entries of the organization."""

from collections.abc import Callable, Iterable, Iterator

from payments_client.answers import (
    LogEntry,
    LogHistogram,
    LogHit,
    LogPage,
    LogPatterns,
    LogSettings,
    LogTail,
    RetentionDays,
)
from payments_client.connection import Connection, path
from payments_client.lines import Line
from payments_client.pages import Pages
from payments_client.parameters import LogInterval, Moment, wire
from payments_client.sending import SendSummary, send_lines

WAIT_SECONDS = 20
"""The longest that the API waits."""


class LogSearch(Pages[LogPage, LogHit]):
    """The entries that match, the newest first."""


class Logs:
    """`client.logs`."""

    def __init__(self, api: Connection) -> None:
        self._api = api

    def send(self, entries: Iterable[Line], *, progress: Callable[[SendSummary], None] | None = None) -> SendSummary:
        """Send any number of entries, reading them as they are sent.

        A bad one is rejected and does not stop its neighbours; what is sent again is there once. `progress` is told
        after each call of up to 1,000.
        """
        return send_lines(self._api, path("logs"), entries, progress)

    def search(
        self,
        q: str | None = None,
        *,
        from_: Moment | None = None,
        to: Moment | None = None,
        highlight: bool | None = None,
        page_size: int = 100,
        cursor: str | None = None,
    ) -> LogSearch:
        """The entries that match: iterate over them, or over `.pages()`; both fetch as they are read."""
        asked = wire({"q": q, "from_": from_, "to": to, "highlight": highlight, "limit": page_size})

        def ask(at: str | None) -> LogPage:
            return self._api.query(LogPage, path("logs"), asked if at is None else {**asked, "cursor": at})

        return LogSearch(ask, lambda page: page.entries, cursor)

    def histogram(
        self,
        q: str | None = None,
        *,
        from_: Moment | None = None,
        to: Moment | None = None,
        interval: LogInterval | None = None,
        time_zone: str | None = None,
    ) -> LogHistogram:
        """How many there are, by time and level."""
        asked = {"q": q, "from_": from_, "to": to, "interval": interval, "time_zone": time_zone}
        return self._api.query(LogHistogram, path("logs", "histogram"), wire(asked))

    def patterns(
        self,
        q: str | None = None,
        *,
        from_: Moment | None = None,
        to: Moment | None = None,
        sample: int | None = None,
        limit: int | None = None,
    ) -> LogPatterns:
        """What the newest of them say, but for the values in it."""
        asked = {"q": q, "from_": from_, "to": to, "sample": sample, "limit": limit}
        return self._api.query(LogPatterns, path("logs", "patterns"), wire(asked))

    def tail(
        self, q: str | None = None, *, after: str | None = None, wait: int | None = None, limit: int | None = None
    ) -> LogTail:
        """What came since `after`, which is of the answer before; the latest ones without it."""
        asked = {"q": q, "after": after, "wait": wait, "limit": limit}
        return self._api.query(LogTail, path("logs", "tail"), wire(asked))

    def follow(self, q: str | None = None, *, limit: int | None = None) -> Iterator[LogEntry]:
        """The latest ones, and then each that comes, for as long as it is asked for more."""
        found = self.tail(q, limit=limit)
        while True:
            yield from found.entries
            found = self.tail(q, after=found.after, wait=WAIT_SECONDS)

    def settings(self) -> LogSettings:
        """How long entries are kept."""
        return self._api.query(LogSettings, path("logs", "settings"))

    def keep(self, retention_days: RetentionDays) -> LogSettings:
        """Keep the entries of the days to come for so long. Needs the role admin."""
        return self._api.change(LogSettings, "PUT", path("logs", "settings"), {"retentionDays": retention_days})

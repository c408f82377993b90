"""Metrics of the organization."""

from collections.abc import Callable, Iterable, Sequence

from payments_client.answers import MetricNames, Series
from payments_client.connection import Connection, path
from payments_client.lines import Line
from payments_client.parameters import Moment, SeriesFunction, StepLength, wire
from payments_client.sending import SendSummary, send_lines


class Metrics:
    """`client.metrics`."""

    def __init__(self, api: Connection) -> None:
        self._api = api

    def send(self, points: Iterable[Line], *, progress: Callable[[SendSummary], None] | None = None) -> SendSummary:
        """Send any number of points, reading them as they are sent.

        A bad one is rejected and does not stop its neighbours; the same point counts once, however often it is sent.
        `progress` is told after each call of up to 1,000.
        """
        return send_lines(self._api, path("metrics"), points, progress)

    def series(  # noqa: PLR0913  # one argument a parameter of the address
        self,
        name: str,
        *,
        function: SeriesFunction | None = None,
        group_by: Sequence[str] | None = None,
        q: str | None = None,
        from_: Moment | None = None,
        to: Moment | None = None,
        interval: StepLength | None = None,
    ) -> Series:
        """A metric over time, the last hour's average by default; a line for each value of what it is grouped by."""
        asked = {
            "name": name,
            "function": function,
            "group_by": None if group_by is None else list(group_by),
            "q": q,
            "from_": from_,
            "to": to,
            "interval": interval,
        }
        return self._api.query(Series, path("metrics", "series"), wire(asked))

    def names(self, *, prefix: str | None = None, from_: Moment | None = None) -> MetricNames:
        """Which metrics there are, with their types, units and dimensions."""
        return self._api.query(MetricNames, path("metrics", "names"), wire({"prefix": prefix, "from_": from_}))

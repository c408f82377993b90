"""Following log entries: whoever waits, waits as long as they asked for, and no longer than the function may."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from query_app.cursors import Cursors
from query_app.logs.ports import Hit
from query_app.logs.query import FollowLogs
from query_app.logs.use_cases import Follow
from query_app.query import QueryContext
from tests.builders import NOON


class Quiet:
    """An index in which nothing comes, and a clock that only waiting moves."""

    def __init__(self) -> None:
        self.at = NOON

    def follow(self, *_: object) -> list[Hit]:
        return []

    def clock(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked", "longest", "waited"), [(20, 20, 20), (20, 1, 1), (3, 20, 3), (0, 20, 0)])
def test_who_waits_for_an_entry_is_answered_in_time(asked: float, longest: int, waited: float) -> None:
    quiet: Any = Quiet()
    follow = Follow(quiet, Cursors("k" * 40), longest, quiet.clock, quiet.sleep)

    follow.handle(FollowLogs(wait_seconds=asked), QueryContext("org-456", "user-1", "agent", "c-1"))

    assert quiet.at - NOON == timedelta(seconds=waited)

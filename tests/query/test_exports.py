"""What callers hear of their exports as time goes by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.bus import Caller
from common.errors import EngineUnavailable, NotFound
from query_app.payments.criteria import SearchCriteria
from query_app.payments.exports.job import Format, Job, Status
from query_app.payments.exports.use_cases import ExportUseCases, GetExport, ListExports, StartExport
from tests.fakes.exports import FakeJobs, FakeMessages

CALLER = Caller("org-456", "u-1", "agent", "correlation-1")
CSV = StartExport(Format.CSV, SearchCriteria())


class Links:
    def link(self, job: Job, seconds: int) -> str:
        return f"https://files/{job.key}?for={seconds}"


class World:
    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.jobs, self.messages = FakeJobs(), FakeMessages()
        self.exports = ExportUseCases(self.jobs, self.messages, Links(), lambda: self.instant)

    def done(self, export_id: str) -> None:
        lease = self.jobs.claim("org-456", export_id, 60)
        assert lease
        self.jobs.finish(lease, Status.DONE)
        kept = self.jobs._kept["org-456", export_id]
        kept.job = replace(kept.job, finished_at=self.instant.isoformat())


def test_a_job_that_nobody_was_told_of_is_told_by_who_asks_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a queue that is down when an export is asked for
    world = World()

    def down(*_: str) -> None:
        raise EngineUnavailable("SQS did not take the message")

    with monkeypatch.context() as patch:
        patch.setattr(world.messages, "send", down)
        export_id = world.exports.start(CSV, CALLER)["exportId"]

    # When its caller asks a minute later, and not before
    world.exports.get(GetExport(export_id), CALLER)
    assert world.messages.waiting == []
    world.instant += timedelta(minutes=1)
    world.exports.get(GetExport(export_id), CALLER)
    assert world.messages.waiting == [("org-456", export_id)]


def test_a_link_is_new_each_time_and_ends_with_the_file() -> None:
    world = World()
    export_id = world.exports.start(CSV, CALLER)["exportId"]
    assert world.exports.get(GetExport(export_id), CALLER)["link"] is None
    world.done(export_id)
    shown = world.exports.get(GetExport(export_id), CALLER)
    assert shown["link"] == f"https://files/org-456/{export_id}.csv?for=900"
    assert shown["expiresAt"] == "2026-11-25T12:00:00.000Z"
    world.instant += timedelta(hours=24)
    assert world.exports.get(GetExport(export_id), CALLER)["link"] is None


def test_a_job_that_is_not_done_in_time_has_failed() -> None:
    world = World()
    export_id = world.exports.start(CSV, CALLER)["exportId"]
    world.instant += timedelta(hours=6, seconds=1)
    shown = world.exports.get(GetExport(export_id), CALLER)
    assert (shown["status"], shown["reason"]) == ("failed", "It was not done in time.")
    assert world.exports.latest(ListExports(), CALLER)["exports"] == [shown]


def test_colleagues_see_it_and_others_do_not() -> None:
    world = World()
    export_id = world.exports.start(CSV, CALLER)["exportId"]
    colleague = replace(CALLER, user_id="u-2")
    assert world.exports.get(GetExport(export_id), colleague)["exportId"] == export_id
    assert world.exports.latest(ListExports(), colleague) == {"exports": []}
    with pytest.raises(NotFound, match="Export not found"):
        world.exports.get(GetExport(export_id), replace(CALLER, organization_id="org-789"))

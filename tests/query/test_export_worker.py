"""The export worker, killed anywhere: each payment stands in the file once, or there is no file."""

import csv
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.domain.instants import iso, now
from common.errors import EngineUnavailable
from query_app.payments.exports.formats import COLUMNS, CsvWriter, NdjsonWriter
from query_app.payments.exports.job import PATIENCE, TOO_LATE, Format, Job, Status
from query_app.payments.exports.ports import Leased
from query_app.payments.exports.worker import RESERVE_MS, Worker
from tests.fakes.exports import FakeFiles, FakeJobs, FakeMessages, FakeSnapshots
from tests.query.documents import payment

PAYMENTS = [payment(f"p-{number:02}", amount=f"{number}.00") for number in range(1, 14)]
THEIRS = payment("p-theirs", "org-789")


class Killed(BaseException):
    """The process ends here."""


class Dying:
    """Any port, whose nth call from now kills the process, before or after it has its effect."""

    def __init__(self, port: object, tick: Callable[[], bool]) -> None:
        self._port, self._tick = port, tick

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)

        def dying(*args: Any, **kwargs: Any) -> Any:
            if self._tick():
                raise Killed
            answer = call(*args, **kwargs)
            if self._tick():
                raise Killed
            return answer

        return dying


class World:
    """Workers of one job, one after another, on engines that outlive them."""

    def __init__(self, wanted: Format = Format.NDJSON, fields: tuple[str, ...] = ()) -> None:
        self.instant = 1_000.0
        self.jobs = FakeJobs(lambda: self.instant)
        self.files = FakeFiles(smallest_part=100)
        self.snapshots = FakeSnapshots([*PAYMENTS, THEIRS])
        self.messages = FakeMessages()
        self.job = Job("org-456", "e-1", "u-1", wanted, {}, fields, iso(now()))
        self.jobs.start(self.job)

    def work(self, kill_at: int = -1, pages: int = 1_000) -> None:
        """One invocation, with time for some pages."""
        left, calls = iter([RESERVE_MS + 1] * pages), iter(range(10_000))

        def tick() -> bool:
            return next(calls) == kill_at

        jobs, snapshots = Dying(self.jobs, tick), Dying(self.snapshots, tick)
        worker = Worker(jobs, snapshots, Dying(self.files, tick), Dying(self.messages, tick), part_bytes=1_000)
        worker.work("org-456", "e-1", lambda: next(left, 0))

    def until_done(self) -> bytes:
        for _ in range(100):
            if self.found.status in (Status.DONE, Status.FAILED):
                break
            self.instant += 100
            self.work(pages=3)
        assert self.found.status is Status.DONE, self.found
        return self.files.files[self.job.key]

    @property
    def found(self) -> Job:
        found = self.jobs.get("org-456", "e-1")
        assert found
        return found


def test_all_payments_of_the_organization_stand_in_the_file_once() -> None:
    world = World()
    assert [orjson.loads(line) for line in world.until_done().splitlines()] == PAYMENTS
    at = world.found.checkpoint
    assert at
    assert (at.written, at.total, at.size) == (13, 13, len(world.until_done()))
    assert world.snapshots.held == {}


@settings(deadline=None, max_examples=150)
@given(kills=st.lists(st.integers(0, 60), max_size=4), pages=st.integers(1, 6))
def test_killed_anywhere_it_goes_on_and_the_file_is_the_same(kills: list[int], pages: int) -> None:
    world = World()
    for kill_at in kills:
        world.instant += 100
        try:
            world.work(kill_at, pages)
        except Killed:
            continue
        if world.found.status is Status.DONE:
            break
    assert world.until_done() == NdjsonWriter().lines(PAYMENTS)


@settings(deadline=None, max_examples=50)
@given(lost_at=st.integers(0, 12), gone=st.integers(0, 1))
def test_a_snapshot_that_is_lost_is_begun_again_and_never_mixed_with_another(lost_at: int, gone: int) -> None:
    world = World()
    for number in range(50):
        world.instant += 100
        if number == lost_at:
            world.snapshots.held.clear()
            del world.snapshots.documents[:gone]
        world.work(pages=3)
        if world.found.status is Status.DONE:
            break
    whole = [NdjsonWriter().lines(each) for each in (PAYMENTS, PAYMENTS[1:])]
    assert world.files.files[world.job.key] in whole


def test_a_snapshot_that_is_lost_again_and_again_fails_the_job_and_says_so() -> None:
    world = World()
    for _ in range(3):
        world.instant += 100
        world.work(pages=3)
        world.snapshots.held.clear()
    world.work(pages=3)
    assert (world.found.status, world.files.files) == (Status.FAILED, {})
    assert world.found.reason == "The search engine lost its snapshot again and again."


def test_two_workers_never_work_on_the_same_job() -> None:
    world = World()
    with pytest.raises(Killed):
        world.work(kill_at=6)
    with pytest.raises(Leased):
        world.work()
    assert len(world.until_done().splitlines()) == 13


def test_an_engine_that_does_not_answer_brings_the_message_again_and_fails_the_job_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()

    def down(*_: object) -> None:
        raise EngineUnavailable("OpenSearch did not answer")

    monkeypatch.setattr(world.snapshots, "page", down)
    worker = Worker(world.jobs, world.snapshots, world.files, world.messages)
    with pytest.raises(EngineUnavailable):
        worker.work("org-456", "e-1", lambda: 60_000)
    assert world.found.status is Status.RUNNING
    worker.work("org-456", "e-1", lambda: 60_000, last_try=True)
    assert (world.found.status, world.found.reason) == (Status.FAILED, "OpenSearch did not answer")


def test_nothing_found_makes_a_file_of_nothing_but_a_csv_s_header() -> None:
    for wanted, content in ((Format.NDJSON, b""), (Format.CSV, b"paymentId,amount\r\n")):
        world = World(wanted, ("paymentId", "amount"))
        world.snapshots.documents.clear()
        assert world.until_done() == content


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_a_csv_is_read_again_as_it_was_but_for_formulas(rows: list[tuple[str, str]]) -> None:
    # Given texts of any kind
    documents = [{"description": first, "error": second, "amount": "1.10"} for first, second in rows]
    columns = ("description", "error", "amount")
    csv_writer = CsvWriter(columns)
    text = (csv_writer.head() + csv_writer.lines(documents)).decode()

    # When a reader of RFC 4180 reads the file
    read = list(csv.reader(io.StringIO(text, newline="")))

    # Then it has them, and none that a spreadsheet would run
    assert read[0] == list(columns)
    assert [[cell.removeprefix("'") for cell in row[:2]] for row in read[1:]] == [
        [each.removeprefix("'") for each in row] for row in rows
    ]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in read[1:] for cell in row)
    assert all(row[2] == "1.10" for row in read[1:])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert CsvWriter(("description",)).lines([{"description": text}]).decode().lstrip('"').startswith("'")


def test_columns_are_stable_and_what_is_not_there_is_empty() -> None:
    assert COLUMNS == (
        "paymentId", "organizationId", "userId", "amount", "currency", "status", "description", "metadata",
        "requestedAt", "processedAt", "error", "failedAt", "refundAmount", "refundReason", "refundedAt", "updatedAt",
        "version", "erasedAt", "indexedAt",
    )  # fmt: skip
    columns = ("paymentId", "userId", "metadata", "version")
    assert CsvWriter(columns).lines([PAYMENTS[0]]) == b'p-01,,"{""tags"":[""gift""]}",2\r\n'


def test_a_finished_file_stays_finished_when_the_snapshot_cannot_be_given_back() -> None:
    world = World()

    class Silent(FakeSnapshots):
        def close(self, snapshot: str) -> None:
            raise EngineUnavailable("no answer")

    worker = Worker(world.jobs, Silent(PAYMENTS), world.files, world.messages)
    worker.work("org-456", "e-1", lambda: RESERVE_MS + 1, last_try=True)
    assert (world.found.status, world.found.reason) == (Status.DONE, None)


def test_a_job_that_patience_is_over_with_is_not_worked_on_for_ever() -> None:
    # Given a job whose invocations never have the time for a part
    world = World()
    world.work(pages=1)
    assert world.found.status is Status.RUNNING

    # When the next message comes after its time
    late = Worker(world.jobs, world.snapshots, world.files, world.messages, clock=lambda: now() + 2 * PATIENCE)
    world.messages.waiting.clear()
    late.work("org-456", "e-1", lambda: RESERVE_MS + 1)

    # Then it has failed, as its user was told, and nothing goes on
    assert (world.found.status, world.found.reason) == (Status.FAILED, TOO_LATE)
    assert (world.files.files, world.messages.waiting) == ({}, [])

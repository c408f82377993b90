"""Export jobs in DynamoDB and in the fake keep the same promises."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from uuid6 import uuid7

from common.domain.instants import iso, now
from common.engines.table import EXPORT, SLOT_PREFIX, export_pk, exports_pk
from common.errors import TooMany
from query_app.payments.exports.adapters.jobs import DynamoDBJobs
from query_app.payments.exports.job import AT_ONCE, JOB_LIFE, PATIENCE, Checkpoint, Format, Job, Lease, Status
from query_app.payments.exports.ports import Jobs, Leased
from tests.fakes.exports import FakeJobs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(params=["fake", "dynamodb"])
def jobs(request: pytest.FixtureRequest) -> Iterator[Jobs]:
    if request.param == "fake":
        yield FakeJobs()
        return
    yield DynamoDBJobs(request.getfixturevalue("dynamodb"), request.getfixturevalue("table"))


def job(organization_id: str = "org-456", user_id: str = "u-1", ago: timedelta = timedelta()) -> Job:
    criteria = {"q": "blue mug", "status": ["completed"]}
    created = iso(now() - ago)
    return Job(organization_id, str(uuid7()), user_id, Format.CSV, criteria, ("paymentId", "amount"), created)


def started(jobs: Jobs, organization_id: str = "org-456", user_id: str = "u-1") -> Job:
    jobs.start(new := job(organization_id, user_id))
    return new


def claimed(jobs: Jobs, of: Job, seconds: int = 60) -> Lease:
    lease = jobs.claim(of.organization_id, of.export_id, seconds)
    assert lease
    return lease


def test_a_job_is_found_as_it_was_started_and_by_its_organization_only(jobs: Jobs) -> None:
    new = started(jobs)
    assert jobs.get("org-456", new.export_id) == new
    assert jobs.get("org-789", new.export_id) is None
    assert jobs.get("org-456", "e-0") is None


def test_the_list_has_the_user_s_own_the_newest_first(jobs: Jobs) -> None:
    mine = [started(jobs), started(jobs)]
    started(jobs, user_id="u-2")
    started(jobs, organization_id="org-789")
    assert jobs.latest("org-456", "u-1") == mine[::-1]


def test_a_job_is_worked_on_by_one_at_a_time(jobs: Jobs) -> None:
    new = started(jobs)
    lease = claimed(jobs, new)
    assert lease.job.status is Status.RUNNING
    with pytest.raises(Leased):
        jobs.claim("org-456", new.export_id, 60)
    jobs.release(lease)
    assert claimed(jobs, new).owner != lease.owner


def test_a_lease_that_is_over_is_taken_over_and_worth_nothing_any_more(jobs: Jobs) -> None:
    new = started(jobs)
    lost = claimed(jobs, new, seconds=-2)
    taken = claimed(jobs, new)
    with pytest.raises(Leased):
        jobs.save(lost, Checkpoint("s", "u"))
    with pytest.raises(Leased):
        jobs.release(lost)
    with pytest.raises(Leased):
        jobs.finish(lost, Status.DONE)
    jobs.save(taken, Checkpoint("s", "u"))


def test_a_checkpoint_and_its_part_are_there_for_the_next(jobs: Jobs) -> None:
    new = started(jobs)
    lease = claimed(jobs, new)
    jobs.save(lease, Checkpoint("s", "u", total=9))
    for number in range(1, 12):
        at = Checkpoint("s", "u", total=9, parts=number, written=number, size=5, after=(1.5, 2**53 + 1, "p-1"))
        jobs.save(lease, at, f"tag-{number}")
    jobs.release(lease)
    again = claimed(jobs, new)
    assert again.job.checkpoint == at
    assert jobs.tags(again.job, 11) == [f"tag-{number}" for number in range(1, 12)]
    assert jobs.tags(again.job, 2) == ["tag-1", "tag-2"]


@pytest.mark.parametrize("status", [Status.DONE, Status.FAILED])
def test_a_finished_job_is_nobody_s_work(jobs: Jobs, status: Status) -> None:
    new = started(jobs)
    jobs.finish(claimed(jobs, new), status, "It went wrong." if status is Status.FAILED else None)
    assert jobs.claim("org-456", new.export_id, 60) is None
    found = jobs.get("org-456", new.export_id)
    assert found
    assert (found.status, found.finished_at is None) == (status, False)
    assert found.reason == ("It went wrong." if status is Status.FAILED else None)
    assert jobs.claim("org-456", "e-0", 60) is None


def test_a_user_has_some_unfinished_at_once_and_more_when_one_is_finished(jobs: Jobs) -> None:
    first, *_ = [started(jobs) for _ in range(AT_ONCE)]
    with pytest.raises(TooMany, match=r"3 exports|too many"):
        jobs.start(job())
    started(jobs, user_id="u-2")
    started(jobs, organization_id="org-789")
    jobs.finish(claimed(jobs, first), Status.DONE)
    started(jobs)
    with pytest.raises(TooMany):
        jobs.start(job())


def test_calls_at_the_same_time_get_no_more_than_that(dynamodb: "DynamoDBClient", table: str) -> None:
    jobs, together = DynamoDBJobs(dynamodb, table), threading.Barrier(6)

    def start(_: int) -> bool:
        together.wait()
        try:
            jobs.start(job())
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(start, range(6))) <= AT_ONCE
    assert len(jobs.latest("org-456", "u-1")) <= AT_ONCE


def test_a_job_that_never_ends_gives_its_place_back_by_itself(dynamodb: "DynamoDBClient", table: str) -> None:
    jobs = DynamoDBJobs(dynamodb, table)
    for _ in range(AT_ONCE):
        jobs.start(job(ago=PATIENCE + timedelta(minutes=1)))
    jobs.start(job())


def test_what_is_past_its_life_is_not_there_and_everything_of_it_has_an_end(
    dynamodb: "DynamoDBClient", table: str
) -> None:
    jobs = DynamoDBJobs(dynamodb, table)
    jobs.start(old := job(ago=JOB_LIFE + timedelta(minutes=1)))
    jobs.save(claimed(jobs, old), Checkpoint("s", "u", parts=1), "tag")
    assert jobs.get("org-456", old.export_id) is None
    assert jobs.latest("org-456", "u-1") == []
    items = dynamodb.scan(TableName=table)["Items"]
    assert sorted(item["pk"]["S"] for item in items) == sorted(
        [export_pk("org-456", old.export_id)] * 2 + [exports_pk("org-456", "u-1")] * 2
    )
    assert all(int(item["expiresAt"]["N"]) <= now().timestamp() for item in items)


def test_another_job_s_place_is_not_given_back(dynamodb: "DynamoDBClient", table: str) -> None:
    # Given a job whose place was over and is another's by now
    jobs = DynamoDBJobs(dynamodb, table)
    for _ in range(AT_ONCE):
        jobs.start(late := job(ago=PATIENCE + timedelta(minutes=1)))
    for _ in range(AT_ONCE):
        jobs.start(job())
    jobs.finish(claimed(jobs, late), Status.DONE)
    slots = dynamodb.scan(
        TableName=table,
        FilterExpression="begins_with(sk, :slots)",
        ExpressionAttributeValues={":slots": {"S": SLOT_PREFIX}},
    )
    assert slots["Count"] == AT_ONCE


class Repeating:
    """A client that sends each update of one item twice, as the SDK does when an answer is lost."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client
        self.exceptions = client.exceptions

    def update_item(self, **request: object) -> object:
        self._client.update_item(**request)  # type: ignore[arg-type]
        return self._client.update_item(**request)  # type: ignore[arg-type]


def test_a_claim_whose_answer_was_lost_is_still_the_caller_s(dynamodb: "DynamoDBClient", table: str) -> None:
    new = started(DynamoDBJobs(dynamodb, table))
    lease = claimed(DynamoDBJobs(Repeating(dynamodb), table), new)  # type: ignore[arg-type]
    assert lease.job.export_id == new.export_id
    key = {"pk": {"S": export_pk("org-456", new.export_id)}, "sk": {"S": EXPORT}}
    assert dynamodb.get_item(TableName=table, Key=key)["Item"]["owner"] == {"S": lease.owner}

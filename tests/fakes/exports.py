"""The exports' engines in memory, with the real rules: leases, slots, parts, snapshots."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from common.domain.instants import iso, now
from common.errors import Permanent, TooMany
from query_app.payments.exports.job import AT_ONCE, LISTED, Checkpoint, Job, Lease, Status
from query_app.payments.exports.ports import Leased, Page, SnapshotGone
from query_app.payments.ports import Document
from query_app.payments.search.query import SearchPayments

UNFINISHED = (Status.QUEUED, Status.RUNNING)


@dataclass
class _Kept:
    job: Job
    owner: str | None = None
    leased_until: float = 0
    tags: dict[int, str] = field(default_factory=dict)


class FakeJobs:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._clock = clock

    def start(self, job: Job) -> None:
        mine = [each.job for each in self._kept.values() if each.job.user_id == job.user_id]
        if sum(each.organization_id == job.organization_id and each.status in UNFINISHED for each in mine) >= AT_ONCE:
            raise TooMany("too many")
        self._kept[job.organization_id, job.export_id] = _Kept(job)

    def get(self, organization_id: str, export_id: str) -> Job | None:
        kept = self._kept.get((organization_id, export_id))
        return kept.job if kept else None

    def latest(self, organization_id: str, user_id: str) -> list[Job]:
        jobs = [each.job for each in self._kept.values()]
        mine = [job for job in jobs if (job.organization_id, job.user_id) == (organization_id, user_id)]
        return sorted(mine, key=lambda job: job.export_id, reverse=True)[:LISTED]

    def claim(self, organization_id: str, export_id: str, seconds: int) -> Lease | None:
        kept = self._kept.get((organization_id, export_id))
        if kept is None or kept.job.status not in UNFINISHED:
            return None
        if kept.leased_until >= self._clock():
            raise Leased("leased")
        kept.owner, kept.leased_until = uuid4().hex, self._clock() + seconds
        kept.job = replace(kept.job, status=Status.RUNNING)
        return Lease(kept.job, kept.owner)

    def save(self, lease: Lease, checkpoint: Checkpoint, tag: str | None = None) -> None:
        kept = self._mine(lease)
        kept.job = replace(kept.job, checkpoint=checkpoint)
        if tag:
            kept.tags[checkpoint.parts] = tag

    def tags(self, job: Job, parts: int) -> list[str]:
        kept = self._kept[job.organization_id, job.export_id]
        return [kept.tags[number] for number in range(1, parts + 1)]

    def release(self, lease: Lease) -> None:
        kept = self._mine(lease)
        kept.owner, kept.leased_until = None, 0

    def finish(self, lease: Lease, status: Status, reason: str | None = None) -> None:
        kept = self._mine(lease)
        kept.job = replace(kept.job, status=status, reason=reason, finished_at=iso(now()))

    def _mine(self, lease: Lease) -> _Kept:
        kept = self._kept[lease.job.organization_id, lease.job.export_id]
        if kept.owner != lease.owner:
            raise Leased("lost")
        return kept


class FakeFiles:
    def __init__(self, smallest_part: int = 0) -> None:
        self.files: dict[str, bytes] = {}
        self._uploads: dict[str, dict[int, bytes]] = {}
        self._smallest_part = smallest_part

    def begin(self, key: str, content_type: str) -> str:
        self._uploads[upload := uuid4().hex] = {}
        return upload

    def put(self, key: str, upload: str, number: int, content: bytes) -> str:
        self._uploads[upload][number] = content
        return _tag(content)

    def complete(self, key: str, upload: str, tags: Sequence[str]) -> None:
        parts = self._uploads.get(upload)
        if parts is None:
            if key not in self.files:
                raise Permanent("given up")
            return
        contents = [parts[number] for number in range(1, len(tags) + 1)]
        assert contents, "a file has at least one part"
        assert [_tag(content) for content in contents] == list(tags)
        assert all(len(content) >= self._smallest_part for content in contents[:-1])
        self.files[key] = b"".join(contents)
        del self._uploads[upload]

    def abort(self, key: str, upload: str) -> None:
        self._uploads.pop(upload, None)


class FakeSnapshots:
    """Payments in the order of their ids."""

    def __init__(self, documents: Sequence[Document] = (), size: int = 3) -> None:
        self.documents = list(documents)
        self.held: dict[str, list[Document]] = {}
        self._size = size

    def open(self) -> str:
        self.held[snapshot := uuid4().hex] = sorted(self.documents, key=lambda each: str(each["paymentId"]))
        return snapshot

    def page(
        self,
        snapshot: str,
        organization_id: str,
        query: SearchPayments,
        fields: Sequence[str],
        after: tuple[Any, ...] | None,
    ) -> Page:
        if snapshot not in self.held:
            raise SnapshotGone
        mine = [each for each in self.held[snapshot] if each["organizationId"] == organization_id]
        left = [each for each in mine if after is None or each["paymentId"] > after[0]][: self._size]
        return Page(
            [{name: each[name] for name in fields or each if name in each} for each in left],
            last=(left[-1]["paymentId"],) if len(left) == self._size else None,
            total=len(mine) if after is None else None,
        )

    def close(self, snapshot: str) -> None:
        self.held.pop(snapshot, None)


class FakeMessages:
    def __init__(self) -> None:
        self.waiting: list[tuple[str, str]] = []

    def send(self, organization_id: str, export_id: str) -> None:
        self.waiting.append((organization_id, export_id))


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

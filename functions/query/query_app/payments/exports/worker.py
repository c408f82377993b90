"""Works on an export, an invocation's time long: page after page into parts of a file, a checkpoint with each part."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from common.domain.instants import now
from common.edge.observability import count, logger
from common.errors import AppError, Permanent, Retryable
from query_app.payments.criteria import SearchCriteria
from query_app.payments.exports.formats import writer
from query_app.payments.exports.job import TOO_LATE, Checkpoint, Lease, Status
from query_app.payments.exports.ports import Files, Jobs, Leased, Messages, SnapshotGone, Snapshots

LEASE_SECONDS = 65
"""Longer than the function may run, and shorter than its message stays hidden."""
RESERVE_MS = 12_000
"""Of the invocation's time, for the page, the part and the checkpoint under way."""
BEGINNINGS = 3
"""How often a job may lose its snapshot, less one."""


@dataclass(frozen=True)
class Worker:
    """Exact whatever happens: the file has each payment of its snapshot once, or there is no file."""

    jobs: Jobs
    snapshots: Snapshots
    files: Files
    messages: Messages
    part_bytes: int = 8 * 1024 * 1024
    clock: Callable[[], datetime] = now

    def work(
        self, organization_id: str, export_id: str, remaining_ms: Callable[[], int], *, last_try: bool = False
    ) -> None:
        """Go on with a job until it is done or time runs out; then the next invocation does.

        Raises Retryable when the message must come again, unless this is the last try: the job has then failed.
        """
        lease = self.jobs.claim(organization_id, export_id, LEASE_SECONDS)
        if lease is None:
            return
        try:
            self._go_on(lease, remaining_ms)
        except Leased:
            raise
        except AppError as error:
            if isinstance(error, Retryable) and not last_try:
                self.jobs.release(lease)
                raise
            self.jobs.finish(lease, Status.FAILED, error.detail)
            count("ExportsFailed")

    def _go_on(self, lease: Lease, remaining_ms: Callable[[], int]) -> None:
        job, at = lease.job, lease.job.checkpoint
        if job.overdue(self.clock()):
            raise Permanent(TOO_LATE)
        at = at or self._begin(lease, begun=1)
        while not at.complete:
            try:
                at = self._read(lease, at, remaining_ms)
            except SnapshotGone:
                at = self._begin_again(lease, at)
                continue
            if not at.complete:
                self.jobs.release(lease)
                self.messages.send(job.organization_id, job.export_id)
                return
        self.files.complete(job.key, at.upload, self.jobs.tags(job, at.parts))
        self.jobs.finish(lease, Status.DONE)
        count("ExportsDone")
        count("PaymentsExported", at.written)
        self._close(at.snapshot)

    def _read(self, lease: Lease, at: Checkpoint, remaining_ms: Callable[[], int]) -> Checkpoint:
        """Pages into parts, until all are there or time runs out; answers the newest checkpoint."""
        job = lease.job
        query = SearchCriteria.model_validate(job.criteria).query(at=datetime.fromisoformat(job.created_at))
        lines = writer(job.format, job.fields)
        content = bytearray() if at.parts else bytearray(lines.head())
        seen = at
        while remaining_ms() > RESERVE_MS:
            page = self.snapshots.page(at.snapshot, job.organization_id, query, job.fields, seen.after)
            content += lines.lines(page.documents)
            seen = replace(
                seen,
                total=seen.total if page.total is None else page.total,
                written=seen.written + len(page.documents),
                after=page.last or seen.after,
                complete=page.last is None,
            )
            if seen.written > seen.total or (seen.complete and seen.written != seen.total):
                raise Permanent(f"The search has {seen.total} payments, but {seen.written} were read.")
            if seen.complete or len(content) >= self.part_bytes:
                number = at.parts + 1
                tag = self.files.put(job.key, at.upload, number, bytes(content))
                at = seen = replace(seen, parts=number, size=seen.size + len(content))
                self.jobs.save(lease, at, tag)
                content.clear()
            if seen.complete:
                break
        return at

    def _close(self, snapshot: str) -> None:
        """What cannot be given back goes by itself, and makes no finished file a failed one."""
        try:
            self.snapshots.close(snapshot)
        except AppError as error:
            logger.warning("snapshot left to expire", extra={"reason": error.detail})

    def _begin(self, lease: Lease, begun: int) -> Checkpoint:
        """A snapshot and an upload; who dies before they are noted leaves both to expire by themselves."""
        content_type = writer(lease.job.format, lease.job.fields).content_type
        at = Checkpoint(self.snapshots.open(), self.files.begin(lease.job.key, content_type), begun=begun)
        self.jobs.save(lease, at)
        return at

    def _begin_again(self, lease: Lease, at: Checkpoint) -> Checkpoint:
        """What was read so far does not go together with what another snapshot would show."""
        if at.begun >= BEGINNINGS:
            raise Permanent("The search engine lost its snapshot again and again.")
        self.files.abort(lease.job.key, at.upload)
        return self._begin(lease, at.begun + 1)

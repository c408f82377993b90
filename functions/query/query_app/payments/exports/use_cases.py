"""Asking for an export, and asking after it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from uuid6 import uuid7

from common.bus import Caller
from common.domain.instants import iso, now
from common.edge.observability import logger
from common.errors import EngineUnavailable, NotFound
from query_app.payments.criteria import SearchCriteria
from query_app.payments.exports.job import FILE_LIFE, TOO_LATE, Format, Job, Status
from query_app.payments.exports.ports import Jobs, Links, Messages

LINK_SECONDS = 900
SENT_AGAIN_AFTER = timedelta(seconds=30)
"""A job that is queued for longer may have been committed by a call that died before it sent the message."""


@dataclass(frozen=True)
class StartExport:
    """Write all payments that match into a file."""

    format: Format
    criteria: SearchCriteria
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class GetExport:
    """One export of the organization."""

    export_id: str


@dataclass(frozen=True)
class ListExports:
    """The caller's newest exports."""


@dataclass(frozen=True)
class ExportUseCases:
    """The handlers of these three."""

    jobs: Jobs
    messages: Messages
    links: Links
    clock: Callable[[], datetime] = now

    def start(self, command: StartExport, caller: Caller) -> dict[str, Any]:
        """A queued job. Raises Invalid for what is no search, and TooMany."""
        command.criteria.query()
        job = Job(
            organization_id=caller.organization_id,
            export_id=str(uuid7()),
            user_id=caller.user_id,
            format=command.format,
            criteria=command.criteria.as_json(),
            fields=command.fields,
            created_at=iso(self.clock()),
        )
        self.jobs.start(job)
        self._send(job)
        return self._shown(job)

    def get(self, query: GetExport, caller: Caller) -> dict[str, Any]:
        """Raises NotFound, for another organization's too."""
        job = self.jobs.get(caller.organization_id, query.export_id)
        if job is None:
            raise NotFound(f"Export not found: {query.export_id}")
        if job.status is Status.QUEUED and self.clock() - _instant(job.created_at) > SENT_AGAIN_AFTER:
            self._send(job)
        return self._shown(job)

    def latest(self, _: ListExports, caller: Caller) -> dict[str, Any]:
        """Newest first, without links."""
        jobs = self.jobs.latest(caller.organization_id, caller.user_id)
        return {"exports": [{**self._shown(job), "link": None} for job in jobs]}

    def _send(self, job: Job) -> None:
        try:
            self.messages.send(job.organization_id, job.export_id)
        except EngineUnavailable as error:
            # The job is kept, and whoever asks after it sends the message.
            logger.warning("export left to who asks after it", extra={"reason": error.detail})

    def _shown(self, job: Job) -> dict[str, Any]:
        job = self._given_up(job)
        at = job.checkpoint
        ends = _instant(job.finished_at) + FILE_LIFE if job.status is Status.DONE and job.finished_at else None
        fetchable = ends is not None and self.clock() < ends
        return {
            "exportId": job.export_id,
            "status": job.status,
            "format": job.format,
            "query": job.criteria,
            "fields": list(job.fields) or None,
            "createdAt": job.created_at,
            "finishedAt": job.finished_at,
            "written": at.written if at else 0,
            "total": at.total if at and (at.parts or at.complete) else None,
            "bytes": at.size if at else 0,
            "reason": job.reason,
            "link": self.links.link(job, LINK_SECONDS) if fetchable else None,
            "expiresAt": iso(ends) if ends else None,
        }

    def _given_up(self, job: Job) -> Job:
        if job.status in (Status.DONE, Status.FAILED) or not job.overdue(self.clock()):
            return job
        return replace(job, status=Status.FAILED, reason=TOO_LATE)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)

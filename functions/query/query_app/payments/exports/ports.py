"""What exports need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from common.errors import Retryable
from query_app.payments.exports.job import Checkpoint, Job, Lease, Status
from query_app.payments.ports import Document
from query_app.payments.search.query import SearchPayments


class Leased(Retryable):
    """Another invocation works on the job, or has taken it over."""


class SnapshotGone(Exception):
    """The engine no longer holds the snapshot."""


@dataclass(frozen=True)
class Page:
    """Some payments in their order; `total` is None but on the first page."""

    documents: Sequence[Document]
    last: tuple[Any, ...] | None
    """Where the last one stands; None when no page follows."""
    total: int | None = None


class Jobs(Protocol):
    """The jobs, each of an organization. Raises EngineUnavailable."""

    def start(self, job: Job) -> None:
        """Keep a new job. Raises TooMany when its user has AT_ONCE unfinished ones."""

    def get(self, organization_id: str, export_id: str) -> Job | None:
        """As it is now; None for an unknown one, another organization's, and one past its life."""

    def latest(self, organization_id: str, user_id: str) -> list[Job]:
        """The user's LISTED newest, newest first."""

    def claim(self, organization_id: str, export_id: str, seconds: int) -> Lease | None:
        """The right to work on it, for a while; None when there is nothing left to do. Raises Leased."""

    def save(self, lease: Lease, checkpoint: Checkpoint, tag: str | None = None) -> None:
        """Keep how far it is, with the tag of its newest part, all or nothing. Raises Leased when the lease is lost."""

    def tags(self, job: Job, parts: int) -> list[str]:
        """The tags of the first parts, in their order."""

    def release(self, lease: Lease) -> None:
        """Let another invocation go on at once. Raises Leased when the lease is lost."""

    def finish(self, lease: Lease, status: Status, reason: str | None = None) -> None:
        """Done or failed: it no longer counts among its user's. Raises Leased when the lease is lost."""


class Snapshots(Protocol):
    """The read model as it stood at one instant. Raises EngineUnavailable."""

    def open(self) -> str:
        """Hold what is there now, for some minutes from each use on."""

    def page(
        self,
        snapshot: str,
        organization_id: str,
        query: SearchPayments,
        fields: Sequence[str],
        after: tuple[Any, ...] | None,
    ) -> Page:
        """The next payments, with these fields only. Raises SnapshotGone."""

    def close(self, snapshot: str) -> None:
        """Give it back; one that is gone is no error."""


class Files(Protocol):
    """Files made of parts, of which all but the last have at least PART bytes. Raises EngineUnavailable."""

    def begin(self, key: str, content_type: str) -> str:
        """An upload, by its name."""

    def put(self, key: str, upload: str, number: int, content: bytes) -> str:
        """Keep a part, the first being 1, over an earlier one of that number; answers its tag."""

    def complete(self, key: str, upload: str, tags: Sequence[str]) -> None:
        """Make the file of the parts with these tags; one that is complete already is no error."""

    def abort(self, key: str, upload: str) -> None:
        """Forget an upload; one that is gone is no error."""


class Links(Protocol):
    """How a file is fetched."""

    def link(self, job: Job, seconds: int) -> str:
        """An address that lets anybody who has it fetch the job's file, until then."""


class Messages(Protocol):
    """The way to the worker. Raises EngineUnavailable."""

    def send(self, organization_id: str, export_id: str) -> None:
        """Ask for work on a job; asking twice does no harm."""

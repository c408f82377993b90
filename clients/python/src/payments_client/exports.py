"""Exports: all payments that match, written into a file in the background."""

import time
from collections.abc import Callable, Sequence
from typing import BinaryIO, Unpack

from payments_client.answers import Export, ExportList
from payments_client.connection import Connection, path
from payments_client.errors import UnexpectedAnswer
from payments_client.parameters import Criteria, ExportFormat, body

POLL_SECONDS = 1.0


class Exports:
    """`client.exports`."""

    def __init__(self, api: Connection) -> None:
        self._api = api

    def start(
        self,
        format: ExportFormat,  # noqa: A002  # the API's word
        q: str | None = None,
        *,
        fields: Sequence[str] | None = None,
        **criteria: Unpack[Criteria],
    ) -> Export:
        """Ask for a file of all payments that match, the latest first; with `fields`, of those only."""
        wanted = body({"format": format, "q": q, "fields": fields, **criteria})
        return self._api.change(Export, "POST", path("exports"), wanted)

    def get(self, export_id: str) -> Export:
        """How far it is, and where its file is."""
        return self._api.query(Export, path("exports", export_id))

    def list(self) -> ExportList:
        """The caller's newest ones, newest first."""
        return self._api.query(ExportList, path("exports"))

    def download(self, export_id: str, file: BinaryIO, progress: Callable[[Export], None] | None = None) -> Export:
        """Wait until it is finished, and write its contents into the file; nothing when it failed.

        `progress` is told each time it was asked after. Raises PaymentsError, also when the file came in part only.
        """
        while not (export := self.get(export_id)).finished:
            if progress:
                progress(export)
            time.sleep(POLL_SECONDS)
        if export.link is not None:
            written = sum(file.write(part) for part in self._api.fetch(export.link))
            if written != export.bytes:
                raise UnexpectedAnswer(f"the file of export {export_id} has {export.bytes} bytes, and {written} came")
        return export

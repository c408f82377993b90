"""What can be asked of the logs."""

from command_app.ingestion.ports import Ingest


class IngestLogs(Ingest):
    """Take in entries."""

"""What can be asked of the metrics."""

from command_app.ingestion.ports import Ingest


class IngestMetrics(Ingest):
    """Take in points."""

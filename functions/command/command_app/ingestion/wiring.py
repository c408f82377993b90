"""What every ingestion is made of; each context's own wiring calls it once a process."""

from command_app.ingestion.adapters.sqs_packs import SqsPackQueue
from command_app.ingestion.ingest import IngestUseCase
from command_app.ingestion.ports import Ingest, Reading
from common.bus import Caller, CommandBus
from common.edge.middleware import counting, logging, tracing
from common.engines.json_client import sqs_client


def ingestion_of(command: type[Ingest], reading: Reading, queue_url: str) -> CommandBus[Caller]:
    """A bus that takes in what the context reads, and sends it to the context's queue."""
    bus = CommandBus[Caller]([logging, tracing, counting])
    bus.register(command, IngestUseCase(SqsPackQueue(sqs_client(), queue_url), reading).handle)
    return bus

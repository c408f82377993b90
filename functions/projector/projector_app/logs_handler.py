"""Lambda entry of the logs' projector: packs of entries in, a document for each out."""

from projector_app.entry import entry
from projector_app.logs import wiring

lambda_handler = entry(wiring.projector)

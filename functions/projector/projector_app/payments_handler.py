"""Lambda entry of the payments' projector: events in, documents of payments out."""

from projector_app.entry import entry
from projector_app.payments import wiring

lambda_handler = entry(wiring.projector)

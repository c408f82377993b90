"""Lambda entry of the metrics' projector: packs of points in, roll-ups out."""

from projector_app.entry import entry
from projector_app.metrics import wiring

lambda_handler = entry(wiring.projector)

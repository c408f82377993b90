"""What a pack of points tells the projector. Pure."""

from datetime import datetime

from common.domain.documents import Document
from common.domain.model import JsonObject
from common.domain.packs import Pack
from common.metrics.points import Point
from common.metrics.rollups import RollUp
from projector_app.packs import reading


def minute_of(pack: Pack, entry: JsonObject, _: datetime) -> Document:
    """A point as its minute, of which nothing else is known: writing that is joining it. Raises ValidationError."""
    point = Point.model_validate(entry)
    minute = RollUp.of(pack.organization_id, point)
    return Document(f"{minute.id}:{point.key}", pack.organization_id, 1, minute.source())


read = reading(minute_of)

"""What a pack of points tells the projector. Pure."""

from collections.abc import Callable

from msgspec import Raw
from pydantic import ValidationError

from common.domain.canonical import decoded
from common.domain.documents import Document, written
from common.domain.raw_packs import WrittenPack
from common.edge.validation import field_errors
from common.errors import Unreadable
from common.metrics.points import Point
from common.metrics.rollups import RollUp
from projector_app.packs import reading


def minutes_of(pack: WrittenPack[Raw], _: str) -> Callable[[Raw], Document]:
    """How a point becomes its minute, of which nothing else is known: writing that is joining it. Raises Unreadable."""

    def minute_of(entry: Raw) -> Document:
        try:
            point = Point.model_validate(decoded(entry))
        except ValidationError as error:
            wrong = field_errors(error.errors(include_url=False, include_input=False))
            raise Unreadable(f"no entry: {', '.join(each.field for each in wrong)}") from error
        minute = RollUp.of(pack.organization_id, point)
        return Document(f"{minute.id}:{point.key}", pack.organization_id, 1, written(minute.source()))

    return minute_of


read = reading(minutes_of)

"""The canonical JSON of a wire model: what the model itself would write. A projector reads thousands at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import msgspec
import orjson

from common.errors import Unreadable

if TYPE_CHECKING:
    from common.domain.model import WireModel

Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""As OpenSearch has them; orjson reads larger ones as floating-point numbers."""


class Written(msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a wire model writes: its fields and their types.

    What is kept as text is JSON that nobody has looked into.
    """


Text = str | bytes | msgspec.Raw
"""JSON."""
W = TypeVar("W", bound=Written)


def decoded(text: Text) -> Any:  # noqa: ANN401  # any JSON
    """JSON as everything else reads it. Raises Unreadable."""
    try:
        return orjson.loads(bytes(text) if isinstance(text, msgspec.Raw) else text)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error}") from error


def at_once(form: type[W]) -> Callable[[Text], W | None]:
    """What decodes text that is canonical already; its answer is None for anything else."""
    decode = msgspec.json.Decoder(form).decode

    def look(text: Text) -> W | None:
        try:
            return decode(text)
        except (ValueError, RecursionError, Unreadable):
            return None

    return look


class Canonical(Generic[W]):
    """From any JSON that a model reads to that which it would write.

    Nearly all is written so already, and msgspec tells so, decoding, in a fraction of the time that building a model
    takes. Whatever else there is goes through the model: this is a short cut, and no second opinion. The model is
    loaded when it is first needed, as pydantic is a quarter of a cold start, and few processes ever need it.
    """

    def __init__(self, written: type[W], model: Callable[[], type["WireModel"]], no: str) -> None:
        """What the model writes; the model; what a refusal begins with."""
        self.at_once = at_once(written)
        self._decode = msgspec.json.Decoder(written).decode
        self._model = model
        self.no = no

    def __call__(self, text: Text) -> W:
        """Raises Unreadable, which names the fields that are wrong and tells nothing of what is in them."""
        return self.at_once(text) or self.of(decoded(text))

    def of(self, told: object) -> W:
        """The same of what is decoded already."""
        # Only now: see above.
        from pydantic import ValidationError  # noqa: PLC0415

        try:
            model = self._model().model_validate(told)
            return self._decode(orjson.dumps(model.model_dump(mode="json", by_alias=True, exclude_none=True)))
        except ValidationError as error:
            places = (".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False))
            raise Unreadable(f"{self.no}: {', '.join(place[:128] or 'body' for place in places)}") from error
        except msgspec.ValidationError as error:
            # A number that no index takes.
            raise Unreadable(f"{self.no}: {error}") from error
        except (TypeError, ValueError, RecursionError) as error:
            raise Unreadable("is nested too deep") from error

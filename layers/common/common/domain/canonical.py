"""The canonical JSON of a wire model: what the model itself would write. A projector reads thousands at a time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from operator import is_not
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from common.domain.model import WireModel, is_instant

Json = Mapping[str, Any]
Check = Callable[[Any], bool]

_JSON_TYPES: Final = {str: str, int: int, bool: bool, dict: dict, tuple: list, datetime: str}
_SHAPES_KEPT: Final = 64


class Canonical:
    """From any JSON that a model reads to that which it would write.

    Nearly all is written so already, which a look tells in a fraction of the time that building a model takes. What the
    look is not sure of goes through the model: it is a short cut, and no second opinion.
    """

    def __init__(self, model: type[WireModel]) -> None:
        self._model = model
        self._types: dict[str, type | None] = {}
        self._checks: dict[str, Check] = {}
        required = set()
        for name, field in model.model_fields.items():
            alias, (kind, allowed) = field.alias or name, _kind(field.annotation)
            self._types[alias] = _JSON_TYPES.get(kind)
            if check := allowed.__contains__ if allowed else _CHECKS.get(kind):
                self._checks[alias] = check
            if field.is_required() or field.get_default() is not None:
                required.add(alias)
        self._required = frozenset(required)
        self._checks_of = lru_cache(_SHAPES_KEPT)(self._checks_of_shape)

    def __call__(self, told: Json) -> Json:
        """Raises ValidationError."""
        checks = self._checks_of(tuple(told), tuple(map(type, told.values())))
        if checks is not None and all([holds(told[name]) for name, holds in checks]):  # noqa: C419  # a third faster
            return told
        return self._model.model_validate(told).model_dump(mode="json", by_alias=True, exclude_none=True)

    def _checks_of_shape(self, names: tuple[str, ...], types: tuple[type, ...]) -> Sequence[tuple[str, Check]] | None:
        """What is left to check of such fields of such types, which are the same again and again; None: it is not."""
        if not self._required.issubset(names) or any(map(is_not, types, map(self._types.get, names))):
            return None
        return [(name, self._checks[name]) for name in names if name in self._checks]


def _kind(annotation: Any) -> tuple[type, frozenset[Any]]:  # noqa: ANN401  # of any field
    """What a field holds where it is not null, and all that it may be where that is counted up."""
    if get_origin(annotation) in (Union, UnionType):
        [annotation] = (each for each in get_args(annotation) if each is not NoneType)
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0]), frozenset(get_args(annotation))
    kind: type = get_origin(annotation) or annotation
    return (str, frozenset(each.value for each in kind)) if issubclass(kind, Enum) else (kind, frozenset())


def _are_objects(values: list[object]) -> bool:
    return all(type(each) is dict for each in values)


_CHECKS: Final[Mapping[type, Check]] = {datetime: is_instant, tuple: _are_objects}
"""What a value must hold beside having the right type."""

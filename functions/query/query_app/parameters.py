"""What a question is asked with: read and checked in one pass.

Powertools' own reading looks into the type of each parameter anew at each request, and took longer than all else that
is done with one. The route's signature describes the parameters to it as before.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from inspect import Parameter, signature
from typing import Any, NotRequired, get_args, get_origin
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler.openapi.params import Header, Param, Query
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from common.edge.validation import field_errors
from common.errors import FieldError, Invalid

Json = dict[str, Any]


class Parameters:
    """Those of a route, each annotated as a `Query`, a `Header` or a `Path`."""

    def __init__(self, route: Callable[..., object]) -> None:
        self._route = route

    def read(self, event: APIGatewayProxyEventV2, path: Mapping[str, str]) -> Json:
        """The route's arguments; what was not sent is left to its default.

        Who takes many values takes them repeated or separated by commas. Raises Invalid for what is not usable, or not
        known.
        """
        sent = event.query_string_parameters
        given: Json = {**path, **self._of_headers(event)}
        for name, value in sent.items():
            takes_many = self._query.get(name)
            # API Gateway joins what is repeated.
            if takes_many or (takes_many is not None and "," in value and _repeated(event, name)):
                given[name] = value.split(",")
            elif takes_many is not None:
                given[name] = value
        try:
            arguments = self._type.validate_python(given)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise Invalid("Some fields are not usable.", field_errors(found)) from None
        refuse_unknown(sent, self._query)
        return arguments

    def _of_headers(self, event: APIGatewayProxyEventV2) -> Json:
        if not self._headers:
            return {}
        sent = event.headers
        return {name: sent[name] for name in self._headers if name in sent}

    @cached_property
    def _query(self) -> Mapping[str, bool]:
        """By name, whether it takes many values."""
        return {name: _takes_many(each.annotation) for name, each in self._named(Query).items()}

    @cached_property
    def _headers(self) -> Collection[str]:
        return self._named(Header).keys()

    @cached_property
    def _type(self) -> TypeAdapter[Json]:
        fields = {
            name: each.annotation if each.default is Parameter.empty else NotRequired[each.annotation]
            for name, each in signature(self._route).parameters.items()
        }
        return TypeAdapter(TypedDict("Arguments", fields))  # type: ignore[operator]  # of what is known only now

    def _named(self, kind: type[Param]) -> Mapping[str, Parameter]:
        """The parameters of one kind, by their names in a request."""
        described = {
            name: (each, next(part for part in get_args(each.annotation) if isinstance(part, Param)))
            for name, each in signature(self._route).parameters.items()
        }
        return {
            str(param.validation_alias or name): each
            for name, (each, param) in described.items()
            if isinstance(param, kind)
        }


def refuse_unknown(sent: Collection[str], known: Collection[str]) -> None:
    """Raise Invalid: a misspelt parameter is refused, rather than answered as if it were not there."""
    unknown = [name for name in sent if name not in known]
    if unknown:
        takes = f"unknown: this address takes {', '.join(known) or 'none'}"
        raise Invalid("Some parameters are unknown.", [FieldError(name or "query", takes) for name in unknown])


def _takes_many(kind: object) -> bool:
    return get_origin(kind) is list or any(map(_takes_many, get_args(kind)))


def _repeated(event: APIGatewayProxyEventV2, name: str) -> bool:
    return len(parse_qs(event.raw_query_string, keep_blank_values=True).get(name, ())) > 1

"""`/v1/searches`."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from common.edge.http import caller_of
from query_app.kept import IfMatch, respond, version_of
from query_app.routing import routes, without_parameters
from query_app.saved import wiring
from query_app.saved.body import SearchBody
from query_app.saved.search import Threshold
from query_app.saved.use_cases import DeleteSearch, GetSearch, ListSearches, ReplaceSearch, SaveSearch, Wanted

router = routes()

SearchId = Annotated[str, Path(alias="searchId", max_length=64, description="The search's id")]

_TAGS = ["payments: saved searches"]


@router.post(
    "/v1/searches",
    summary="Save a search",
    description="Keeps a search by a name; with `alert` each new payment, or as many log entries as the threshold asks "
    "for, are told of on the topic of alerts.",
    tags=_TAGS,
    operation_id="saveSearch",
    middlewares=[without_parameters],
)
def save_search(body: Annotated[SearchBody, Body()]) -> Response[str]:
    """Save."""
    saved = _dispatch(SaveSearch(_wanted(body)))
    return _respond(HTTPStatus.CREATED, saved, {"Location": f"/v1/searches/{saved['searchId']}"})


@router.question(
    "/v1/searches",
    summary="List saved searches",
    description="The caller's own and the shared ones of the organization, by name.",
    tags=_TAGS,
    operation_id="listSearches",
)
def list_searches() -> Response[str]:
    """List."""
    return _respond(HTTPStatus.OK, _dispatch(ListSearches()))


@router.question(
    "/v1/searches/<searchId>",
    summary="Get a saved search",
    description="The caller's own, or a shared one. `ETag` is its version.",
    tags=_TAGS,
    operation_id="getSearch",
)
def get_search(search_id: SearchId) -> Response[str]:
    """Get."""
    return _respond(HTTPStatus.OK, _dispatch(GetSearch(search_id)))


@router.put(
    "/v1/searches/<searchId>",
    summary="Replace a saved search",
    description="By its owner or, if it is shared, by an admin.",
    tags=_TAGS,
    operation_id="replaceSearch",
    middlewares=[without_parameters],
)
def replace_search(search_id: SearchId, body: Annotated[SearchBody, Body()], if_match: IfMatch = None) -> Response[str]:
    """Replace."""
    return _respond(HTTPStatus.OK, _dispatch(ReplaceSearch(search_id, _wanted(body), version_of(if_match))))


@router.delete(
    "/v1/searches/<searchId>",
    summary="Delete a saved search",
    description="By its owner or, if it is shared, by an admin; answers what it was.",
    tags=_TAGS,
    operation_id="deleteSearch",
    middlewares=[without_parameters],
)
def delete_search(search_id: SearchId, if_match: IfMatch = None) -> Response[str]:
    """Delete."""
    return _respond(HTTPStatus.OK, _dispatch(DeleteSearch(search_id, version_of(if_match))))


def _wanted(body: SearchBody) -> Wanted:
    asked = body.threshold
    threshold = Threshold(asked.count, asked.window_minutes) if asked else None
    return Wanted(body.name, body.context, body.query, body.shared, body.alert, threshold)


def _dispatch(message: object) -> dict[str, Any]:
    done: dict[str, Any] = wiring.bus().dispatch(message, caller_of(router.current_event, wiring.settings()))
    return done


def _respond(status: HTTPStatus, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response[str]:
    return respond(router.current_event, status, body, headers)

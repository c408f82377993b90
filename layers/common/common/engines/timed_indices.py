"""Templates and policies of indices by time, in OpenSearch."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from opensearchpy import OpenSearch

from common.domain.timed_indices import TimedIndices

_POLICIES = "/_plugins/_ism/policies"
_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED)
_MADE = "*.settings.index.creation_date"


def ensure_timed(
    client: OpenSearch, indices: Iterable[TimedIndices], refresh_interval_ms: int, replicas: int = 1
) -> None:
    """Templates and policies as the code has them; indices that are there keep their own.

    An engine without the plugin for policies takes none: see `expire`.
    """
    for each in indices:
        client.indices.put_index_template(name=each.name, body=each.template(refresh_interval_ms, replicas))
        _ensure_policy(client, each)


def expire(client: OpenSearch, indices: Iterable[TimedIndices], at: datetime) -> Sequence[str]:
    """Delete what the policies would have deleted by then; answers the names. For an engine that has no policies."""
    deleted = []
    for each in indices:
        found = client.indices.get_settings(index=each.pattern, params={"filter_path": _MADE})
        for name, its in sorted(found.items()):
            made = datetime.fromtimestamp(int(its["settings"]["index"]["creation_date"]) / 1000, at.tzinfo)
            if at - made >= timedelta(days=each.kept_days):
                client.indices.delete(index=name)
                deleted.append(name)
    return deleted


def _ensure_policy(client: OpenSearch, indices: TimedIndices) -> None:
    address = f"{_POLICIES}/{indices.name}"
    found = client.transport.perform_request("GET", address, params={"ignore": _NOT_THERE})
    if isinstance(found.get("error"), str):
        # No handler: an error of the plugin's own has a type, a reason and a status.
        return
    there = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]} if "policy" in found else {}
    client.transport.perform_request("PUT", address, params=there, body=indices.policy())

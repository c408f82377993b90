"""The read model at one instant: a point in time of OpenSearch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from common.engines.search import OpenSearch, Refused
from common.errors import AppError
from common.payments.index import ALIAS_READ
from query_app.cursors import Position
from query_app.opensearch import asked, complete
from query_app.payments.exports.ports import Page, SnapshotGone
from query_app.payments.search import dsl
from query_app.payments.search.query import SearchPayments, Shown

KEEP = "20m"
"""Longer than the message of a killed invocation stays hidden."""
PAGE = 500
"""Payments a request: of the largest, some 12 MB."""

_SNAPSHOTS = ("_search", "point_in_time")
_GONE = "search_context_missing"


class OpenSearchSnapshots:
    """`Snapshots` on one alias."""

    def __init__(self, client: OpenSearch, alias: str = ALIAS_READ, page_size: int = PAGE) -> None:
        self._client = client
        self._alias = alias
        self._size = page_size

    def open(self) -> str:
        """Of all shards: those without the organization's payments have nothing to do."""
        answer = asked(lambda: self._client.request("POST", self._alias, *_SNAPSHOTS, params={"keep_alive": KEEP}))
        return str(answer["pit_id"])

    def page(
        self,
        snapshot: str,
        organization_id: str,
        query: SearchPayments,
        fields: Sequence[str],
        after: tuple[Any, ...] | None,
    ) -> Page:
        """One request; the total is counted with the first."""
        position = None if after is None else Position(after)
        query = replace(query, limit=self._size - 1, position=position, shown=Shown(fields=tuple(fields)))
        body = dsl.search(organization_id, query) | {
            "pit": {"id": snapshot, "keep_alive": KEEP},
            "track_total_hits": after is None,
        }
        body.pop("aggs", None)
        parts = "timed_out,_shards.failed,hits.total,hits.hits._source,hits.hits.sort"
        params = {"allow_partial_search_results": "false", "filter_path": parts}
        try:
            hits = complete(asked(lambda: self._client.request("POST", "_search", body=body, params=params))).get(
                "hits", {}
            )
        except AppError as error:
            if isinstance(error.__cause__, Refused) and _GONE in error.__cause__.told:
                raise SnapshotGone from error
            raise
        found = hits.get("hits", [])
        return Page(
            documents=[hit.get("_source", {}) for hit in found],
            last=tuple(found[-1]["sort"]) if len(found) == self._size else None,
            total=hits["total"]["value"] if after is None else None,
        )

    def close(self, snapshot: str) -> None:
        """See `Snapshots`."""
        body = {"pit_id": [snapshot]}
        asked(lambda: self._client.request("DELETE", *_SNAPSHOTS, body=body, allowed=(404,)))

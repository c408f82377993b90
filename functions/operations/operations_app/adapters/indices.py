"""The payments indices in OpenSearch."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from common.engines.search import OpenSearch
from common.errors import EngineUnavailable, Permanent
from common.payments.index import (
    ALIAS_NEXT,
    ALIAS_PREVIOUS,
    ALIAS_REBUILD,
    ALIAS_WRITE,
    ALL_INDICES,
    SERVING,
    index_body,
    own_alias,
)
from operations_app.adapters.read_side import translated
from operations_app.ports import Roles

_NUMBERED = re.compile(r"payments-(\d{6})")


class OpenSearchIndices:
    """`Indices` by aliases; every change of hands is one request, which OpenSearch does whole or not at all."""

    def __init__(self, client: OpenSearch, refresh_interval_ms: int) -> None:
        self._client = client
        self._refresh_interval_ms = refresh_interval_ms

    def roles(self) -> Roles:
        """See `Indices`."""
        with translated():
            indices = self._client.request("GET", ALL_INDICES, "_alias")
        by_alias = {alias: index for index, entry in indices.items() for alias in entry["aliases"]}
        if ALIAS_WRITE not in by_alias:
            raise Permanent(f"alias {ALIAS_WRITE} is missing: run `python -m ops index create`")
        return Roles(by_alias[ALIAS_WRITE], by_alias.get(ALIAS_REBUILD), by_alias.get(ALIAS_PREVIOUS))

    def create(self, live: str) -> str:
        """With the code's mapping, and as many copies as the live one has."""
        with translated():
            settings = self._client.request("GET", ALL_INDICES, "_settings")
            replicas = int(settings[live]["settings"]["index"]["number_of_replicas"])
            numbers = [int(match[1]) for name in settings if (match := _NUMBERED.fullmatch(name))]
            name = f"payments-{max(numbers, default=0) + 1:06d}"
            # First, since from the rebuild's alias on every projector writes both by their own names.
            self._change(
                {"add": {"index": live, "alias": own_alias(live)}},
                # What an index lacks that was made before an alias was thought of.
                *({"add": {"index": live, "alias": alias, **options}} for alias, options in SERVING.items()),
            )
            body = index_body(self._refresh_interval_ms, replicas=replicas)
            body["aliases"] = {own_alias(name): {}, ALIAS_REBUILD: {}}
            self._client.request("PUT", name, body=body)
        return name

    def announce(self, roles: Roles) -> None:
        """See `Indices`."""
        with translated():
            self._change({"add": {"index": roles.rebuild, "alias": ALIAS_NEXT}})

    def swap(self, roles: Roles) -> None:
        """See `Indices`."""
        with translated():
            self._refresh(roles.rebuild)
            self._change(
                *_serve(roles.rebuild, instead_of=roles.live),
                {"remove": {"index": roles.rebuild, "alias": ALIAS_REBUILD}},
                {"remove": {"index": roles.rebuild, "alias": ALIAS_NEXT}},
                {"add": {"index": roles.live, "alias": ALIAS_PREVIOUS}},
            )
            # Again, for what came in between.
            self._refresh(roles.rebuild)

    def roll_back(self, roles: Roles) -> None:
        """See `Indices`."""
        with translated():
            self._refresh(roles.previous)
            self._change(
                *_serve(roles.previous, instead_of=roles.live),
                {"remove": {"index": roles.previous, "alias": ALIAS_PREVIOUS}},
                {"add": {"index": roles.live, "alias": ALIAS_REBUILD}},
            )

    def drop(self, index: str) -> None:
        """See `Indices`."""
        with translated():
            self._client.request("DELETE", index)

    def _refresh(self, index: str | None) -> None:
        self._client.request("POST", index or ALL_INDICES, "_refresh")

    def _change(self, *actions: Mapping[str, Any]) -> None:
        answer = self._client.request("POST", "_aliases", body={"actions": list(actions)})
        if not answer["acknowledged"]:
            raise EngineUnavailable("OpenSearch has not told all its nodes about the aliases yet; look again.")


def _serve(index: str | None, instead_of: str) -> Iterator[Mapping[str, Any]]:
    for alias, options in SERVING.items():
        yield {"remove": {"index": instead_of, "alias": alias}}
        yield {"add": {"index": index, "alias": alias, **options}}

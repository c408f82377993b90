"""Searches that are kept by a name, for oneself or the organization; each can be an alert."""

from typing import Any, Unpack

from payments_client.answers import Context, PaymentHit, PaymentPage, SavedSearch, SavedSearchList, Threshold
from payments_client.connection import Connection, path
from payments_client.pages import Search, pages
from payments_client.parameters import Criteria, body, wire


class SavedSearches:
    """`client.searches`."""

    def __init__(self, api: Connection) -> None:
        self._api = api

    def save(  # one argument a member of the body
        self,
        name: str,
        q: str | None = None,
        *,
        context: Context = "payments",
        shared: bool = False,
        alert: bool = False,
        threshold: Threshold | None = None,
        **criteria: Unpack[Criteria],
    ) -> SavedSearch:
        """Keep a search; `shared` with the organization, and as an `alert` that tells of new payments that match.

        One of logs takes `q`, `from_` and `to`, and as an alert a threshold.
        """
        kept = {"name": name, "query": body({"q": q, **criteria}), **_kept(context, shared, alert, threshold)}
        return self._api.change(SavedSearch, "POST", path("searches"), kept)

    def list(self) -> SavedSearchList:
        """The caller's own and the shared ones, by name."""
        return self._api.query(SavedSearchList, path("searches"))

    def get(self, search_id: str) -> SavedSearch:
        """One of them."""
        return self._api.query(SavedSearch, path("searches", search_id))

    def replace(  # noqa: PLR0913  # one argument a member of the body
        self,
        search_id: str,
        name: str,
        q: str | None = None,
        *,
        context: Context = "payments",
        shared: bool = False,
        alert: bool = False,
        threshold: Threshold | None = None,
        if_match: int | None = None,
        **criteria: Unpack[Criteria],
    ) -> SavedSearch:
        """Put another in its place."""
        kept = {"name": name, "query": body({"q": q, **criteria}), **_kept(context, shared, alert, threshold)}
        return self._api.change(SavedSearch, "PUT", path("searches", search_id), kept, if_match)

    def delete(self, search_id: str, *, if_match: int | None = None) -> SavedSearch:
        """Keep it no longer; answers what it was."""
        return self._api.change(SavedSearch, "DELETE", path("searches", search_id), None, if_match)

    def run(self, saved: SavedSearch, *, page_size: int = 100) -> Search[PaymentHit]:
        """The payments that match it now."""
        return pages(self._api, PaymentPage[PaymentHit], wire({**saved.query, "limit": page_size}))


def _kept(context: Context, shared: bool, alert: bool, threshold: Threshold | None) -> dict[str, Any]:  # noqa: FBT001
    kept: dict[str, Any] = {"context": context, "shared": shared, "alert": alert}
    return {**kept, "threshold": threshold.model_dump(by_alias=True)} if threshold else kept

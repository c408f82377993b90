"""Searches that are kept by a name, for oneself or the organization; each can be an alert."""

from typing import Unpack

from payments_client.answers import PaymentHit, PaymentPage, SavedSearch, SavedSearchList
from payments_client.connection import Connection, path
from payments_client.pages import Search, pages
from payments_client.parameters import Criteria, body, wire


class SavedSearches:
    """`client.searches`."""

    def __init__(self, api: Connection) -> None:
        self._api = api

    def save(
        self,
        name: str,
        q: str | None = None,
        *,
        shared: bool = False,
        alert: bool = False,
        **criteria: Unpack[Criteria],
    ) -> SavedSearch:
        """Keep a search; `shared` with the organization, and as an `alert` that tells of new payments that match."""
        kept = {"name": name, "query": body({"q": q, **criteria}), "shared": shared, "alert": alert}
        return self._api.change(SavedSearch, "POST", path("searches"), kept)

    def list(self) -> SavedSearchList:
        """The caller's own and the shared ones, by name."""
        return self._api.query(SavedSearchList, path("searches"))

    def get(self, search_id: str) -> SavedSearch:
        """One of them."""
        return self._api.query(SavedSearch, path("searches", search_id))

    def replace(  # one argument a member of the body
        self,
        search_id: str,
        name: str,
        q: str | None = None,
        *,
        shared: bool = False,
        alert: bool = False,
        if_match: int | None = None,
        **criteria: Unpack[Criteria],
    ) -> SavedSearch:
        """Put another in its place."""
        kept = {"name": name, "query": body({"q": q, **criteria}), "shared": shared, "alert": alert}
        return self._api.change(SavedSearch, "PUT", path("searches", search_id), kept, if_match)

    def delete(self, search_id: str, *, if_match: int | None = None) -> SavedSearch:
        """Keep it no longer; answers what it was."""
        return self._api.change(SavedSearch, "DELETE", path("searches", search_id), None, if_match)

    def run(self, saved: SavedSearch, *, page_size: int = 100) -> Search[PaymentHit]:
        """The payments that match it now."""
        return pages(self._api, PaymentPage[PaymentHit], wire({**saved.query, "limit": page_size}))

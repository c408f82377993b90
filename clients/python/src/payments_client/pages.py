"""A search that fetches its pages as they are read."""

from collections.abc import Callable, Iterator
from typing import Generic

from payments_client.answers import Hit, PaymentPage
from payments_client.connection import Connection, path
from payments_client.parameters import Wire


class Search(Generic[Hit]):
    """The payments that match, from the first page to the last: iterate over it, or over its `pages()`.

    Nothing is asked before it is needed. Each iteration asks anew.
    """

    def __init__(self, ask: Callable[[str | None], PaymentPage[Hit]], cursor: str | None = None) -> None:
        """`ask` answers the page that a cursor leads to, and the first one for None."""
        self._ask = ask
        self._cursor = cursor

    def __iter__(self) -> Iterator[Hit]:
        for page in self.pages():
            yield from page.payments

    def pages(self) -> Iterator[PaymentPage[Hit]]:
        """Page by page, with what each says of the whole."""
        page = self.page()
        yield page
        while page.next_cursor is not None:
            page = self._ask(page.next_cursor)
            yield page

    def page(self) -> PaymentPage[Hit]:
        """The first page alone."""
        return self._ask(self._cursor)


def pages(api: Connection, model: type[PaymentPage[Hit]], parameters: Wire, cursor: str | None = None) -> Search[Hit]:
    """The search of these parameters."""

    def ask(at: str | None) -> PaymentPage[Hit]:
        return api.query(model, path("payments"), parameters if at is None else {**parameters, "cursor": at})

    return Search(ask, cursor)

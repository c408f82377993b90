"""A search that fetches its pages as they are read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from payments_client.answers import Hit, PaymentPage
from payments_client.connection import Connection, path
from payments_client.parameters import Wire


class _Page(Protocol):
    @property
    def next_cursor(self) -> str | None: ...


_P = TypeVar("_P", bound=_Page)
_H = TypeVar("_H")


class Pages(Generic[_P, _H]):
    """What matches, from the first page to the last: iterate over it, or over its `pages()`.

    Nothing is asked before it is needed. Each iteration asks anew.
    """

    def __init__(
        self, ask: Callable[[str | None], _P], hits: Callable[[_P], Sequence[_H]], cursor: str | None = None
    ) -> None:
        """`ask` answers the page that a cursor leads to, and the first one for None; `hits` are those of a page."""
        self._ask = ask
        self._hits = hits
        self._cursor = cursor

    def __iter__(self) -> Iterator[_H]:
        for page in self.pages():
            yield from self._hits(page)

    def pages(self) -> Iterator[_P]:
        """Page by page, with what each says of the whole."""
        page = self.page()
        yield page
        while page.next_cursor is not None:
            page = self._ask(page.next_cursor)
            yield page

    def page(self) -> _P:
        """The first page alone."""
        return self._ask(self._cursor)


class Search(Pages[PaymentPage[Hit], Hit]):
    """The payments that match."""


def pages(api: Connection, model: type[PaymentPage[Hit]], parameters: Wire, cursor: str | None = None) -> Search[Hit]:
    """The search of these parameters."""

    def ask(at: str | None) -> PaymentPage[Hit]:
        return api.query(model, path("payments"), parameters if at is None else {**parameters, "cursor": at})

    return Search(ask, lambda page: page.payments, cursor)

"""The client: a method an address of the API."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self, Unpack, overload

import httpx
from httpx_retries import Retry
from pydantic import JsonValue
from pydantic.alias_generators import to_camel

from payments_client.answers import (
    Deleted,
    Done,
    Erased,
    Freshness,
    FreshPayment,
    Health,
    History,
    Imported,
    PartialHit,
    PaymentHit,
    PaymentPage,
    Statistics,
    Suggestions,
    Trace,
)
from payments_client.connection import RETRY, TIMEOUT_SECONDS, Connection, Token, path
from payments_client.errors import PaymentsError
from payments_client.exports import Exports
from payments_client.imports import ImportSummary, import_lines
from payments_client.lines import Line
from payments_client.logs import Logs
from payments_client.metrics import Metrics
from payments_client.pages import Search, pages
from payments_client.parameters import Amount, Moment, SearchOptions, StatisticsOptions, text, wire
from payments_client.searches import SavedSearches


class PaymentsClient:
    """The payments of one organization, the token's. Use it in a `with`, or close it; threads may share it.

    All methods raise PaymentsError. A call is retried while that is safe and useful; a command carries an idempotency
    key, one of its own unless one is given, so it is done once however often it is sent. Queries show the last command
    of this client, or say `stale`.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        retry: Retry = RETRY,
        timeout: float = TIMEOUT_SECONDS,
        read_your_writes: bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`url` is the API's, without /v1; `token` is a JWT, or a function that fetches one."""
        self._api = Connection(
            url, token, retry=retry, timeout=timeout, read_your_writes=read_your_writes, transport=transport
        )
        self.exports = Exports(self._api)
        self.searches = SavedSearches(self._api)
        self.logs = Logs(self._api)
        self.metrics = Metrics(self._api)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._api.close()

    # Commands

    def request(  # noqa: PLR0913  # one argument a member of the body
        self,
        amount: Amount,
        currency: str,
        description: str,
        *,
        payment_id: str | None = None,
        user_id: str | None = None,
        metadata: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
    ) -> Done:
        """Ask for a payment. Without a payment id one is made; without a user id it is the caller's."""
        body = {
            "amount": text(amount),
            "currency": currency,
            "description": description,
            "payment_id": payment_id,
            "user_id": user_id,
            "metadata": metadata,
        }
        return self._do(path("payments"), body, idempotency_key)

    def process(
        self,
        payment_id: str,
        amount: Amount,
        currency: str,
        *,
        processed_at: Moment | None = None,
        if_match: int | None = None,
        idempotency_key: str | None = None,
    ) -> Done:
        """Take the money; amount and currency must be the requested ones."""
        body = {
            "amount": text(amount),
            "currency": currency,
            "processed_at": None if processed_at is None else text(processed_at),
        }
        return self._do(path("payments", payment_id, "process"), body, idempotency_key, if_match)

    def fail(
        self, payment_id: str, error: str, *, if_match: int | None = None, idempotency_key: str | None = None
    ) -> Done:
        """Record that the money could not be taken."""
        return self._do(path("payments", payment_id, "fail"), {"error": error}, idempotency_key, if_match)

    def refund(
        self,
        payment_id: str,
        amount: Amount,
        *,
        reason: str | None = None,
        if_match: int | None = None,
        idempotency_key: str | None = None,
    ) -> Done:
        """Give money back, all or a part of it."""
        body = {"amount": text(amount), "reason": reason}
        return self._do(path("payments", payment_id, "refund"), body, idempotency_key, if_match)

    def delete(self, payment_id: str, *, if_match: int | None = None, idempotency_key: str | None = None) -> Deleted:
        """Erase a payment and show it to nobody any more; its money stays counted. Needs the role admin."""
        return self._api.command(
            Deleted, "DELETE", path("payments", payment_id), key=_key(idempotency_key), version=if_match
        )

    def erase_user(self, user_id: str, *, idempotency_key: str | None = None) -> Erased:
        """Erase what is personal of all payments of a user; their money stays. Needs the role admin."""
        return self._api.command(Erased, "POST", path("users", user_id, "erase"), key=_key(idempotency_key))

    def import_payments(
        self,
        payments: Iterable[Line],
        *,
        progress: Callable[[ImportSummary], None] | None = None,
        idempotency_key: str | None = None,
    ) -> ImportSummary:
        """Record payments that were completed elsewhere, any number of them, reading them as they are sent.

        A line is NDJSON, or a mapping: paymentId, userId, amount, currency, description, processedAt, ...
        A bad payment is rejected and does not stop its neighbours. What was accepted before is a duplicate: an import
        may be repeated. `progress` is told after each call of up to 1,000.
        """
        key = _key(idempotency_key)

        def send(body: bytes, number: int) -> Imported:
            headers = {"Content-Type": "application/x-ndjson"}
            return self._api.command(
                Imported, "POST", path("payments", "import"), key=f"{key}.{number}", content=body, headers=headers
            )

        try:
            return import_lines(payments, send, progress)
        except PaymentsError as error:
            error.idempotency_key = key
            raise

    # Queries

    @overload
    def search(
        self,
        q: str | None = None,
        *,
        fields: None = None,
        page_size: int = 100,
        cursor: str | None = None,
        **options: Unpack[SearchOptions],
    ) -> Search[PaymentHit]: ...

    @overload
    def search(
        self,
        q: str | None = None,
        *,
        fields: Sequence[str],
        page_size: int = 100,
        cursor: str | None = None,
        **options: Unpack[SearchOptions],
    ) -> Search[PartialHit]: ...

    def search(
        self,
        q: str | None = None,
        *,
        fields: Sequence[str] | None = None,
        page_size: int = 100,
        cursor: str | None = None,
        **options: Unpack[SearchOptions],
    ) -> Search[PaymentHit] | Search[PartialHit]:
        """The payments that match: iterate over them, or over `.pages()`; both fetch as they are read.

        With `fields`, hits have those only. `cursor` is a page's `next_cursor` or `prev_cursor`, of the same search.
        """
        parameters = wire({"q": q, "limit": page_size, "fields": fields, **options})

        if fields is None:
            return pages(self._api, PaymentPage[PaymentHit], parameters, cursor)
        return pages(self._api, PaymentPage[PartialHit], parameters, cursor)

    def get(self, payment_id: str, *, as_of: Moment | None = None) -> FreshPayment:
        """One payment, now or as it was recorded by an earlier instant."""
        return self._api.query(FreshPayment, path("payments", payment_id), wire({"as_of": as_of}))

    def history(self, payment_id: str) -> History:
        """Everything that happened to a payment, oldest first."""
        return self._api.query(History, path("payments", payment_id, "history"))

    def statistics(self, q: str | None = None, **options: Unpack[StatisticsOptions]) -> Statistics:
        """Counts and exact sums by status, currency and day, or step of an interval; and what is included."""
        return self._api.query(Statistics, path("payments", "statistics"), wire({"q": q, **options}))

    def suggest(self, q: str, *, limit: int | None = None) -> Suggestions:
        """Completions of what somebody begins to type."""
        return self._api.query(Suggestions, path("payments", "suggestions"), wire({"q": q, "limit": limit}))

    def trace(self, correlation_id: str) -> Trace:
        """The events and log entries that bear a correlation id, and the metrics around them."""
        return self._api.query(Trace, path("trace", correlation_id))

    # The service

    def health(self) -> Health:
        """Which parts are up; also says so when not all are."""
        return self._api.probe(Health, path("health"))

    def freshness(self) -> Freshness:
        """How far the read side is behind the write side. Needs the role admin."""
        return self._api.query(Freshness, path("freshness"))

    def _do(self, address: str, body: Mapping[str, object], key: str | None, version: int | None = None) -> Done:
        sent = {to_camel(name): value for name, value in body.items() if value is not None}
        return self._api.command(Done, "POST", address, key=_key(key), version=version, json=sent)


def _key(given: str | None) -> str:
    """The idempotency key of one logical call."""
    return given or str(uuid.uuid4())

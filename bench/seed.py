"""Payments straight into OpenSearch, as our projection makes them, by raw bulks of several clients."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from opensearchpy import OpenSearch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from common.domain.documents import Document, written
from common.domain.events import Event
from common.domain.instants import iso
from common.engines.bulks import body_of
from common.engines.document_writer import action_of
from common.payments.index import document_id, fingerprint
from common.payments.projections import documents_of
from common.payments.state import PaymentState, Status
from local.invoices import read_invoices
from local.places import INVOICES

PAYMENTS_EACH = 2_000
"""Of an organization."""
_CLIENTS = 3
_STATUSES = (Status.COMPLETED,) * 8 + (Status.FAILED, Status.REQUESTED)
_CURRENCIES = ("EUR",) * 6 + ("USD", "USD", "GBP", "JPY")
_TAGS = ("gift", "wholesale", "online", "urgent")
_FIRST = datetime(2011, 1, 1, tzinfo=UTC)


def event(organization: str, number: int, payment_id: str | None = None) -> Event:
    """The first event of an organization's payment; its text is a real invoice's."""
    invoice = _INVOICES[number % len(_INVOICES)]
    at = _FIRST + timedelta(minutes=number * 37 % 525_600)
    status, currency = _STATUSES[number % len(_STATUSES)], _CURRENCIES[number * 7 % len(_CURRENCIES)]
    state = PaymentState(
        payment_id=payment_id or f"pay-{number:07d}",
        organization_id=organization,
        user_id=f"customer-{invoice.customer}",
        amount=str(int(invoice.amount)) if currency == "JPY" else str(invoice.amount),
        currency=currency,
        status=status,
        description=invoice.description,
        metadata={"tags": [_TAGS[number % 4]], "region": "fr"},
        requested_at=at,
        processed_at=at if status is Status.COMPLETED else None,
        error="card declined" if status is Status.FAILED else None,
        failed_at=at if status is Status.FAILED else None,
        updated_at=at,
        version=1,
    )
    return Event(
        event_id=f"event-{number:07d}",
        type="PaymentProcessed",
        aggregate_id=state.payment_id,
        aggregate_version=1,
        organization_id=organization,
        occurred_at=at,
        correlation_id="bench",
        causation_id="bench",
        state=state.model_dump(mode="json", by_alias=True, exclude_none=True),
    )


def seed(client: OpenSearch, index: str, organizations: int, console: Console) -> None:
    """Fill an index, then wait until it has come to rest."""
    total = organizations * PAYMENTS_EACH
    meanwhile = {"refresh_interval": "-1", "translog.durability": "async"}
    client.indices.put_settings(index=index, body={"index": meanwhile})
    columns = (TextColumn("{task.description:>14}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
    patterns = [
        documents_of(event("org-0", number).written(), iso(_FIRST))[0].source for number in range(PAYMENTS_EACH)
    ]
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(_CLIENTS) as clients:
        task = progress.add_task(index, total=total)

        def put(organization: str) -> None:
            for part in _parts(organization, patterns):
                answer = client.bulk(body=part, index=index, params={"filter_path": "errors"}, request_timeout=120)
                if answer["errors"]:
                    raise RuntimeError(f"OpenSearch refused payments of {organization}")
            progress.advance(task, PAYMENTS_EACH)

        for _ in clients.map(put, (f"org-{number}" for number in range(organizations))):
            pass
    usual = {"refresh_interval": "500ms", "translog.durability": "request"}
    client.indices.put_settings(index=index, body={"index": usual})
    client.indices.refresh(index=index, request_timeout=120)
    while client.indices.stats(index=index, metric="merge")["_all"]["total"]["merges"]["current"]:
        time.sleep(1)


def _parts(organization: str, patterns: list[Any]) -> Iterator[bytes]:
    left = iter(patterns)
    while part := list(islice(left, 1_000)):
        yield body_of([action_of(_document(organization, pattern)) for pattern in part])


def _document(organization: str, pattern: dict[str, Any]) -> Document:
    """The pattern's payment, as another organization's own."""
    payment_id = pattern["paymentId"]
    source = {
        **pattern,
        "organizationId": organization,
        "fingerprint": fingerprint(organization, payment_id, version=1),
    }
    return Document(document_id(organization, payment_id), organization, 1, written(source))


_INVOICES = read_invoices(INVOICES)
"""Real texts and amounts."""

"""What a program does with payments by the client, over the whole system."""

import io
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

import httpx
import pytest
import requests

from local.inprocess.system import System
from payments_client import Conflict, Invalid, NotAllowed, NotFound, PaymentsClient, exports
from payments_client.answers import Export
from tests.client.conftest import ClientOf


def completed(payments: PaymentsClient, payment_id: str, amount: str = "100.00", description: str = "Blue mug") -> None:
    """Given a payment that was requested and processed."""
    payments.request(amount, "EUR", description, payment_id=payment_id)
    payments.process(payment_id, amount, "EUR")


def test_a_payment_s_life(system: System, client_of: ClientOf) -> None:
    # Given a payment that was requested, processed and partly refunded
    payments = client_of("org-456")
    completed(payments, "payment-123")
    done = payments.refund("payment-123", Decimal("40.00"), reason="chipped", if_match=2)
    assert (done.payment_id, done.status, done.version) == ("payment-123", "partially_refunded", 3)

    # When its events have been projected
    system.project()

    # Then it is read with its exact money and its instants
    payment = payments.get("payment-123")
    assert (payment.amount, payment.refund_amount) == (Decimal("100.00"), Decimal("40.00"))
    assert payment.processed_at is not None
    assert payment.processed_at.tzinfo is not None
    assert (payment.version, payment.stale) == (3, False)
    # And so is what happened to it
    types = [event.type for event in payments.history("payment-123").events]
    assert types == ["PaymentRequested", "PaymentProcessed", "PaymentRefunded"]


def test_a_search_goes_on_over_all_pages_and_asks_for_no_more_than_is_read(system: System, client_of: ClientOf) -> None:
    # Given seven payments
    payments = client_of("org-456")
    lines = [
        {
            "paymentId": f"p-{number}",
            "userId": "u1",
            "amount": Decimal(f"{number}.10"),
            "currency": "EUR",
            "description": "Blue mug",
            "processedAt": datetime(2011, 1, number, tzinfo=UTC),
        }
        for number in range(1, 8)
    ]
    assert payments.import_payments(lines).accepted == 7
    system.project()

    # When they are searched for two at a time
    search = payments.search("mug", page_size=2, sort="amount")

    # Then iterating finds each once, in order
    assert [hit.amount for hit in search] == [Decimal(f"{number}.10") for number in range(1, 8)]
    # And reading three hits asks for two pages only
    pages = search.pages()
    assert [len(page.payments) for page in islice(pages, 2)] == [2, 2]
    # And a page leads back to the one before it
    second = next(payments.search("mug", page_size=2, sort="amount", cursor=search.page().next_cursor).pages())
    back = payments.search("mug", page_size=2, sort="amount", cursor=second.prev_cursor).page()
    assert [hit.payment_id for hit in back.payments] == ["p-1", "p-2"]
    # And filters narrow it down, in Python's own types
    few = payments.search(
        currency=["EUR", "USD"], min_amount=Decimal("2.00"), from_=date(2011, 1, 3), to=datetime(2011, 1, 5, tzinfo=UTC)
    )
    assert {hit.payment_id for hit in few} == {"p-3", "p-4"}


def test_statistics_and_suggestions(system: System, client_of: ClientOf) -> None:
    payments = client_of("org-456")
    completed(payments, "p-1", "0.10")
    completed(payments, "p-2", "0.20")
    system.project()

    statistics = payments.statistics(status="completed")
    assert [(each.currency, each.count, each.sum) for each in statistics.currency] == [("EUR", 2, Decimal("0.30"))]
    assert [each.date for each in statistics.daily or ()] == [datetime.now(UTC).date()]
    assert statistics.rates is None

    today = datetime.now(UTC).date()
    more = payments.statistics(
        interval="day",
        time_zone="UTC",
        include=["percentiles", "topUsers", "rates"],
        from_=today,
        to=today,
        compare="previous",
    )
    assert [(each.start.date(), each.sum) for each in more.series or ()] == [(today, Decimal("0.30"))]
    assert [each.p99 for each in more.percentiles or ()] == [Decimal("0.20")]
    assert [each.failure_rate for each in more.rates or ()] == [Decimal(0)]
    assert [(each.user_id, each.count) for each in more.top_users or ()] == [("user-1", 2)]
    assert more.previous is not None
    assert (more.previous.to.date(), more.previous.currency) == (today, ())
    assert [each.text for each in payments.suggest("blu").suggestions] == ["Blue mug"]


def test_what_a_client_wrote_it_reads(system: System, client_of: ClientOf) -> None:
    # Given two clients that each wrote something, of which one does not want to wait for it
    payments, hasty = client_of("org-456"), client_of("org-456", read_your_writes=False)
    for each in (payments, hasty):
        each.request("1.00", "EUR", "Blue mug")

    # While nothing is projected, then the one is told that its write does not show, and the other nothing
    assert payments.search("mug").page().stale
    assert not hasty.search("mug").page().stale

    # And once it is, the one reads it
    system.project()
    page = payments.search("mug").page()
    assert (page.total, page.stale) == (2, False)


def test_a_search_shows_what_it_is_asked_to(system: System, client_of: ClientOf) -> None:
    # Given two payments of one description
    payments = client_of("org-456")
    completed(payments, "p-1")
    completed(payments, "p-2", "250.00")
    system.project()

    # When some fields, facets and highlights are asked for
    page = payments.search(
        "mug", fields=["paymentId", "amount"], facets=["amount", "currency"], highlight=True, total="bounded"
    ).page()

    # Then there are those only
    assert {(hit.payment_id, hit.amount, hit.currency) for hit in page.payments} == {
        ("p-1", Decimal("100.00"), None),
        ("p-2", Decimal("250.00"), None),
    }
    assert page.facets is not None
    assert [(each.value, each.count) for each in page.facets.currency] == [("EUR", 2)]
    assert sum(each.count for each in page.facets.amount) == 2
    assert page.payments[0].highlights["description"] == ("Blue <em>mug</em>",)


def test_what_was_known_at_an_earlier_instant(system: System, client_of: ClientOf) -> None:
    # Given a payment that was refunded later
    payments = client_of("org-456")
    completed(payments, "p-1")
    system.project()
    before = payments.get("p-1").updated_at
    time.sleep(0.01)
    payments.refund("p-1", "100.00")
    system.project()

    # Then it is what it was, in a look and in a search
    assert payments.get("p-1").status == "refunded"
    assert payments.get("p-1", as_of=before).status == "completed"
    assert [hit.status for hit in payments.search("mug", as_of=before)] == ["completed"]


class WithMotosLinks(httpx.BaseTransport):
    """The API by its address; links into moto's S3 by `requests`, which moto answers."""

    def __init__(self, url: str) -> None:
        self._api = httpx.URL(url)
        self._sent = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.port == self._api.port:
            return self._sent.handle_request(request)
        # Whoever has the link may have the file: the token is nobody's but the API's.
        assert "Authorization" not in request.headers
        answer = requests.get(str(request.url), timeout=30)
        return httpx.Response(answer.status_code, content=answer.content)

    def close(self) -> None:
        self._sent.close()


def test_an_export_is_waited_for_and_downloaded(
    system: System, url: str, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two payments, and an export of one of them
    payments = client_of("org-456", transport=WithMotosLinks(url))
    completed(payments, "p-1")
    completed(payments, "p-2", description="Red lantern")
    system.project()
    started = payments.exports.start("csv", "mug", fields=["paymentId", "amount"], status="completed")
    assert (started.status, started.link) == ("queued", None)

    # When it is downloaded while it is still to be written
    monkeypatch.setattr(exports, "POLL_SECONDS", 0.01)
    file, seen = io.BytesIO(), list[str]()

    def progress(export: Export) -> None:
        seen.append(export.status)
        system.export()

    finished = payments.exports.download(started.export_id, file, progress)

    # Then the file has what was asked for
    assert seen == ["queued"]
    assert (finished.status, finished.written, finished.total) == ("done", 1, 1)
    assert file.getvalue() == b"paymentId,amount\r\np-1,100.00\r\n"
    assert [each.export_id for each in payments.exports.list().exports] == [started.export_id]


def test_a_search_is_kept_changed_run_and_forgotten(system: System, client_of: ClientOf) -> None:
    # Given a payment, and a search that is kept for the organization
    payments = client_of("org-456")
    completed(payments, "p-1", "600.00")
    system.project()
    saved = payments.searches.save("Big mugs", "mug", shared=True, currency="EUR", min_amount=Decimal("500.00"))
    assert saved.query == {"q": "mug", "currency": ["EUR"], "minAmount": "500"}

    # Then others find it and what it finds
    [found] = client_of("org-456", user="user-2").searches.list().searches
    assert (found.search_id, found.name, found.shared, found.alert) == (saved.search_id, "Big mugs", True, False)
    assert [hit.payment_id for hit in payments.searches.run(found)] == ["p-1"]

    # And its owner may change it, on the version that was read, and forget it
    changed = payments.searches.replace(saved.search_id, "Bigger mugs", "mug", min_amount=700, if_match=saved.version)
    assert list(payments.searches.run(changed)) == []
    with pytest.raises(Conflict):
        payments.searches.replace(saved.search_id, "Mugs", "mug", if_match=saved.version)
    assert payments.searches.delete(saved.search_id).name == "Bigger mugs"
    with pytest.raises(NotFound):
        payments.searches.get(saved.search_id)


def test_a_query_that_is_not_understood_names_the_column(client_of: ClientOf) -> None:
    with pytest.raises(Invalid) as wrong:
        client_of("org-456").search("mug status:failled").page()
    assert (wrong.value.column, [each.field for each in wrong.value.errors]) == (12, ["q"])


def test_errors_say_what_to_do(system: System, client_of: ClientOf) -> None:
    payments = client_of("org-456")
    completed(payments, "p-1")

    with pytest.raises(Invalid) as invalid:
        payments.request("1.005", "EUR", "Blue mug")
    assert [each.field for each in invalid.value.errors] == ["amount"]
    assert invalid.value.correlation_id
    assert invalid.value.correlation_id in str(invalid.value)

    with pytest.raises(Conflict) as wrong_move:
        payments.fail("p-1", "too late")
    assert (wrong_move.value.status, wrong_move.value.state) == (409, "completed")
    assert "refund" in wrong_move.value.allowed_moves

    with pytest.raises(Conflict) as elsewhere:
        payments.refund("p-1", "1.00", if_match=1)
    assert elsewhere.value.status == 412

    with pytest.raises(NotFound):
        client_of("org-789").get("p-1")
    with pytest.raises(NotAllowed):
        payments.freshness()


def test_what_cannot_be_exact_is_refused_before_it_is_sent(client_of: ClientOf) -> None:
    payments = client_of("org-456")
    with pytest.raises(TypeError, match="not exact"):
        payments.request(0.1, "EUR", "Blue mug")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="time zone"):
        payments.search(from_=datetime(2011, 1, 1)).page()  # noqa: DTZ001


def test_a_token_that_is_refused_is_fetched_anew(system: System, url: str) -> None:
    # Given a client whose first token has expired
    tokens = iter(["expired", system.token("org-456")])
    with PaymentsClient(url, lambda: next(tokens)) as payments:
        # When it asks, then it fetches another and goes on
        assert payments.search().page().total == 0

    # But a token that was given as a text is all there is
    with PaymentsClient(url, "expired") as payments, pytest.raises(NotAllowed):
        payments.search().page()


def test_an_import_of_any_size_says_which_lines_were_rejected(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given ten payments of which one has no amount, and calls that take three each
    monkeypatch.setattr("payments_client.lines.MAX_LINES", 3)
    payments = client_of("org-456")
    lines = [
        {
            "paymentId": f"p-{number}",
            "userId": "u1",
            "amount": "" if number == 8 else "1.00",
            "currency": "EUR",
            "description": "Blue mug",
            "processedAt": "2011-01-31T12:00:00Z",
        }
        for number in range(1, 11)
    ]

    # When they are imported, read as they are sent, and once more
    seen: list[int] = []
    first = payments.import_payments((line for line in lines), progress=lambda summary: seen.append(summary.lines))
    again = payments.import_payments(lines)

    # Then each is there once, and the bad one is named by its line
    assert (first.accepted, first.duplicates, first.rejected, seen) == (9, 0, 1, [3, 6, 9, 10])
    assert [(each.line, each.payment_id, each.errors[0].field) for each in first.rejections] == [(8, "p-8", "amount")]
    assert (again.accepted, again.duplicates, again.rejected) == (0, 9, 1)


def test_operators_have_their_addresses(system: System, client_of: ClientOf) -> None:
    admin = client_of("org-456", "admin")
    completed(admin, "p-1")
    system.project()

    assert admin.health().status == "ok"
    freshness = admin.freshness()
    assert freshness.projection is not None
    assert admin.erase_user("user-1").erased == 1
    assert admin.delete("p-1").dead_letters == "removed"
    with pytest.raises(NotFound):
        admin.process("p-1", "100.00", "EUR")


def test_an_address_that_is_not_the_api_s_is_told_apart(url: str) -> None:
    with PaymentsClient(f"{url}/", "a-token") as payments, pytest.raises(NotAllowed):
        payments.search().page()
    with PaymentsClient(f"{url}/elsewhere", "a-token") as payments, pytest.raises(NotFound):
        payments.get("p-1")

"""The query function over HTTP."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

import query_app
from common.domain.consistency import ConsistencyToken
from common.domain.events import Event
from common.domain.instants import iso, now
from common.domain.model import WireModel
from common.errors import EngineUnavailable
from query_app import wiring
from query_app.cursors import LIFE, Cursors
from query_app.payments.lookup.answers import HistoryAnswer, PaymentAnswer
from query_app.payments.search import routes as search_routes
from query_app.payments.search.answers import PaymentPage
from query_app.payments.statistics.answers import StatisticsAnswer
from query_app.payments.suggestions.answers import SuggestionsAnswer
from query_app.payments_handler import app
from query_app.service import wiring as service
from query_app.service.health import Health
from tests.query.conftest import CURSOR_KEY, World
from tests.query.documents import payment, tombstone
from tests.query.http import get

META = {"asOf", "lagMs", "cache", "stale"}


def test_a_payment_is_answered_with_its_version_as_etag_and_how_fresh_it_is(world: World) -> None:
    world.index.write(payment("payment-123", amount="100.00", version=2))
    world.shared.mark("payments", "org-456", epoch=1, lag_ms=85)
    answer = get("/v1/payments/payment-123", headers={"x-correlation-id": "trail-1"})
    assert answer.status == 200
    assert answer.headers["ETag"] == '"2"'
    assert answer.headers["X-Correlation-Id"] == "trail-1"
    assert (answer.body["amount"], answer.body["status"], answer.body["version"]) == ("100.00", "completed", 2)
    assert (answer.body["cache"], answer.body["stale"], answer.body["lagMs"]) == ("miss", False, 85)
    again = get("/v1/payments/payment-123")
    assert (again.body["cache"], again.body["asOf"]) == ("l1", answer.body["asOf"])
    assert again.headers["X-Correlation-Id"] == "JKJaXmPLvHcESHA="


@pytest.mark.parametrize("path", ["/v1/payments/p-1", "/v1/payments/p-1/history"])
def test_what_is_not_there_or_another_organizations_or_erased_is_404(world: World, path: str) -> None:
    world.index.write(payment("p-1", "org-789"), tombstone("p-1", "org-456"))
    answer = get(path)
    assert (answer.status, answer.body["detail"]) == (404, "Payment not found: p-1")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_deleted_payment_has_no_history(world: World) -> None:
    world.history.append(_event("p-1", 1, "PaymentRequested", "requested"))
    assert get("/v1/payments/p-1/history").status == 200
    event = _event("p-1", 2, "PaymentDeleted", "requested")
    world.history.append(event.model_copy(update={"state": {**event.state, "deleted": True}}))
    assert get("/v1/payments/p-1/history").status == 404


def test_three_payments_two_of_them_ours(world: World) -> None:
    world.index.write(payment("p-1"), payment("p-2"), payment("p-3", "org-789"))
    answer = get("/v1/payments")
    assert [each["paymentId"] for each in answer.body["payments"]] == ["p-1", "p-2"]
    assert (answer.body["total"], answer.body["totalRelation"]) == (2, "eq")
    assert (answer.body["nextCursor"], answer.body["prevCursor"]) == (None, None)


@pytest.mark.parametrize("sort", ["-score", "score", "processedAt", "-processedAt", "amount", "-amount"])
def test_cursors_lead_through_all_pages_and_back(world: World, sort: str) -> None:
    world.index.write(*(payment(f"p-{number}", amount=f"{number % 3}.00") for number in range(7)))
    everything = [each["paymentId"] for each in get("/v1/payments", f"sort={sort}").body["payments"]]
    pages = [get("/v1/payments", f"sort={sort}&limit=3").body]
    while pages[-1]["nextCursor"]:
        pages.append(get("/v1/payments", f"sort={sort}&limit=3&cursor={pages[-1]['nextCursor']}").body)
    assert [[each["paymentId"] for each in page["payments"]] for page in pages] == [
        everything[:3],
        everything[3:6],
        everything[6:],
    ]
    assert {page["total"] for page in pages} == {7}
    assert pages[0]["prevCursor"] is None
    back = get("/v1/payments", f"sort={sort}&limit=3&cursor={pages[2]['prevCursor']}").body
    assert [each["paymentId"] for each in back["payments"]] == everything[3:6]
    first = get("/v1/payments", f"sort={sort}&limit=3&cursor={back['prevCursor']}").body
    assert [each["paymentId"] for each in first["payments"]] == everything[:3]
    assert first["prevCursor"] is None
    assert first["nextCursor"] is not None


def test_a_damaged_cursor_is_400_and_named(world: World) -> None:
    answer = get("/v1/payments", "cursor=abc")
    assert (answer.status, answer.wrong_fields) == (400, ["cursor"])


def test_a_text_that_is_not_understood_is_422_with_the_column(world: World) -> None:
    answer = get("/v1/payments", "q=mug+status%3Afailled")
    assert (answer.status, answer.wrong_fields, answer.body["column"]) == (422, ["q"], 12)
    assert answer.body["errors"][0]["message"].endswith('found "failled": did you mean failed?')


def test_conditions_of_the_text_go_together_with_the_parameters(world: World) -> None:
    world.index.write(payment("a"), payment("b", status="failed"), payment("c", status="failed", currency="JPY"))
    answer = get("/v1/payments", "q=lantern+status%3Afailed&currency=EUR")
    assert [each["paymentId"] for each in answer.body["payments"]] == ["b"]
    assert get("/v1/payments", "q=STATUS%3AFAILED++lantern&currency=EUR").body["cache"] == "l1"


def test_filters_may_be_repeated_or_separated_by_commas(world: World) -> None:
    world.index.write(payment("a"), payment("b", status="failed"), payment("c", status="refunded"))
    world.index.write(payment("d", currency="GBP"))
    for query in ("status=failed&status=refunded", "status=refunded,failed", "status=failed,refunded&currency=EUR"):
        assert [each["paymentId"] for each in get("/v1/payments", query).body["payments"]] == ["b", "c"]
    assert get("/v1/payments", "status=failed,refunded").body["cache"] == "l1"


def test_a_day_as_the_end_includes_that_day_and_an_instant_does_not_include_itself(world: World) -> None:
    world.index.write(payment("noon"), payment("next", processedAt="2011-02-01T00:00:00.000Z"))

    def found(query: str) -> list[str]:
        return [each["paymentId"] for each in get("/v1/payments", query).body["payments"]]

    assert found("from=2011-01-31&to=2011-01-31") == ["noon"]
    assert found("to=2011-01-31T12:00:00Z") == []
    assert found("from=2011-01-31T13:00:00%2B01:00&to=2011-01-31T12:00:00.001Z") == ["noon"]


def test_a_comma_in_the_text_is_part_of_the_text(world: World) -> None:
    world.index.write(payment("a", description="HEART, RED"), payment("b", description="LANTERN"))
    answer = get("/v1/payments", "q=heart%2C+red")
    assert [each["paymentId"] for each in answer.body["payments"]] == ["a"]
    assert answer.body["payments"][0]["score"] > 0


@pytest.mark.parametrize(
    ("path", "query", "wrong"),
    [
        ("/v1/payments", "limit=0", ["limit"]),
        ("/v1/payments", "limit=201", ["limit"]),
        ("/v1/payments", "limit=many", ["limit"]),
        ("/v1/payments", "status=done", ["status.0"]),
        ("/v1/payments", "currency=EUR,eur", ["currency.1"]),
        ("/v1/payments", "minAmount=-1", ["minAmount"]),
        ("/v1/payments", "minAmount=1e3", ["minAmount"]),
        ("/v1/payments", "minAmount=2&maxAmount=1.99", ["maxAmount"]),
        ("/v1/payments", "from=yesterday", ["from"]),
        ("/v1/payments", "from=2011-02-30", ["from"]),
        ("/v1/payments", "from=2011-01-31T12:00:00", ["from"]),
        ("/v1/payments", "from=1296475200", ["from"]),
        ("/v1/payments", "from=0001-01-01", ["from"]),
        ("/v1/payments", "to=9999-12-31", ["to"]),
        ("/v1/payments", "from=2011-02-01&to=2011-01-31", ["to"]),
        ("/v1/payments", "sort=name", ["sort"]),
        ("/v1/payments", f"q={'x' * 1_001}", ["q"]),
        ("/v1/payments", "statuses=failed&page=2", ["statuses", "page"]),
        ("/v1/payments", "total=some", ["total"]),
        ("/v1/payments", "facets=status,colour", ["facets.1"]),
        ("/v1/payments", "highlight=perhaps", ["highlight"]),
        ("/v1/payments", "fields=amount,colour,deleted,amountMinor", ["fields.1", "fields.2", "fields.3"]),
        ("/v1/payments/statistics", "limit=3", ["limit"]),
        ("/v1/payments/statistics", "from=x&status=y", ["status.0", "from"]),
        ("/v1/payments/suggestions", "", ["q"]),
        ("/v1/payments/suggestions", "q=", ["q"]),
        ("/v1/payments/suggestions", "q=%20", ["q"]),
        ("/v1/payments/suggestions", "q=whi&limit=21", ["limit"]),
        ("/v1/payments/p-1", "fields=amount", ["fields"]),
        ("/v1/payments/-p", "", ["paymentId"]),
    ],
)
def test_a_bad_value_is_422_and_named(world: World, path: str, query: str, wrong: list[str]) -> None:
    answer = get(path, query)
    assert (answer.status, sorted(answer.wrong_fields)) == (422, sorted(wrong)), answer.body
    assert all(len(error["message"]) > 10 for error in answer.body["errors"])


def test_statistics_are_of_what_passes_the_filters(world: World) -> None:
    world.index.write(payment("a"), payment("b", status="failed"), payment("c", "org-789"))
    answer = get("/v1/payments/statistics", "status=failed&from=2011-01-31&to=2011-01-31")
    assert answer.body["currency"] == [{"currency": "EUR", "count": 1, "sum": "10.00"}]


def test_suggestions_are_of_the_own_organization(world: World) -> None:
    world.index.write(payment("a"), payment("b", "org-789", description="WHITE HEART"))
    answer = get("/v1/payments/suggestions", "q=whi")
    assert answer.body["suggestions"] == [{"text": "WHITE METAL LANTERN", "score": 1.0}]


def test_an_answer_shows_what_was_asked_for(world: World) -> None:
    world.index.write(payment("a"), payment("b", status="failed"), payment("c", "org-789"))
    query = "q=lantren&status=failed&facets=status,currency&highlight=true&fields=amount,paymentId&total=bounded"
    body = get("/v1/payments", query).body
    (hit,) = body["payments"]
    assert hit.pop("score") > 0
    assert hit == {
        "paymentId": "b",
        "amount": "10.00",
        "highlights": {"description": ["WHITE METAL <em>LANTERN</em>"]},
    }
    assert body["facets"] == {
        "status": [{"value": "completed", "count": 1}, {"value": "failed", "count": 1}],
        "currency": [{"value": "EUR", "count": 1}],
    }
    assert (body["total"], body["totalRelation"], body["didYouMean"]) == (1, "eq", "lantern")
    plain = get("/v1/payments", "q=lantern").body
    assert (plain["didYouMean"], "facets" in plain, "highlights" in plain["payments"][0]) == (None, False, False)


def test_did_you_mean_keeps_what_was_typed_but_for_the_wrong_words(world: World) -> None:
    world.index.write(payment("a"), payment("b", "org-789", description="SECRET"))
    assert get("/v1/payments", "q=White,%20METLA%20lantren%2042").body["didYouMean"] == "White, metal lantern 42"
    assert get("/v1/payments", "q=secrte").body["didYouMean"] is None


def test_a_cursor_leads_on_whatever_the_next_page_shows(world: World) -> None:
    world.index.write(*(payment(f"p-{number}") for number in range(5)))
    cursor = get("/v1/payments", "limit=2").body["nextCursor"]
    page = get("/v1/payments", f"limit=3&facets=status&fields=paymentId&cursor={cursor}").body
    assert [each["paymentId"] for each in page["payments"]] == ["p-2", "p-3", "p-4"]
    assert page["facets"]["status"] == [{"value": "completed", "count": 5}]


@pytest.mark.parametrize(
    ("query", "org"),
    [("", "org-789"), ("sort=amount", "org-456"), ("q=lantern", "org-456"), ("status=completed", "org-456")],
)
def test_a_cursor_of_another_organization_or_search_is_400_and_named(world: World, query: str, org: str) -> None:
    world.index.write(*(payment(f"p-{number}", org) for org in ("org-456", "org-789") for number in range(3)))
    cursor = get("/v1/payments", "limit=1").body["nextCursor"]
    answer = get("/v1/payments", f"{query}&limit=1&cursor={cursor}", org=org)
    assert (answer.status, answer.wrong_fields) == (400, ["cursor"])


def test_what_a_text_calls_now_stays_that_of_the_first_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given three payments of this week, and the first page of a search for those
    recent = iso(now() - timedelta(days=1))
    world.index.write(*(payment(f"p-{number}", processedAt=recent) for number in range(3)))
    asked = "q=processed%3E=now-7d&limit=1"
    cursor = get("/v1/payments", asked).body["nextCursor"]

    # When the next pages are asked for some minutes later
    later = now() + timedelta(minutes=5)
    monkeypatch.setattr(search_routes, "now", lambda: later)
    second = get("/v1/payments", f"{asked}&cursor={cursor}")
    third = get("/v1/payments", f"{asked}&cursor={second.body['nextCursor']}")

    # Then they are pages of the same search
    assert [each["paymentId"] for each in (*second.body["payments"], *third.body["payments"])] == ["p-1", "p-2"]


def test_an_expired_cursor_is_400_even_where_its_page_is_still_cached(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.index.write(*(payment(f"p-{number}") for number in range(3)))
    cursor = get("/v1/payments", "limit=1").body["nextCursor"]
    assert get("/v1/payments", f"limit=1&cursor={cursor}").status == 200
    assert get("/v1/payments", f"limit=1&cursor={cursor}").body["cache"] == "l1"
    later = Cursors(CURSOR_KEY, lambda: now() + LIFE)
    monkeypatch.setattr(wiring, "cursors", lambda: later)
    answer = get("/v1/payments", f"limit=1&cursor={cursor}")
    assert (answer.status, answer.wrong_fields) == (400, ["cursor"])
    assert "expired" in answer.body["errors"][0]["message"]


def test_a_payments_history_is_told_oldest_first(world: World) -> None:
    for version, (name, status) in enumerate([("Requested", "requested"), ("Processed", "completed")], start=1):
        world.history.append(_event("p-1", version, f"Payment{name}", status))
    answer = get("/v1/payments/p-1/history")
    told = [(each["version"], each["type"], each["status"]) for each in answer.body["events"]]
    assert told == [(1, "PaymentRequested", "requested"), (2, "PaymentProcessed", "completed")]
    assert answer.body["paymentId"] == "p-1"


def test_with_the_token_of_a_visible_write_the_cache_is_passed_by(world: World) -> None:
    world.index.write(payment("p-1", version=1))
    assert get("/v1/payments/p-1").body["version"] == 1
    world.index.write(payment("p-1", version=2))
    assert get("/v1/payments/p-1").body["version"] == 1
    answer = get("/v1/payments/p-1", headers={"consistency-token": ConsistencyToken("p-1", 2).encode()})
    assert (answer.body["version"], answer.body["cache"], answer.body["stale"]) == (2, "miss", False)


@pytest.mark.parametrize("path", ["/v1/payments", "/v1/payments/statistics", "/v1/payments/p-1"])
def test_with_the_token_of_a_write_that_does_not_come_the_answer_says_stale(world: World, path: str) -> None:
    world.index.write(payment("p-1", version=1))
    answer = get(path, headers={"consistency-token": ConsistencyToken("p-1", 2).encode()})
    assert (answer.status, answer.body["stale"]) == (200, True)
    assert get(path).body["cache"] == "miss"


def test_an_unreadable_token_is_400_and_named(world: World) -> None:
    answer = get("/v1/payments", headers={"consistency-token": "nonsense"})
    assert (answer.status, answer.wrong_fields) == (400, ["Consistency-Token"])


@pytest.mark.parametrize("org", [None, "", "two words", "org:456"])
def test_without_a_usable_tenant_in_the_token_there_is_no_answer(world: World, org: str | None) -> None:
    assert get("/v1/payments", org=org).status == 403


def test_an_engine_that_is_down_is_503_with_retry_after_and_no_stack_trace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise EngineUnavailable("OpenSearch did not answer.")

    monkeypatch.setattr(world.index, "search", down)
    answer = get("/v1/payments")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert "Traceback" not in str(answer.body)


def _up() -> None: ...


def _down() -> None:
    raise EngineUnavailable("did not answer")


@pytest.mark.parametrize(
    ("search", "cache", "status", "told"),
    [(_up, _up, 200, "ok"), (_up, _down, 200, "degraded"), (_down, _up, 503, "degraded")],
)
def test_health_needs_no_token(
    monkeypatch: pytest.MonkeyPatch, search: object, cache: object, status: int, told: str
) -> None:
    health = Health(required={"opensearch": search, "dynamodb": _up}, optional={"cache": cache})  # type: ignore[dict-item]
    monkeypatch.setattr(service, "health", lambda: health)
    answer = get("/v1/health", org=None)
    assert (answer.status, answer.body["status"]) == (status, told)
    assert answer.body["parts"] == {
        "opensearch": "ok" if search is _up else "down",
        "dynamodb": "ok",
        "cache": "ok" if cache is _up else "down",
    }


def test_the_description_of_the_api_is_served_as_it_was_written() -> None:
    answer = get("/openapi.json", org=None)
    assert answer.status == 200
    assert answer.body["openapi"].startswith("3.")


@pytest.mark.parametrize(
    ("path", "query", "model"),
    [
        ("/v1/payments/p-1", "", PaymentAnswer),
        ("/v1/payments", "q=lantern", PaymentPage),
        ("/v1/payments", "q=lantern&highlight=true&facets=status,currency,tags,amount,month", PaymentPage),
        ("/v1/payments/statistics", "", StatisticsAnswer),
        ("/v1/payments/suggestions", "q=whi", SuggestionsAnswer),
        ("/v1/payments/p-1/history", "", HistoryAnswer),
    ],
)
def test_answers_are_as_described(world: World, path: str, query: str, model: type[WireModel]) -> None:
    world.index.write(payment("p-1"))
    world.history.append(_event("p-1", 1, "PaymentRequested", "requested"))
    body = get(path, query).body
    described = model.model_validate(body).model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert described == body
    assert body.keys() >= META


def test_the_description_names_every_parameter_that_is_accepted(world: World) -> None:
    paths = orjson.loads(app.get_openapi_json_schema())["paths"]
    described = {
        path: {each["name"] for each in item["get"].get("parameters", []) if each["in"] == "query"}
        for path, item in paths.items()
    }
    assert described["/v1/payments/statistics"] >= {"from", "to", "interval", "timeZone"}
    for path, names in described.items():
        if path == "/v1/health":
            continue
        refused = get(path.replace("{paymentId}", "p-1"), "q=x&unknown=1" if "q" in names else "unknown=1")
        assert refused.wrong_fields == ["unknown"]
        takes = refused.body["errors"][0]["message"].removeprefix("unknown: this address takes ")
        assert set(takes.split(", ")) - {"none"} == names


def test_the_package_carries_the_description() -> None:
    assert Path(query_app.__file__).with_name("openapi.json").is_file()


def _event(payment_id: str, version: int, name: str, status: str) -> Event:
    return Event(
        event_id=f"e-{version}",
        type=name,
        aggregate_id=payment_id,
        aggregate_version=version,
        organization_id="org-456",
        occurred_at=now(),
        correlation_id="c-1",
        causation_id="c-1",
        state={"status": status},
        data={"amount": "10.00"},
    )

"""When things are not as they should be: what the console says, and that it stays usable."""

import gzip
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.browser.conftest import Shown, check_accessible, enter

FIRST_LOAD_BYTES = 200_000
PAGE_BYTES = 90_000
"""What each other page may add to the first load, its charts included."""
ODD = {
    "p-script": "<script>window.broken = true</script><img src=x onerror='window.broken=true'>",
    "p-arabic": "مصباح أزرق للحديقة",
    "p-emoji": "Lantern 🏮 for Zoë 👩‍👩‍👧",
}


@pytest.fixture(scope="module")
def odd(shown: Shown) -> str:
    """An organization whose payments have odd descriptions."""
    for payment_id, description in ODD.items():
        body = {"paymentId": payment_id, "amount": "1.00", "currency": "EUR", "description": description}
        shown.command("/v1/payments", body, "org-odd")
    for payment_id in ODD:
        shown.until_shown(payment_id, "org-odd")
    return "org-odd"


def answer(page: Page, status: int, detail: str, path: str = "**/v1/payments?*") -> None:
    body = json.dumps({"title": "", "status": status, "detail": detail, "correlationId": "c-123"})
    page.route(path, lambda route: route.fulfill(status=status, body=body, content_type="application/problem+json"))


def test_an_api_that_is_down_is_said_so_and_asked_again(page: Page, shown: Shown) -> None:
    page.route("**/v1/**", lambda route: route.abort())
    enter(page, shown.token())
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The API does not answer")
    page.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".row-link").first).to_be_visible()


@pytest.mark.parametrize("path", ["/payments?payment=p1", "/analytics", "/logs", "/metrics", "/operations"])
def test_no_page_is_empty_or_well_while_the_api_is_down(page: Page, shown: Shown, path: str) -> None:
    page.route("**/v1/**", lambda route: route.abort())
    enter(page, shown.token("admin"), path)
    expect(page.get_by_role("alert").first).to_contain_text("The API does not answer")
    expect(page.get_by_text("All is well")).to_have_count(0)
    if path == "/operations":
        expect(page.get_by_role("status").filter(has_text="Something needs a look")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(1)


def test_a_chart_that_cannot_be_counted_takes_nothing_else_away(page: Page, shown: Shown) -> None:
    answer(page, 503, "OpenSearch does not answer.", "**/v1/logs/histogram?*")
    enter(page, shown.token(), "/logs")
    expect(page.get_by_role("alert")).to_contain_text("OpenSearch does not answer.")
    expect(page.get_by_role("heading", name="No log entries")).to_be_visible()


def test_an_address_of_the_api_is_read_on_a_phone_without_the_list_before_it(page: Page, shown: Shown) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, shown.token(), "/reference?operation=refundPayment")
    expect(page.get_by_role("heading", name="Refund a payment")).to_be_in_viewport()
    page.get_by_role("link", name="All addresses").click()
    expect(page.get_by_role("link", name="Refund a payment")).to_be_attached()


def test_a_slow_api_shows_that_something_is_coming(page: Page, shown: Shown) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/v1/payments?*", hold)
    enter(page, shown.token())
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    for route in waiting:
        route.continue_()
    page.unroute_all()
    expect(page.locator(".row-link").first).to_be_visible()


def test_an_engine_that_is_down_is_told_with_the_reference_that_support_asks_for(page: Page, shown: Shown) -> None:
    answer(page, 503, "OpenSearch does not answer.")
    enter(page, shown.token())
    expect(page.get_by_role("alert")).to_contain_text("OpenSearch does not answer.")
    expect(page.get_by_role("alert")).to_contain_text("Reference c-123")


def test_a_session_that_has_ended_leads_to_signing_in_and_back_to_the_same_place(page: Page, shown: Shown) -> None:
    enter(page, shown.token())
    expect(page.locator(".row-link").first).to_be_visible()
    page.route("**/v1/**", lambda route: route.fulfill(status=401, json={"message": "Unauthorized"}))
    page.get_by_role("combobox", name="Search payments").fill("lantern")
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.unroute_all()
    page.get_by_label("Organization").fill("acme-1")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("q=lantern"))
    expect(page.locator(".row-link mark").first).to_be_visible()


def test_what_a_role_may_not_do_is_told_in_its_words(page: Page, shown: Shown) -> None:
    answer(page, 403, "The token has no usable claim.")
    enter(page, shown.token())
    expect(page.get_by_role("alert")).to_contain_text("Not for your role")


def test_an_answer_that_may_lack_the_latest_change_says_so(page: Page, shown: Shown) -> None:
    def stale(route: Route) -> None:
        found = route.fetch()
        route.fulfill(response=found, json={**found.json(), "stale": True})

    page.route("**/v1/payments?*", stale)
    enter(page, shown.token())
    expect(page.get_by_text("This may not show the latest change yet.")).to_be_visible()


def test_where_nothing_is_and_where_nothing_matches_are_told_apart(page: Page, shown: Shown) -> None:
    enter(page, shown.token(organization="org-empty"))
    expect(page.get_by_role("heading", name="No payments yet")).to_be_visible()
    page.goto("/payments?q=status:failed")
    expect(page.get_by_role("heading", name="No payments match")).to_be_visible()
    page.goto("/payments?payment=nobody-s")
    expect(page.get_by_text("There is no such payment in your organization.")).to_be_visible()
    page.goto("/elsewhere")
    expect(page.get_by_text("There is nothing at this address.")).to_be_visible()


def test_fifty_thousand_results_are_counted_and_as_many_drawn_as_are_in_sight(page: Page, shown: Shown) -> None:
    # Given an API that finds fifty thousand payments, and tells them page by page
    def tell(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        first, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        payments = [
            {"paymentId": f"p-{n}", "amount": "1.00", "currency": "EUR", "status": "completed", "version": 1}
            | {"description": f"Lantern {n}", "userId": "u1", "processedAt": "2011-03-01T12:00:00.000Z"}
            for n in range(first, first + limit)
        ]
        meta = {"asOf": "2011-03-02T00:00:00.000Z", "lagMs": 0, "cache": "miss", "stale": False}
        pages = {"total": 50_000, "totalRelation": "eq", "nextCursor": str(first + limit), "prevCursor": None}
        route.fulfill(json={"payments": payments, "facets": {}, **meta, **pages})

    page.route("**/v1/payments?*", tell)
    enter(page, shown.token())

    # When one scrolls far into them
    expect(page.get_by_text("50,000 payments")).to_be_visible()
    expect(page.get_by_role("table", name="Payments")).to_have_attribute("aria-rowcount", "50001")
    for _ in range(12):
        page.locator(".list-body").press("End")
        page.wait_for_timeout(50)

    # Then they are there, and the document is as small as before
    reached = max(int(str(row.get_attribute("aria-rowindex"))) for row in page.locator(".list-body [role=row]").all())
    assert reached > 1_000
    assert page.locator(".list-row").count() < 80


@pytest.mark.parametrize("path", ["/analytics", "/logs", "/metrics", "/operations", "/reference"])
def test_no_page_adds_much_to_the_first_load(page: Page, shown: Shown, path: str) -> None:
    enter(page, shown.token("admin"))
    page.wait_for_load_state("networkidle")
    added: dict[str, int] = {}

    def keep(response: Response) -> None:
        if "/assets/" in response.url:
            added[response.url] = len(gzip.compress(response.body(), 9))

    page.on("response", keep)
    page.locator(f".nav-link[href='{path}']").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert 0 < sum(added.values()) < PAGE_BYTES, added


VITALS = """() => new Promise((resolve) => {
  const told = { shown: 0, shifted: 0, blocked: 0 };
  const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see))
    .observe({ type, buffered: true });
  watch('largest-contentful-paint', (each) => { told.shown = each.startTime; });
  watch('layout-shift', (each) => { if (!each.hadRecentInput) told.shifted += each.value; });
  watch('longtask', (each) => { told.blocked += Math.max(0, each.duration - 50); });
  setTimeout(() => resolve(told), 500);
})"""


@pytest.mark.parametrize("path", ["/payments", "/analytics", "/logs", "/operations"])
def test_a_page_is_there_soon_and_does_not_jump(page: Page, shown: Shown, path: str) -> None:
    """Of three visits the best: what else this machine does is not the console's."""
    enter(page, shown.token("admin"), path)
    best = {"shown": 1e9, "shifted": 1e9, "blocked": 1e9}
    for _ in range(3):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        told = page.evaluate(VITALS)
        best = {name: min(best[name], told[name]) for name in best}
    assert best["shown"] < 2_500, "milliseconds until the largest part was shown"
    assert best["shifted"] < 0.1, "layout shift"
    assert best["blocked"] < 300, "milliseconds in which no key was heard"


def test_what_payments_say_is_text_in_any_script_and_never_runs(page: Page, shown: Shown, odd: str) -> None:
    enter(page, shown.token(organization=odd), "/payments?q=script+onerror+lantern+مصباح")
    for description in ODD.values():
        expect(page.get_by_role("link", name=description, exact=True)).to_be_visible()
    page.get_by_role("link", name=ODD["p-script"], exact=True).click()
    expect(page.locator(".panel h2")).to_have_text(ODD["p-script"])
    assert page.evaluate("window.broken") is None


def test_the_first_load_is_small_and_comes_from_nowhere_else(page: Page, shown: Shown) -> None:
    loaded: dict[str, bytes] = {}

    def keep(response: Response) -> None:
        if not urlsplit(response.url).path.startswith("/v1/"):
            loaded[response.url] = response.body()

    page.on("response", keep)
    enter(page, shown.token())
    expect(page.locator(".facet-value").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(shown.url) for url in loaded)
    sizes = {url: len(body) if url.endswith("woff2") else len(gzip.compress(body, 9)) for url, body in loaded.items()}
    assert 50_000 < sum(sizes.values()) < FIRST_LOAD_BYTES, sizes


def test_french_is_french_in_words_money_and_dates(chromium: Browser, shown: Shown) -> None:
    with chromium.new_context(base_url=shown.url, locale="fr-FR", timezone_id="Europe/Paris") as context:
        page = context.new_page()
        enter(page, shown.token())
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_role("row").nth(1)).to_contain_text("Encaissé")
        expect(page.get_by_role("row").nth(1)).to_contain_text(re.compile(r"\d,\d\d\s£GB"))
        expect(page.get_by_role("row").nth(1)).to_contain_text("mars 2011")


PLACES = {
    "payments": "/payments?q=lantern",
    "a payment": "/payments?payment=inv-536365",
    "an error": "/payments?q=status:x",
    "analytics": "/analytics",
    "logs": "/logs",
    "metrics": "/metrics",
    "operations": "/operations",
    "the reference": "/reference?operation=refundPayment",
    "nothing": "/payments?q=status:processing",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(page: Page, shown: Shown, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    check_accessible(page, "signing in")
    enter(page, shown.token("admin"))
    for name, path in PLACES.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        check_accessible(page, name)
    page.goto("/payments?q=lantern")
    for name in ("Saved searches", "Export"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_load_state("networkidle")
        check_accessible(page, name)
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Account and settings")).to_be_visible()
    check_accessible(page, "settings")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/payments")
    page.wait_for_load_state("networkidle")
    check_accessible(page, "a phone")

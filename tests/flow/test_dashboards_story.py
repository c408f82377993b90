"""Dashboards: kept for the organization, changed by their version, and the first one is the service's own health."""

from typing import Any

import pytest

from local.inprocess.system import System

BODY = {
    "name": "Shop",
    "last": "1d",
    "panels": [
        {"title": "Orders", "name": "orders", "function": "rate", "groupBy": ["region"], "picture": "bar", "width": 12},
        {"title": "Slow", "name": "checkout.duration", "function": "p99", "q": "-dimension.host:web-1"},
    ],
}


def ask(
    system: System, method: str, path: str = "", status: int = 200, organization: str = "org-456", **more: Any
) -> Any:
    answer = system.request(method, f"/v1/dashboards{path}", token=system.token(organization), **more)
    assert answer.status == status, answer.json
    return answer


def test_a_dashboard_is_kept_found_changed_and_deleted_by_its_organization_alone(system: System) -> None:
    saved = ask(system, "POST", status=201, body=BODY)
    path = f"/{saved.json['dashboardId']}"
    assert saved.headers["location"] == f"/v1/dashboards{path}"
    assert [panel["width"] for panel in saved.json["panels"]] == [12, 6]
    assert ask(system, "GET", path).json == saved.json
    assert ask(system, "GET").json == {"dashboards": [saved.json]}
    assert ask(system, "GET", organization="org-other").json == {"dashboards": []}

    # When two decide upon the same version, the second is told
    changed = ask(system, "PUT", path, body={**BODY, "name": "Store"}, headers={"If-Match": saved.headers["etag"]})
    assert (changed.json["name"], changed.json["version"], changed.headers["etag"]) == ("Store", 2, '"2"')
    late = ask(system, "PUT", path, 412, body=BODY, headers={"If-Match": saved.headers["etag"]})
    assert late.json["errors"][0]["field"] == "If-Match"

    # Then nobody else can touch it, and its own can delete it
    for method, more in (("GET", {}), ("PUT", {"body": BODY}), ("DELETE", {})):
        ask(system, method, path, 404, organization="org-other", **more)
    assert ask(system, "DELETE", path).json == changed.json
    ask(system, "GET", path, 404)


@pytest.mark.parametrize(
    ("panel", "field"),
    [
        ({"title": "x"}, "panels.0.name"),
        ({"title": "x", "name": "a b"}, "panels.0.name"),
        ({"title": "x", "name": "x", "function": "p42"}, "panels.0.function"),
        ({"title": "x", "name": "x", "groupBy": ["a b"]}, "panels.0.groupBy.0"),
        ({"title": "x", "name": "x", "q": "colour:red"}, "panels.0.q"),
        ({"title": "x", "name": "x", "q": "red"}, "panels.0.q"),
        ({"title": "x", "name": "x", "surprise": 1}, "panels.0.surprise"),
    ],
)
def test_a_panel_that_shows_no_series_is_refused(system: System, panel: dict[str, Any], field: str) -> None:
    answer = ask(system, "POST", status=422, body={"name": "Shop", "panels": [panel]})
    assert answer.json["errors"][0]["field"] == field


def test_an_organization_keeps_so_many(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("query_app.metrics.dashboards.table.MAX_DASHBOARDS", 2)
    first, _ = (ask(system, "POST", status=201, body=BODY) for _ in range(2))
    ask(system, "POST", status=429, body=BODY)
    ask(system, "DELETE", f"/{first.json['dashboardId']}")
    ask(system, "POST", status=201, body=BODY)


def test_the_operators_first_dashboard_is_the_service_s_own_health(system: System) -> None:
    # Given a dashboard that they keep beside it
    kept = ask(system, "POST", status=201, organization="operations", body={**BODY, "name": "A first name"}).json
    found = ask(system, "GET", organization="operations").json["dashboards"]
    assert [each["dashboardId"] for each in found] == ["service-health", kept["dashboardId"]]

    # Then each of its panels is a series, and a copy of it may be kept
    for panel in found[0]["panels"]:
        query = {key: panel[key] for key in ("name", "function", "groupBy") if panel.get(key)}
        token = system.token("operations")
        assert system.request("GET", "/v1/metrics/series", query=query, token=token).status == 200
    copy = {key: found[0][key] for key in ("name", "last", "panels")}
    ask(system, "POST", status=201, organization="operations", body=copy)

    # And it stays as it is, and is nobody else's
    ask(system, "PUT", "/service-health", 403, organization="operations", body=BODY)
    ask(system, "DELETE", "/service-health", 403, organization="operations")
    ask(system, "GET", "/service-health", 404)

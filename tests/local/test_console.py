"""The console is served as CloudFront serves it, and only this machine's own pages get tokens from it."""

from collections.abc import Iterator

import httpx
import pytest

from local.console import DIST, Console
from local.front import HttpBackend, front
from local.places import ROOT
from tests.serving import served

PERSON = {"organization": "org-456", "user": "ada", "role": "agent"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    console = Console(lambda organization, role, user: f"{organization} {role} {user}")
    with served(front(HttpBackend("http://127.0.0.1:1"), console)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/payments", "/payments?q=lantern&payment=p.1", "/signed-in"])
def test_each_address_of_the_console_is_its_page(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<div id="root">' in page.text
    # A new version must be seen at the next visit.
    assert page.headers["cache-control"] == "no-cache"


def test_nothing_may_come_from_elsewhere_or_stand_in_the_page_itself(client: httpx.Client) -> None:
    headers = client.get("/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["font-src"]) == ("'self'", "'self'", "'self'")
    assert policy["connect-src"].strip() == "'self'"
    assert (policy["frame-ancestors"], policy["require-trusted-types-for"]) == ("'none'", "'script'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_files_are_kept_for_good_as_their_names_tell_their_contents(client: httpx.Client) -> None:
    [script] = (DIST / "assets").glob("index-*.js")
    answer = client.get(f"/assets/{script.name}")
    assert answer.content == script.read_bytes()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["/assets/gone.js", "/robots.txt", "/elsewhere/v1/payments", "/..%2f..%2fREADME.md", "/%2e%2e/%2e%2e/README.md"],
)
def test_no_other_file_is_served(client: httpx.Client, path: str) -> None:
    assert (ROOT / "README.md").is_file()
    assert client.get(path).status_code == 404


def test_this_machine_s_own_pages_get_a_token_for_whomever_they_name(client: httpx.Client) -> None:
    assert client.get("/config.json").json() == {"signIn": {"kind": "local"}}
    answer = client.post("/local/token", json=PERSON, headers={"Origin": str(client.base_url).rstrip("/")})
    assert answer.json() == {"token": "org-456 agent ada"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example:80"}])
def test_pages_of_other_sites_get_no_token(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = client.post("/local/token", json=PERSON, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"organization": "-"}, "organization"),
        ({"role": "owner"}, "role"),
        ({"user": ""}, "user"),
        ({"more": 1}, "more"),
    ],
)
def test_a_person_that_cannot_be_is_a_problem_that_names_what_is_wrong(
    client: httpx.Client, wrong: dict[str, object], named: str
) -> None:
    answer = client.post("/local/token", json={**PERSON, **wrong})
    assert answer.status_code == 422
    assert named in answer.json()["detail"]

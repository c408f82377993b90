"""Signing in: as anybody on this machine, and by OIDC with PKCE at a Cognito user pool."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from local.console import Console
from local.front import InProcessBackend, front
from local.stack.deploy import aws_session
from tests.browser.conftest import Shown
from tests.serving import served

PASSWORD = "Correct-horse-1"


def test_on_this_machine_one_is_whom_one_names_and_comes_where_one_wanted_to(page: Page) -> None:
    page.goto("/payments?q=lantern")
    page.get_by_label("Organization").fill("acme-1")
    page.get_by_label("User").fill("grace")
    page.get_by_label("Viewer").check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("combobox", name="Search payments")).to_have_value("lantern")
    expect(page.get_by_role("button", name="Account and settings")).to_contain_text("acme-1 · Viewer")

    page.get_by_role("button", name="Account and settings").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.fixture
def behind_cognito(shown: Shown) -> Iterator[str]:
    """The console as it is deployed: it sends who signs in to the sign-in page of a user pool."""
    cognito = aws_session().client("cognito-idp", endpoint_url=shown.engines.aws_url)
    schema = [{"Name": name, "AttributeDataType": "String"} for name in ("organizationId", "role")]
    pool = cognito.create_user_pool(PoolName="console", Schema=schema)["UserPool"]["Id"]  # type: ignore[arg-type]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="console")
    attributes = {"custom:organizationId": "acme-1", "custom:role": "agent", "email": "ada@example.com"}
    cognito.admin_create_user(
        UserPoolId=pool,
        Username="ada",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True)
    config: dict[str, object] = {}
    console = Console(shown.system.token, config, sign_in_origins=str(shown.engines.aws_url))
    with served(front(InProcessBackend(shown.system.gateway), console)) as client:
        url = str(client.base_url).rstrip("/")
        made = cognito.create_user_pool_client(
            UserPoolId=pool,
            ClientName="console",
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", "email", "profile"],
            SupportedIdentityProviders=["COGNITO"],
            CallbackURLs=[f"{url}/signed-in"],
        )
        config["signIn"] = {
            "kind": "oidc",
            "authority": f"{shown.engines.aws_url}/{pool}",
            "clientId": made["UserPoolClient"]["ClientId"],
            "scope": "openid email profile",
            "signOutUrl": None,
        }
        yield url


def test_where_it_is_deployed_one_signs_in_at_the_user_pool_by_a_code_and_a_proof(
    chromium: Browser, shown: Shown, behind_cognito: str
) -> None:
    with chromium.new_context(base_url=behind_cognito, locale="en-GB") as context:
        page = context.new_page()
        sent: list[str] = []
        page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
        # The API of these tests trusts its own tokens only.
        own = {"Authorization": f"Bearer {shown.token()}"}
        page.route("**/v1/**", lambda route: route.continue_(headers={**route.request.headers, **own}))

        # When somebody follows an address and signs in at the provider's own page
        page.goto("/payments?q=lantern")
        page.get_by_role("button", name="Continue to sign in").click()
        page.locator("input[name=username]").fill("ada")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")

        # Then they are in, where they wanted to be, by a code that was proven to be theirs
        expect(page.get_by_role("button", name="Account and settings")).to_contain_text("acme-1 · Agent")
        expect(page).to_have_url(re.compile(r"/payments\?q=lantern"))
        assert any("code_challenge_method=S256" in each for each in sent)
        assert any("/oauth2/token" in each and "code_verifier=" in each for each in sent)

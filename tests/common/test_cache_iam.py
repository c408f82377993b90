"""Logging in to ElastiCache by IAM: the token is what botocore's own presigner makes of the request."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.auth
import pytest
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.hooks import HierarchicalEmitter
from botocore.model import ServiceId
from botocore.signers import RequestSigner

from common.cache.connection import open_cache
from common.cache.iam import IamCredentials
from common.errors import Permanent
from common.settings import Settings

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
REGION = "eu-west-1"


class Frozen:
    """botocore's clock."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self, *, remove_tzinfo: bool = True) -> datetime:
        return self.now.replace(tzinfo=None) if remove_tzinfo else self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Frozen:
    frozen = Frozen()
    monkeypatch.setattr(botocore.auth, "get_current_datetime", frozen)
    return frozen


def botocores_token(session_token: str | None) -> str:
    events = HierarchicalEmitter()  # which the signer does not hold
    signer = RequestSigner(
        ServiceId("elasticache"),
        REGION,
        "elasticache",
        "v4",
        Credentials("AKIDEXAMPLE", "secret", session_token),
        events,
    )
    asked = {"Action": "connect", "User": "payments-1", "ResourceType": "ServerlessCache"}
    request = {
        "method": "GET",
        "url": f"https://payments-cache/?{urlencode(asked)}",
        "body": {},
        "headers": {},
        "context": {},
    }
    url: str = signer.generate_presigned_url(request, operation_name="connect", expires_in=900, region_name=REGION)
    return url.removeprefix("https://")


@pytest.mark.parametrize("session_token", [None, "session+token/with=signs"])
def test_the_token_is_what_botocore_would_sign(clock: Frozen, session_token: str | None) -> None:
    keys = ReadOnlyCredentials("AKIDEXAMPLE", "secret", session_token)
    user, token = IamCredentials("Payments-Cache", "payments-1", REGION, keys=lambda: keys).get_credentials()
    assert user == "payments-1"
    assert token == botocores_token(session_token)
    query = parse_qs(urlsplit(f"https://{token}").query)
    assert token.startswith("payments-cache/?")
    assert (query["Action"], query["User"], query["ResourceType"]) == (["connect"], ["payments-1"], ["ServerlessCache"])
    assert query["X-Amz-Expires"] == ["900"]
    assert query["X-Amz-Credential"] == ["AKIDEXAMPLE/20260131/eu-west-1/elasticache/aws4_request"]


def test_each_connection_gets_a_token_of_its_own_moment(clock: Frozen) -> None:
    keys = ReadOnlyCredentials("AKIDEXAMPLE", "secret", None)
    credentials = IamCredentials("payments-cache", "payments-1", REGION, keys=lambda: keys)
    first = credentials.get_credentials()
    clock.now += timedelta(minutes=14)
    assert credentials.get_credentials() != first


def test_keys_and_region_are_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    _, token = IamCredentials("payments-cache", "payments-1").get_credentials()
    assert "AKIDENVIRONMENT" in token
    assert "eu-north-1" in token
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(Permanent, match="AWS_DEFAULT_REGION"):
        IamCredentials("payments-cache", "payments-1")


def test_without_keys_nobody_logs_in() -> None:
    with pytest.raises(Permanent, match="keys"):
        IamCredentials("payments-cache", "payments-1", REGION, keys=lambda: None).get_credentials()


def test_a_user_needs_a_name_of_the_cache_and_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    url = "rediss://payments-cache.serverless.euw1.cache.amazonaws.com:6379"
    named = Settings(cache_url=url, cache_name="payments-cache", cache_user="payments-1")
    with open_cache(named, timeout_seconds=1) as client:
        assert isinstance(client.connection_pool.connection_kwargs["credential_provider"], IamCredentials)
    with pytest.raises(Permanent, match="CACHE_NAME"):
        open_cache(Settings(cache_url=url, cache_user="payments-1"), timeout_seconds=1)
    plain = Settings(cache_url="redis://payments-cache:6379", cache_name="payments-cache", cache_user="payments-1")
    with pytest.raises(Permanent, match="rediss://"):
        open_cache(plain, timeout_seconds=1)
    with open_cache(Settings(cache_url=url), timeout_seconds=1) as client:
        assert client.connection_pool.connection_kwargs["credential_provider"] is None

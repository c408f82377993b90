"""Logging in to ElastiCache by IAM: the token is what botocore's own presigner makes of the request."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

import botocore.auth
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from common.cache.connection import open_cache
from common.cache.iam import VALID_SECONDS, IamCredentials
from common.engines.signing import EnvironmentKeys, credentials, region
from common.errors import Permanent
from common.settings import Settings

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
REGION = "eu-west-1"
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def botocores_token(user: str, keys: ReadOnlyCredentials) -> str:
    asked = urlencode({"Action": "connect", "User": user, "ResourceType": "ServerlessCache"})
    request = AWSRequest("GET", f"https://payments-cache/?{asked}")
    SigV4QueryAuth(keys, "elasticache", REGION, expires=VALID_SECONDS).add_auth(request)
    return str(request.url).removeprefix("https://")


@given(user=WORDS, secret=WORDS, token=st.none() | WORDS)
def test_the_token_is_what_botocore_would_sign(user: str, secret: str, token: str | None) -> None:
    keys = ("AKIDEXAMPLE", secret, token)
    login = IamCredentials("Payments-Cache", user, REGION, EnvironmentKeys(*keys), clock=lambda: NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda **_: NOW.replace(tzinfo=None))
        theirs = botocores_token(user, ReadOnlyCredentials(*keys))
    named, ours = login()
    assert named == user
    assert ours.partition("?")[0] == theirs.partition("?")[0] == "payments-cache/"
    assert parse_qs(ours.partition("?")[2]) == parse_qs(theirs.partition("?")[2])


def test_each_connection_gets_a_token_of_its_own_moment() -> None:
    moments = iter([NOW, NOW + timedelta(minutes=14)])
    keys = EnvironmentKeys("AKIDEXAMPLE", "secret", None)
    login = IamCredentials("payments-cache", "payments-1", REGION, keys, clock=lambda: next(moments))
    assert login() != login()


def test_keys_and_region_are_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    assert (credentials(), region()) == (EnvironmentKeys("AKIDENVIRONMENT", "secret", "session"), "eu-north-1")


def test_keys_that_expire_are_left_to_boto3_which_renews_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ends_at = datetime.now(UTC) + timedelta(hours=1)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIDEXPIRES",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "session",
        "AWS_CREDENTIAL_EXPIRATION": ends_at.isoformat(),
    }.items():
        monkeypatch.setenv(name, value)
    found = credentials()
    assert not isinstance(found, EnvironmentKeys)
    assert found.get_frozen_credentials().access_key == "AKIDEXPIRES"


def test_without_keys_or_region_nobody_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(Permanent, match="keys"):
        credentials()
    with pytest.raises(Permanent, match="AWS_DEFAULT_REGION"):
        region()


def test_a_user_needs_a_name_of_the_cache_and_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    url = "rediss://payments-cache.serverless.euw1.cache.amazonaws.com:6379"
    with pytest.raises(Permanent, match="CACHE_NAME"):
        open_cache(Settings(cache_url=url, cache_user="payments-1"), timeout_seconds=1)
    plain = Settings(cache_url="redis://payments-cache:6379", cache_name="payments-cache", cache_user="payments-1")
    with pytest.raises(Permanent, match="rediss://"):
        open_cache(plain, timeout_seconds=1)
    with pytest.raises(Permanent, match="CACHE_URL"):
        open_cache(Settings(cache_url="http://payments-cache"), timeout_seconds=1)

"""Requests signed by hand are signed as botocore and requests-aws4auth sign them."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlencode

import botocore.auth
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import example, given
from hypothesis import strategies as st
from requests_aws4auth import AWS4Auth

from common.engines.signing import INSTANT, EnvironmentKeys, Signer

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
REGION, HOST = "eu-west-1", "search.example.com"
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
# A path with "." or "..", or with "//", is none that a client here asks for.
NAMES = st.text(min_size=1, max_size=10).filter(lambda name: name not in (".", "..") and name.isprintable())
PATHS = st.lists(NAMES, max_size=3).map(lambda names: "/" + "/".join(quote(name, safe="") for name in names))
QUERIES = st.dictionaries(NAMES, st.text(max_size=10), max_size=4)
HEADERS = st.dictionaries(st.sampled_from(["content-type", "x-amz-target"]), WORDS)


def authorization(method: str, target: str, body: bytes, keys: EnvironmentKeys, headers: Mapping[str, str]) -> str:
    signer = Signer("es", REGION, keys, clock=NOW.timetuple)
    return signer.signed(method, HOST, target, body, headers)["authorization"]


@example(asked=("GET", "/"), query={"a": "1", "a!": "2"}, body=b"", secret="s", token=None, headers={})
@given(
    asked=st.tuples(st.sampled_from(["GET", "POST", "PUT", "DELETE"]), PATHS),
    query=QUERIES,
    body=st.binary(max_size=100),
    secret=WORDS,
    token=st.none() | WORDS,
    headers=HEADERS,
)
def test_the_signature_is_botocore_s(
    asked: tuple[str, str],
    query: Mapping[str, str],
    body: bytes,
    secret: str,
    token: str | None,
    headers: Mapping[str, str],
) -> None:
    # Given a request as a client sends it
    method, path = asked
    target = f"{path}?{urlencode(query)}" if query else path
    keys = EnvironmentKeys("AKIDEXAMPLE", secret, token)
    # When both sign it at the same time
    ours = authorization(method, target, body, keys, headers)
    # The SDK is given what the address means: it takes what stands in it as it stands there
    encoded = urlencode(query, quote_via=quote, safe="")
    stated = {**headers, "host": HOST, "x-amz-content-sha256": sha256(body).hexdigest()}
    request = AWSRequest(method, f"https://{HOST}{path}?{encoded}", headers=stated, data=body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda **_: NOW.replace(tzinfo=None))
        SigV4Auth(ReadOnlyCredentials("AKIDEXAMPLE", secret, token), "es", REGION).add_auth(request)
    # Then it is the same signature
    assert ours == request.headers["Authorization"]


@given(method=st.sampled_from(["GET", "POST"]), path=PATHS, body=st.binary(max_size=100), token=st.none() | WORDS)
def test_the_signature_is_that_of_requests_aws4auth(method: str, path: str, body: bytes, token: str | None) -> None:
    # Given a request that the library has signed
    request = requests.Request(method, f"https://{HOST}{path}", data=body).prepare()
    theirs = AWS4Auth("AKIDEXAMPLE", "secret", REGION, "es", session_token=token)(request).headers
    # When it is signed by hand at the same time, with the same headers
    keys, stated = EnvironmentKeys("AKIDEXAMPLE", "secret", token), theirs["Authorization"]
    at = time.strptime(theirs["x-amz-date"], INSTANT)
    named = stated.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    headers = {
        name: value for name, value in theirs.lower_items() if name in named and name not in ("host", "x-amz-date")
    }
    ours = Signer("es", REGION, keys, clock=lambda: at).signed(method, HOST, request.path_url, body, headers)
    # Then it is the same signature
    assert ours["authorization"] == stated


def test_a_signature_is_of_its_moment() -> None:
    moments = iter([time.gmtime(0), time.gmtime(86_400)])
    signer = Signer("es", REGION, EnvironmentKeys("AKIDEXAMPLE", "secret", None), clock=lambda: next(moments))
    first, second = (signer.signed("GET", HOST, "/", b"")["authorization"] for _ in range(2))
    assert "19700101/eu-west-1/es" in first
    assert "19700102/eu-west-1/es" in second

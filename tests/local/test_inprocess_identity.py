"""Who may call: the gateway takes only tokens that its own identity signed, for it, and for now."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from local.inprocess.gateway import Gateway, HttpRequest
from local.inprocess.identity import AUDIENCE, ISSUER, Identity
from local.inprocess.runtime import LambdaFunction
from local.template import Function, Route

SECURED = Route("GET", "/v1/whoami", "Whoami", "Jwt")
OPEN = Route("GET", "/v1/health", "Whoami", None)


def whoami(event: Mapping[str, Any], _: object) -> object:
    return event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims")


@pytest.fixture(scope="module")
def gateway(identity: Identity) -> Gateway:
    function = Function("Whoami", "no.handler", timeout=3, memory=128)
    return Gateway([SECURED, OPEN], {"Whoami": LambdaFunction(function, whoami)}, identity)


def key_of(identity: Identity) -> rsa.RSAPrivateKey:
    key = RSAAlgorithm.from_jwk(identity.signing_key)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def signed(key: rsa.RSAPrivateKey, kid: str = "local", **changes: object) -> str:
    now = int(time.time())
    claims = {
        "sub": "eve",
        "custom:organizationId": "org-456",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 60,
    }
    wanted = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(wanted, key, algorithm="RS256", headers={"kid": kid})


def handmade(header: Mapping[str, str], payload: str, secret: bytes | None = None) -> str:
    content = f"{encoded(json.dumps(header).encode())}.{payload}"
    signature = hmac.digest(secret, content.encode(), hashlib.sha256) if secret else b""
    return f"{content}.{encoded(signature)}"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def changed(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{header}.{encoded(json.dumps({**claims, 'custom:organizationId': 'org-789'}).encode())}.{signature}"


def without_algorithm(token: str) -> str:
    return handmade({"alg": "none", "kid": "local", "typ": "JWT"}, token.split(".")[1])


def with_the_public_key_as_a_secret(identity: Identity) -> str:
    secret = key_of(identity).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return handmade({"alg": "HS256", "kid": "local", "typ": "JWT"}, identity.issue("org-456").split(".")[1], secret)


REFUSED: dict[str, Callable[[Identity], str | None]] = {
    "none": lambda _: None,
    "empty": lambda _: "",
    "no token at all": lambda _: "let me in",
    "forged with another key": lambda _: signed(rsa.generate_private_key(65537, 2048)),
    "changed after signing": lambda identity: changed(identity.issue("org-456")),
    "alg none": lambda identity: without_algorithm(identity.issue("org-456")),
    "HS256 with the public key": with_the_public_key_as_a_secret,
    "expired": lambda identity: identity.issue("org-456", ttl=-1),
    "not valid yet": lambda identity: signed(key_of(identity), nbf=int(time.time()) + 60),
    "without an end": lambda identity: signed(key_of(identity), exp=None),
    "of another issuer": lambda identity: signed(key_of(identity), iss="https://elsewhere"),
    "for another audience": lambda identity: signed(key_of(identity), aud="somebody-else"),
    "for no audience": lambda identity: signed(key_of(identity), aud=None),
    "for several others": lambda identity: signed(key_of(identity), aud=["somebody-else", "another"]),
    "of another client": lambda identity: signed(key_of(identity), aud=None, client_id="somebody-else"),
    "of a client that is ours for an audience that is not": lambda identity: signed(
        key_of(identity), aud="somebody-else", client_id=AUDIENCE
    ),
    "for an audience that is an object": lambda identity: signed(key_of(identity), aud={AUDIENCE: True}),
    "issued in the future": lambda identity: signed(key_of(identity), iat=int(time.time()) + 60),
    "with an unknown key id": lambda identity: signed(key_of(identity), kid="other"),
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED)
def test_a_token_that_is_not_to_be_trusted_is_401(
    gateway: Gateway, identity: Identity, token: Callable[[Identity], str | None]
) -> None:
    # Given a token that is missing or bad
    bad = token(identity)
    headers = [] if bad is None else [("Authorization", f"Bearer {bad}")]
    # When it comes with a request
    answer = gateway.handle(HttpRequest("GET", "/v1/whoami", headers=headers))
    # Then the function does not see the request, and the answer is API Gateway's
    assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("prefix", ["Bearer ", "bearer ", ""])
def test_a_good_token_brings_its_claims_as_text(gateway: Gateway, identity: Identity, prefix: str) -> None:
    # Given a token of an organization
    token = identity.issue("org-456", role="admin", user="ada")
    # When it comes, with or without the scheme
    answer = gateway.handle(HttpRequest("GET", "/v1/whoami", headers=[("authorization", prefix + token)]))
    # Then the function sees who calls
    claims = answer.json
    assert (claims["sub"], claims["custom:organizationId"], claims["custom:role"]) == ("ada", "org-456", "admin")
    assert (claims["iss"], claims["aud"], claims["token_use"]) == (ISSUER, AUDIENCE, "id")
    assert int(claims["exp"]) - int(claims["iat"]) == 3600


@pytest.mark.parametrize("names", [{"aud": ["other", AUDIENCE]}, {"aud": None, "client_id": AUDIENCE}])
def test_one_of_several_audiences_is_enough_and_so_is_the_client_where_there_is_none(
    gateway: Gateway, identity: Identity, names: dict[str, Any]
) -> None:
    token = signed(key_of(identity), **names)
    assert gateway.handle(HttpRequest("GET", "/v1/whoami", headers=[("authorization", token)])).status == 200


def test_an_open_route_asks_for_no_token(gateway: Gateway) -> None:
    assert gateway.handle(HttpRequest("GET", "/v1/health")).json is None


def test_another_process_with_the_key_signs_for_the_same_callers(gateway: Gateway, identity: Identity) -> None:
    token = Identity(identity.signing_key).issue("org-456")
    assert gateway.handle(HttpRequest("GET", "/v1/whoami", headers=[("authorization", token)])).status == 200


def test_two_identities_do_not_trust_each_other(gateway: Gateway) -> None:
    token = Identity().issue("org-456")
    assert gateway.handle(HttpRequest("GET", "/v1/whoami", headers=[("authorization", token)])).status == 401

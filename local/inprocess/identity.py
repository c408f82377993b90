"""Who calls, on this machine: issues RS256 tokens and checks them as API Gateway's JWT authorizer does."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWK
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://identity.localhost"
AUDIENCE = "payments-local"
_ALGORITHM = "RS256"
_KEY_ID = "local"


class Unauthorized(Exception):
    """There is no token, or it is not to be trusted."""


class Identity:
    """The one who signs, and the one who checks.

    `signing_key` is a private RSA key as a JWK, so that another process can sign too; without it a new one is made, and
    tokens are good for this run only.
    """

    def __init__(self, signing_key: str | None = None) -> None:
        self.signing_key = signing_key or RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048))
        key = PyJWK.from_json(self.signing_key, _ALGORITHM).key
        self._private, self._public = key, key.public_key()

    def issue(self, organization: str, role: str = "agent", user: str = "user-1", ttl: int = 3600) -> str:
        """Sign an ID token as Cognito does; it ends after `ttl` seconds."""
        now = int(time.time())
        claims = {
            "sub": user,
            "custom:organizationId": organization,
            "custom:role": role,
            "token_use": "id",
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + ttl,
        }
        return jwt.encode(claims, self._private, algorithm=_ALGORITHM, headers={"kid": _KEY_ID})

    def verify(self, authorization: str | None) -> dict[str, Any]:
        """Check an Authorization header, with or without `Bearer`; answer the token's claims. Raises Unauthorized."""
        scheme, _, rest = (authorization or "").partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else scheme
        try:
            if jwt.get_unverified_header(token).get("kid") != _KEY_ID:
                raise Unauthorized("signed with an unknown key")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._public,
                algorithms=[_ALGORITHM],
                issuer=ISSUER,
                options={"require": ["iss", "exp", "iat"], "verify_aud": False},
            )
        except jwt.InvalidTokenError as error:
            raise Unauthorized(str(error)) from error
        # As API Gateway has it: an access token of Cognito names its client instead of an audience.
        named = claims["aud"] if "aud" in claims else claims.get("client_id")
        if AUDIENCE not in (named if isinstance(named, list) else [named]):
            raise Unauthorized("for another audience")
        return claims

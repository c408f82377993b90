"""Consistency tokens: a command answers one, and a query that is given it shows at least that write."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from common.errors import FieldError, Malformed

HEADER = "Consistency-Token"

_TEXT = re.compile(r"payments:([A-Za-z0-9][A-Za-z0-9._-]{0,127}):([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class ConsistencyToken:
    """One version of one payment of the caller's organization.

    On the wire: base64url of `payments:{paymentId}:{version}`.
    """

    payment_id: str
    version: int

    def encode(self) -> str:
        """The header's value."""
        return urlsafe_b64encode(f"payments:{self.payment_id}:{self.version}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, value: str) -> "ConsistencyToken":
        """Read a header's value. Raises Malformed naming the header."""
        try:
            text = urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
        except ValueError:
            text = ""
        match = _TEXT.fullmatch(text)
        if match is None:
            problem = FieldError(HEADER, "send it as a command answered it, or leave it out")
            raise Malformed(f"The header {HEADER} is not readable.", [problem])
        return cls(match[1], int(match[2]))

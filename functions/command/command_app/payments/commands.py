"""What can be asked of a payment. Imperative, frozen, unknown fields refused."""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel

from command_app.json_limits import JsonLimits
from common.domain.instants import now
from common.domain.model import Timestamp
from common.domain.money import Money, exponent_of
from common.payments.state import RESERVED_IDS, PaymentId

MAX_TAGS = 50
MAX_IMPORT_LINES = 1_000
CLOCK_SKEW = timedelta(minutes=5)


_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _no_control_characters(text: str) -> str:
    if _CONTROL_CHARACTER.search(text):
        raise ValueError("must not have control characters")
    return text


def _not_reserved(payment_id: str) -> str:
    if payment_id in RESERVED_IDS:
        raise ValueError(f"must not be one of {', '.join(sorted(RESERVED_IDS))}")
    return payment_id


def _known_currency(currency: str) -> str:
    exponent_of(currency)
    return currency


_METADATA = JsonLimits(
    # A dot would be a path.
    key=re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}"),
    keys="1 to 64 letters, digits, underscores or dashes, not beginning with a dash",
    depth=5,
    size=8_192,
)


def _small_metadata(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    _METADATA.check(metadata)
    tags = metadata.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) and 0 < len(tag) <= 100 for tag in tags):
        raise ValueError("tags must be a list of texts of 1 to 100 characters")
    if len(tags) > MAX_TAGS:
        raise ValueError(f"tags must not be more than {MAX_TAGS}")
    return metadata


def _plausible(at: datetime) -> datetime:
    if at > now() + CLOCK_SKEW:
        raise ValueError("must not be in the future")
    if at.year < 1970:
        raise ValueError("must not be before 1970")
    return at


def _some_lines(lines: tuple[bytes, ...]) -> tuple[bytes, ...]:
    if not 1 <= len(lines) <= MAX_IMPORT_LINES:
        raise ValueError(f"must be 1 to {MAX_IMPORT_LINES} in a call, one JSON object each; these are {len(lines)}")
    return lines


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000),
    AfterValidator(_no_control_characters),
]
UserId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,127}$")]
AnyUserId = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_no_control_characters)]
"""Also what a token calls its user, which is a payment's user where the command names none."""
NewPaymentId = Annotated[PaymentId, AfterValidator(_not_reserved)]
Currency = Annotated[str, AfterValidator(_known_currency)]
ProcessedAt = Annotated[Timestamp, AfterValidator(_plausible)]
Metadata = Annotated[dict[str, JsonValue], AfterValidator(_small_metadata)]


class Command(BaseModel):
    """Base of all commands."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, defer_build=True
    )

    def fingerprint(self) -> str:
        """The same for the same payload, and different for another."""
        return sha256(f"{type(self).__name__}:{self.model_dump_json()}".encode()).hexdigest()


class _WithMoney(Command):
    """A currency, and an amount of it that is exact and more than nothing."""

    currency: Annotated[Currency, Field(examples=["EUR"])]
    amount: Annotated[str, Field(examples=["100.00"])]

    @field_validator("amount")
    @classmethod
    def _amount_fits_the_currency(cls, amount: str, info: ValidationInfo) -> str:
        currency = info.data.get("currency")
        if currency is not None and Money.parse(amount, currency).minor == 0:
            raise ValueError("must be more than 0")
        return amount

    @property
    def money(self) -> Money:
        """The amount, exact."""
        return Money.parse(self.amount, self.currency)


class RequestPayment(_WithMoney):
    """Ask for a payment. Without a paymentId one is made; without a userId it is the caller's."""

    payment_id: NewPaymentId | None = None
    user_id: UserId | None = None
    description: Text
    metadata: Metadata = {}


class ProcessBody(_WithMoney):
    """What a caller sends to process a payment."""

    processed_at: ProcessedAt | None = None


class ProcessPayment(ProcessBody):
    """Take the money that was requested; amount and currency must be the requested ones."""

    payment_id: PaymentId


class FailBody(Command):
    """What a caller sends to fail a payment."""

    error: Text


class FailPayment(FailBody):
    """The money could not be taken."""

    payment_id: PaymentId


class RefundBody(Command):
    """What a caller sends to refund a payment; the amount is in the payment's own currency."""

    amount: Annotated[str, Field(examples=["40.00"])]
    reason: Text | None = None


class RefundPayment(RefundBody):
    """Give money back, all or a part."""

    payment_id: PaymentId


class DeletePayment(Command):
    """Erase a payment and show it to nobody any more; its money stays counted."""

    payment_id: PaymentId


class EraseUser(Command):
    """Erase everything personal of all payments of one user; their money stays as it is."""

    user_id: AnyUserId


class ImportedPayment(_WithMoney):
    """One line of an import: a payment that was completed elsewhere."""

    payment_id: NewPaymentId
    user_id: UserId
    description: Text
    metadata: Metadata = {}
    processed_at: ProcessedAt


class ImportPayments(Command):
    """The lines of one import, not yet read: a bad line is answered, and does not stop its neighbours."""

    lines: Annotated[tuple[bytes, ...], AfterValidator(_some_lines)]

    def fingerprint(self) -> str:
        """Over the raw lines: they may be no JSON, or not even text."""
        return sha256(b"\n".join(self.lines)).hexdigest()

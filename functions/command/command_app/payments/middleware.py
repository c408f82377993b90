"""The command bus's own middleware: validation, idempotency, and another try after a lost race."""

from dataclasses import replace

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from command_app.payments.commands import Command
from command_app.payments.ports import Claim, CommandContext, IdempotencyRecords
from command_app.payments.retry import after_lost_race
from command_app.payments.use_cases import Outcome
from common.bus import Handler, Middleware
from common.edge.observability import logger
from common.edge.validation import field_errors
from common.errors import EngineUnavailable, Invalid


def validation(message: Command, context: CommandContext, proceed: Handler[CommandContext]) -> object:
    """Check the whole command, whoever built it. Raises Invalid naming the fields."""
    try:
        checked = type(message).model_validate({to_camel(name): value for name, value in message})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise Invalid("Some fields are not usable.", field_errors(wrong)) from None
    return proceed(checked, context)


def idempotency(records: IdempotencyRecords) -> Middleware[CommandContext]:
    """Run a command once for each key, and answer its first answer again to each repetition."""

    def once(message: Command, context: CommandContext, proceed: Handler[CommandContext]) -> object:
        if context.idempotency_key is None:
            return proceed(message, context)
        claim = records.claim(context.organization_id, context.idempotency_key, message.fingerprint())
        if isinstance(claim, bytes):
            return Outcome.replay(claim)
        try:
            return proceed(message, replace(context, claim=claim))
        except Exception:
            # The transaction is bound to the claim: after this it can no more commit, so the key is free for a retry.
            _release(records, claim)
            raise

    return once


def concurrency_retry(message: object, context: CommandContext, proceed: Handler[CommandContext]) -> object:
    """Decide again, on the new state, when another call was faster."""
    return after_lost_race(proceed, message, context)


def _release(records: IdempotencyRecords, claim: Claim) -> None:
    try:
        records.release(claim)
    except EngineUnavailable as error:
        logger.warning("idempotency key stays locked until its lock runs out", extra={"reason": error.detail})

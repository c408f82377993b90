"""The middleware that both buses share: a log line with ids, a trace segment, and counters."""

import time

from common.bus import ContextT, Handler
from common.edge.observability import count, logger, milliseconds, tracer
from common.errors import Rejected

LOGGED = "logged with its ids"
"""A note on an error, so that whoever turns it into an answer does not log it again."""


def logging(message: object, context: ContextT, proceed: Handler[ContextT]) -> object:
    """Log each message once, with its name and ids and never its contents; a failure once, and it goes on up."""
    ids = {
        "message_name": type(message).__name__,
        "organization_id": context.organization_id,
        "payment_id": getattr(message, "payment_id", None),
    }
    started = time.perf_counter()
    try:
        answer = proceed(message, context)
    except Rejected as error:
        logger.info("rejected", extra={**ids, "status": int(error.status), "reason": error.detail})
        raise
    except Exception as error:
        logger.exception("failed", extra=ids)
        error.add_note(LOGGED)
        raise
    logger.info("handled", extra={**ids, "ms": round((time.perf_counter() - started) * 1000, 1)})
    return answer


def tracing(message: object, context: ContextT, proceed: Handler[ContextT]) -> object:
    """Give each message a segment of its own name."""
    with tracer.subsegment(f"## {type(message).__name__}", correlationId=context.correlation_id):
        return proceed(message, context)


def counting(message: object, context: ContextT, proceed: Handler[ContextT]) -> object:
    """Count what was handled, rejected and failed, and time it, by message name."""
    name = type(message).__name__
    started = time.perf_counter()
    try:
        answer = proceed(message, context)
    except Rejected:
        count(f"{name}Rejected")
        raise
    except Exception:
        count(f"{name}Failed")
        raise
    count(f"{name}Handled")
    milliseconds(f"{name}Duration", (time.perf_counter() - started) * 1000)
    return answer

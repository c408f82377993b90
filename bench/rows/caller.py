"""`python -m bench.rows.caller JOURNAL FIRST STEP`: one caller of those that send commands at a steady pace."""

import sys
import time
from pathlib import Path

import orjson

from bench.journal import append
from bench.rows.searchable import COMMANDS_A_SECOND, ORGANIZATION, SECONDS
from bench.world import context, http_event
from command_app.payments_handler import lambda_handler


def main() -> None:
    """Send each command when its time has come, or late at once, and note when it was answered."""
    journal, first, step = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    started = time.monotonic() + 1
    for number in range(first, COMMANDS_A_SECOND * SECONDS, step):
        time.sleep(max(0.0, started + number / COMMANDS_A_SECOND - time.monotonic()))
        payment_id = f"steady-{number:06d}"
        body = {
            "paymentId": payment_id,
            "userId": "user-1",
            "amount": "10.00",
            "currency": "EUR",
            "description": "WHITE HANGING HEART T-LIGHT HOLDER",
        }
        answer = lambda_handler(
            http_event("POST", "/v1/payments", ORGANIZATION, body=orjson.dumps(body).decode()), context("command")
        )
        if answer["statusCode"] != 201:
            raise SystemExit(answer["body"])
        append(journal, [f"{payment_id} {time.time()}"])


if __name__ == "__main__":
    main()

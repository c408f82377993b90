"""Commands and imports, against their transactions and messages sent raw."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
import orjson

from bench.harness import MANY_ROUNDS, WARM_UP, Figure, Limit, interleaved, seconds, typical
from bench.seed import event
from bench.world import World, context, http_event
from command_app.payments.import_payments import PARALLEL_COMMITS
from command_app.payments_handler import lambda_handler
from common.engines.json_client import JsonClient

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

ROUNDS = 9
COMMANDS = 40
LINES = 1_000
ORGANIZATION = "bench-commands"
Params = dict[str, Any]


def measure(world: World) -> Sequence[Figure]:
    """`POST /v1/payments`: what a round's commands committed and sent is then done again raw, under other ids."""
    dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
    transactions: list[Params] = []

    def ours(number: int) -> float:
        with _noted(transactions):
            return typical([partial(_answered, each, 201) for each in _requests(number)])

    def raw(_: int) -> float:
        return typical([partial(_commit_and_send, dynamodb, sqs, world, each) for each in transactions])

    rounds = interleaved(MANY_ROUNDS, ours, raw, WARM_UP)
    detail = f"{rounds.ours_median * 1000:.2f} ms, raw {rounds.raw_median * 1000:.2f} ms"
    return [Figure("command", "x raw", rounds.ratio, Limit(1.3, 1.1), detail)]


def measure_import(_: World) -> Sequence[Figure]:
    """`POST /v1/payments/import` of 1,000 lines; raw, as many transactions at a time."""
    dynamodb = boto3.client("dynamodb")
    transactions: list[Params] = []

    def ours(number: int) -> float:
        request = _import(number)
        with _noted(transactions):
            return seconds(lambda: _answered(request, 200))

    def raw(_: int) -> float:
        with ThreadPoolExecutor(PARALLEL_COMMITS) as pool:
            return seconds(lambda: list(pool.map(lambda each: dynamodb.transact_write_items(**each), transactions)))

    rounds = interleaved(ROUNDS, ours, raw, WARM_UP)
    rate = LINES / rounds.ours_median
    return [Figure("import", "of raw", 1 / rounds.ratio, Limit(0.8, 0.95, "higher"), f"{rate:,.0f} payments/s")]


def _requests(number: int) -> list[dict[str, Any]]:
    bodies = (
        {
            "paymentId": f"ours-{number:03d}-{n:04d}",
            "userId": "user-1",
            "amount": f"{n + 1}.00",
            "currency": "EUR",
            "description": event(ORGANIZATION, n).state["description"],
            "metadata": {"tags": ["gift"]},
        }
        for n in range(COMMANDS)
    )
    return [http_event("POST", "/v1/payments", ORGANIZATION, body=orjson.dumps(body).decode()) for body in bodies]


def _import(number: int) -> dict[str, Any]:
    lines = (
        {
            "paymentId": f"ours-import-{number:03d}-{n:04d}",
            "userId": "user-1",
            "amount": f"{n + 1}.00",
            "currency": "EUR",
            "description": event(ORGANIZATION, n).state["description"],
            "processedAt": "2011-01-31T12:00:00Z",
        }
        for n in range(LINES)
    )
    body = b"\n".join(map(orjson.dumps, lines)).decode()
    return http_event("POST", "/v1/payments/import", ORGANIZATION, body=body, content_type="application/x-ndjson")


def _answered(request: dict[str, Any], status: int) -> None:
    answer = lambda_handler(request, context("command"))
    if answer["statusCode"] != status:
        raise RuntimeError(f"the command function answered {answer['body'][:500]}")


def _commit_and_send(dynamodb: "DynamoDBClient", sqs: "SQSClient", world: World, transaction: Params) -> None:
    dynamodb.transact_write_items(**transaction)
    body = next(put["Item"]["event"]["S"] for put in _puts(transaction) if "event" in put["Item"])
    sqs.send_message(QueueUrl=world.system.queue_url, MessageBody=body)


def _puts(transaction: Params) -> Iterator[Params]:
    return (action["Put"] for action in transaction["TransactItems"] if "Put" in action)


@contextmanager
def _noted(transactions: list[Params]) -> Iterator[None]:
    """Note the transactions that the function commits meanwhile, as of payments with other ids of the same length."""
    transactions.clear()
    call = JsonClient.call

    def noted(client: JsonClient, operation: str, **parameters: object) -> object:
        if operation == "TransactWriteItems":
            noting = orjson.dumps({"TransactItems": parameters["TransactItems"]})
            transactions.append(orjson.loads(noting.replace(b"ours-", b"raws-")))
        return call(client, operation, **parameters)

    with patch.object(JsonClient, "call", noted):
        yield

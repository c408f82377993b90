"""Whatever callers, the queue and the sweep do, in any order: what is read is what a model of a few lines says.

The model knows payments and money, and nothing of events, versions of documents, queues, indices or caches.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.domain.instants import now
from common.domain.money import Money, decimal_string
from common.engines.table import event_shard, event_sk, payment_pk
from common.payments.index import ALIAS_READ
from local.inprocess.gateway import HttpAnswer
from local.inprocess.system import System

IDS = st.sampled_from(["p1", "p2", "p3", "p4"])
KEYS = st.sampled_from([None, None, "k1", "k2", "k3"])
PRICES = st.sampled_from([("EUR", 10_000), ("EUR", 1), ("JPY", 500), ("KWD", 12_345)])
PARTS = st.sampled_from([1, 2, 3, 1_000_000])
PICKS = st.lists(st.integers(min_value=0), max_size=12)


@dataclass
class Paid:
    """A payment as the model has it; amounts are minor units."""

    currency: str
    minor: int
    status: str = "requested"
    refunded: int = 0
    seen: list[tuple[str, int]] = field(default_factory=list)
    """Status and refunded sum after each event."""

    def moved(self, status: str, refunded: int = 0) -> None:
        self.status, self.refunded = status, refunded
        self.seen.append((status, refunded))


class WholeFlow(RuleBasedStateMachine):
    """Callers of one organization, a queue that withholds, doubles and reorders, and a sweep."""

    system: System

    @initialize()
    def an_organization_of_its_own(self) -> None:
        self.organization = f"org-{uuid4().hex}"
        self.token = self.system.token(self.organization)
        self.payments: dict[str, Paid] = {}
        self.answered: dict[str, tuple[str, Any, int, Any]] = {}
        self.on_the_way: list[str] = []

    # ------------------------------------------------------------------ callers

    @rule(payment_id=IDS, price=PRICES, key=KEYS)
    def request(self, payment_id: str, price: tuple[str, int], key: str | None) -> None:
        currency, minor = price
        body = {"paymentId": payment_id, "description": "Blue mug", **_money(minor, currency)}
        with self.command("/v1/payments", body, key, 409 if payment_id in self.payments else 201) as done:
            if done:
                self.payments[payment_id] = Paid(currency, minor)
                self.payments[payment_id].moved("requested")

    @rule(payment_id=IDS, key=KEYS, wrong=st.sampled_from([0, 0, 0, 1]))
    def process(self, payment_id: str, key: str | None, wrong: int) -> None:
        payment = self.payments.get(payment_id, Paid("EUR", 100))
        status = self.allowed(payment_id, "requested") or (422 if wrong else 200)
        body = _money(payment.minor + wrong, payment.currency)
        with self.command(f"/v1/payments/{payment_id}/process", body, key, status) as done:
            if done:
                payment.moved("completed")

    @rule(payment_id=IDS, key=KEYS)
    def fail(self, payment_id: str, key: str | None) -> None:
        status = self.allowed(payment_id, "requested") or 200
        with self.command(f"/v1/payments/{payment_id}/fail", {"error": "no funds"}, key, status) as done:
            if done:
                self.payments[payment_id].moved("failed")

    @rule(payment_id=IDS, key=KEYS, part=PARTS)
    def refund(self, payment_id: str, key: str | None, part: int) -> None:
        payment = self.payments.get(payment_id, Paid("EUR", 100))
        # All of it, a half, a third, or (of an amount that small) nothing.
        minor = payment.minor // part
        left = payment.minor - payment.refunded
        status = self.allowed(payment_id, "completed", "partially_refunded") or (200 if 0 < minor <= left else 422)
        body = {"amount": decimal_string(minor, payment.currency)}
        with self.command(f"/v1/payments/{payment_id}/refund", body, key, status) as done:
            if done:
                payment.moved("refunded" if minor == left else "partially_refunded", payment.refunded + minor)

    @precondition(lambda self: self.payments)
    @rule(payment_id=IDS, ahead=st.sampled_from([-1, 1]))
    def refund_by_a_version_that_is_not_the_newest(self, payment_id: str, ahead: int) -> None:
        if payment_id in self.payments and (version := len(self.payments[payment_id].seen) + ahead) > 0:
            answer = self.send(f"/v1/payments/{payment_id}/refund", {"amount": "1"}, {"If-Match": f'"{version}"'})
            assert answer.status == 412

    @precondition(lambda self: self.answered)
    @rule(pick=st.integers(min_value=0))
    def repeat_a_call_that_was_answered(self, pick: int) -> None:
        key = sorted(self.answered)[pick % len(self.answered)]
        path, body, status, answered = self.answered[key]
        again = self.send(path, body, {"Idempotency-Key": key})
        assert (again.status, again.json, again.headers["idempotent-replay"]) == (status, answered, "true")

    def allowed(self, payment_id: str, *statuses: str) -> int | None:
        """Why a move is refused, if it is."""
        if payment_id not in self.payments:
            return 404
        return None if self.payments[payment_id].status in statuses else 409

    @contextmanager
    def command(self, path: str, body: dict[str, str], key: str | None, status: int) -> Iterator[bool]:
        """Send it, hear what the model says, and tell whether it did anything."""
        answer = self.send(path, body, {"Idempotency-Key": key} if key else {})
        if key in self.answered:
            repeated = self.answered[key][:2] == (path, body)
            assert answer.status == (self.answered[key][2] if repeated else 422), answer.json
            yield False
            return
        assert answer.status == status, answer.json
        yield status < 300
        if status < 300:
            payment = self.payments[answer.json["paymentId"]]
            assert (answer.json["status"], answer.json["version"]) == (payment.status, len(payment.seen))
            if key:
                self.answered[key] = path, body, status, answer.json

    def send(self, path: str, body: dict[str, str], headers: dict[str, str]) -> HttpAnswer:
        return self.system.request("POST", path, body=body, headers=headers, token=self.token)

    # ------------------------------------------------------ the queue and the sweep

    @invariant()
    def the_queue_takes_what_is_sent(self) -> None:
        received = self.system.sqs.receive_message(QueueUrl=self.system.queue_url, MaxNumberOfMessages=10)
        for message in received.get("Messages", []):
            self.on_the_way.append(message["Body"])
            self.system.sqs.delete_message(QueueUrl=self.system.queue_url, ReceiptHandle=message["ReceiptHandle"])

    @precondition(lambda self: self.on_the_way)
    @rule(picks=PICKS, forget=st.booleans())
    def some_messages_arrive_in_any_order_and_often(self, picks: list[int], forget: bool) -> None:  # noqa: FBT001
        bodies = [self.on_the_way[pick % len(self.on_the_way)] for pick in picks]
        self.deliver(bodies)
        if forget:
            self.on_the_way = [body for body in self.on_the_way if body not in bodies]

    @precondition(lambda self: self.on_the_way)
    @rule(pick=st.integers(min_value=0), sent=st.booleans())
    def a_command_dies_after_its_commit(self, pick: int, sent: bool) -> None:  # noqa: FBT001
        """As if its event had never been sent, or its mark never been removed."""
        body = self.on_the_way[pick % len(self.on_the_way)]
        if not sent:
            self.on_the_way.remove(body)
        event = orjson.loads(body)
        pk = payment_pk(event["organizationId"], event["aggregateId"])
        self.system.dynamodb.update_item(
            TableName=self.system.table_name,
            Key={"pk": {"S": pk}, "sk": {"S": event_sk(event["aggregateVersion"])}},
            UpdateExpression="SET outbox = :shard, occurredAt = :long_ago",
            ExpressionAttributeValues={
                ":shard": {"S": event_shard(pk)},
                ":long_ago": {"S": "2011-01-31T00:00:00.000Z"},
            },
        )

    @rule()
    def the_sweep_runs(self) -> None:
        assert self.system.sweep()["finished"] is True

    def deliver(self, bodies: list[str]) -> None:
        records = [
            {
                "messageId": str(n),
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(1 + n % 2), "SentTimestamp": "1296475200000"},
            }
            for n, body in enumerate(bodies)
        ]
        answer = self.system.functions["ProjectorFunction"].invoke({"Records": records})
        assert answer == {"batchItemFailures": []}
        self.system.opensearch.indices.refresh(index=ALIAS_READ)

    # ---------------------------------------------------------------- the read side

    @rule(payment_id=IDS)
    def what_is_shown_was_true_once(self, payment_id: str) -> None:
        answer = self.read(f"/v1/payments/{payment_id}")
        if answer.status == 404:
            return
        shown = answer.json
        before = self.payments[payment_id].seen[shown["version"] - 1]
        assert before == (shown["status"], _minor(shown.get("refundAmount", "0"), shown["currency"]))

    @rule()
    def once_everything_has_arrived_the_read_side_is_the_model(self) -> None:
        self.the_sweep_runs()
        while True:
            before = len(self.on_the_way)
            self.the_queue_takes_what_is_sent()
            if len(self.on_the_way) == before:
                break
        self.deliver(self.on_the_way[::-1])
        self.on_the_way.clear()
        self.every_payment_is_shown_as_it_is()
        self.the_search_finds_all()
        self.the_statistics_are_right()

    def every_payment_is_shown_as_it_is(self) -> None:
        for payment_id, payment in self.payments.items():
            shown = self.read(f"/v1/payments/{payment_id}").json
            assert (shown["status"], shown["version"]) == (payment.status, len(payment.seen))
            assert shown["amount"] == decimal_string(payment.minor, payment.currency)
            assert _minor(shown.get("refundAmount", "0"), payment.currency) == payment.refunded

    def the_search_finds_all(self) -> None:
        """Each once, also among all the states that there were up to today."""
        today = now().date().isoformat()
        for found in (self.read("/v1/payments", q="mug").json, self.read("/v1/payments", q="mug", asOf=today).json):
            assert found["total"] == len(self.payments)
            assert {payment["paymentId"]: payment["status"] for payment in found["payments"]} == {
                payment_id: payment.status for payment_id, payment in self.payments.items()
            }

    def the_statistics_are_right(self) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for payment in self.payments.values():
            counts[payment.status, payment.currency] += 1
            sums[payment.status, payment.currency] += payment.minor
        told = self.read("/v1/payments/statistics").json["status"]
        assert {(each["status"], each["currency"]): (each["count"], each["sum"]) for each in told} == {
            key: (count, decimal_string(sums[key], key[1])) for key, count in counts.items()
        }

    def read(self, path: str, **query: str) -> HttpAnswer:
        return self.system.request("GET", path, query=query, token=self.token)

    def teardown(self) -> None:
        self.once_everything_has_arrived_the_read_side_is_the_model()


def _money(minor: int, currency: str) -> dict[str, str]:
    return {"amount": decimal_string(minor, currency), "currency": currency}


def _minor(amount: str, currency: str) -> int:
    return Money.parse(amount, currency).minor


def test_the_whole_flow_does_what_the_model_does(system: System) -> None:
    class OnThisSystem(WholeFlow):
        pass

    OnThisSystem.system = system
    run_state_machine_as_test(
        OnThisSystem,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

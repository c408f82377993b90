"""Whatever the network does, a command is done once."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from httpx_retries import Retry

from local.inprocess.system import System
from payments_client import Conflict, NoAnswer, PaymentsClient, Unavailable, UnexpectedAnswer
from payments_client.connection import RETRY
from tests.client.conftest import ClientOf

AT_ONCE = RETRY.copy_with(backoff_factor=0.001, max_backoff_wait=0.01)
Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


class Faulty(httpx.BaseTransport):
    """Does to each request what the next fault says; when there are none left, sends it."""

    def __init__(self, *faults: Fault) -> None:
        self._sent = httpx.HTTPTransport()
        self._faults = iter(faults)
        self.keys: list[str | None] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers.get("Idempotency-Key"))

        def send() -> httpx.Response:
            return self._sent.handle_request(request)

        return next(self._faults, lambda _, send: send())(request, send)

    def close(self) -> None:
        self._sent.close()


def dropped(request: httpx.Request, _: Callable[[], httpx.Response]) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def timed_out_after_it_was_done(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    send().read()
    raise httpx.ReadTimeout("too late", request=request)


def cut_off(_: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    answer = send()
    answer.read()

    class Half(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield answer.content[:5]
            raise httpx.RemoteProtocolError("peer closed connection")

    return httpx.Response(answer.status_code, headers={"Content-Type": "application/json"}, stream=Half())


def sent_twice(_: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    send().read()
    return send()


def answers(status: int, **headers: str) -> Fault:
    return lambda *_: httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def payments_there(system: System) -> int:
    return sum(
        item["sk"]["S"] == "STATE"
        for item in system.dynamodb.scan(TableName=system.table_name, ConsistentRead=True)["Items"]
    )


@pytest.mark.parametrize(
    "faults",
    [
        (dropped, dropped),
        (timed_out_after_it_was_done,),
        (timed_out_after_it_was_done, timed_out_after_it_was_done, dropped),
        (cut_off,),
        (answers(503), answers(503)),
        (answers(429, Retry_After="1"), answers(502), answers(504)),
        (sent_twice,),
        (answers(503), timed_out_after_it_was_done, cut_off, sent_twice),
    ],
    ids=lambda faults: "-".join(getattr(each, "__name__", "status") for each in faults),
)
def test_a_payment_is_requested_once(system: System, client_of: ClientOf, faults: tuple[Fault, ...]) -> None:
    # Given a network that fails
    network = Faulty(*faults)
    payments = client_of("org-456", retry=AT_ONCE, transport=network)

    # When a payment is requested, without an id, so that only the key can tell a second try
    done = payments.request("100.00", "EUR", "Blue mug")

    # Then it is there once
    assert (done.status, done.version) == ("requested", 1)
    assert payments_there(system) == 1
    # And every try had the same key
    assert len(set(network.keys)) == 1
    assert None not in network.keys


def test_two_calls_are_two_payments(system: System, client_of: ClientOf) -> None:
    payments = client_of("org-456")
    first, second = (payments.request("100.00", "EUR", "Blue mug") for _ in range(2))
    assert first.payment_id != second.payment_id
    assert payments_there(system) == 2


def test_a_command_of_which_nothing_is_known_is_repeated_by_its_key(system: System, client_of: ClientOf) -> None:
    # Given a command that was done, and whose answer got lost every time
    lost = Faulty(*[timed_out_after_it_was_done] * 3)
    payments = client_of("org-456", retry=AT_ONCE.copy_with(total=2), transport=lost)
    with pytest.raises(NoAnswer) as unknown:
        payments.request("100.00", "EUR", "Blue mug")

    # When it is repeated by the key of the error
    done = payments.request("100.00", "EUR", "Blue mug", idempotency_key=unknown.value.idempotency_key)

    # Then it is the same payment
    assert done.version == 1
    assert payments_there(system) == 1


def test_a_retry_waits_while_its_first_try_is_worked_on(client_of: ClientOf) -> None:
    # Given an API that says that the key is in use, and when to ask again
    network = Faulty(answers(409, Retry_After="1"))
    # When a command is sent, then it waits and asks again
    assert client_of("org-456", retry=AT_ONCE, transport=network).request("1.00", "EUR", "Blue mug").version == 1
    assert len(network.keys) == 2


def test_a_refusal_is_not_retried(system: System, client_of: ClientOf) -> None:
    network = Faulty()
    payments = client_of("org-456", retry=AT_ONCE, transport=network)
    done = payments.request("1.00", "EUR", "Blue mug", payment_id="p-1")
    with pytest.raises(Conflict):
        payments.refund(done.payment_id, "1.00")
    assert len(network.keys) == 2


def test_an_end_of_patience_says_so(client_of: ClientOf) -> None:
    few: Retry = AT_ONCE.copy_with(total=1)
    with pytest.raises(Unavailable) as down:
        client_of("org-456", retry=few, transport=Faulty(*[answers(503)] * 2)).search().page()
    assert down.value.status == 503
    with pytest.raises(NoAnswer, match="cannot be reached"):
        client_of("org-456", retry=few, transport=Faulty(dropped, dropped)).search().page()


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, b'{"payments": 1}'), (302, b"")])
def test_what_is_not_the_api_s_answer_is_told_apart(url: str, answer: tuple[int, bytes]) -> None:
    status, content = answer
    network = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    with PaymentsClient(url, "a-token", transport=network) as payments, pytest.raises(UnexpectedAnswer):
        payments.search().page()

"""Each function may do what it does, and nothing else.

That nothing is missing is held by every test with a `system`: it refuses what the template does not allow. Here one
story does all that there is, so that what nobody used can be named.
"""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest

from common.domain.instants import iso, now
from common.errors import EngineUnavailable
from common.payments.index import FIRST_INDEX
from common.settings import Settings
from local.engines import Engines
from local.inprocess.identity import Identity
from local.inprocess.system import System
from local.template import Template, load
from operations_app.maintenance_wiring import rebuild_of
from operations_app.wiring import reconciliation_of
from tests.flow.test_health_story import subscription
from tests.flow.test_logs_story import subscribed
from tests.security.iam import Enforced, enforced, granted

ORG = "org-456"
CACHE = {("elasticache:Connect", "Cache"), ("elasticache:Connect", "CacheUser")}
AFTER_A_KILL = {"ExportWorkerFunction": {("s3:GetObject", "ExportsBucket/*")}}
"""Whether a file is complete is asked where S3 does not know its upload any more; moto always does."""
FUNCTIONS = [name for name, each in load()["Resources"].items() if each["Type"] == "AWS::Serverless::Function"]


@pytest.fixture(scope="module")
def story(engines: Engines, identity: Identity) -> Iterator[Enforced]:
    with System(engines, identity) as system, enforced(system) as enforcing, pytest.MonkeyPatch.context() as patch:
        a_payment_s_life(system)
        events_that_the_sweep_has_to_send(system, patch)
        a_log(system)
        a_trace(system)
        a_metric(system)
        questions(system)
        an_export_that_is_interrupted(system, patch)
        a_saved_search(system)
        dead_letters(system)
        an_erasure(system)
        a_reconciliation(system, patch)
        a_deployment(system)
        yield enforcing


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_uses_all_that_it_is_allowed(function: str, story: Enforced) -> None:
    assert granted(function) - CACHE - story.used[function] == AFTER_A_KILL.get(function, set())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_who_is_told_of_the_cache_may_log_in_to_it_and_nobody_else(function: str) -> None:
    values = dict.fromkeys([*load()["Parameters"], *load()["Resources"], "CursorKey.SecretString"], "x")
    told = "CACHE_URL" in Template(load(), values).environment(function)
    assert granted(function) & CACHE == (CACHE if told else set())


def test_what_the_template_does_not_allow_is_refused(story: Enforced) -> None:
    # Given a function that may read the table's items, but no more
    story.function = "AlertsFunction"
    # Then a scan is denied as on AWS
    with pytest.raises(Exception, match="AlertsFunction is not authorized to perform dynamodb:Scan on Table"):
        story.aws("dynamodb", "Scan", {"TableName": story.table_name})
    assert story.opensearch("DELETE", "/payments-000001") is False
    story.function = None


def ask(system: System, method: str, path: str, body: object = None, status: int = 200, **options: Any) -> Any:
    answer = system.request(method, path, body=body, token=system.token(ORG, role="admin"), **options)
    assert answer.status == status, answer.json
    return answer.json


def request_payment(system: System, payment_id: str, **headers: str) -> None:
    body = {"paymentId": payment_id, "userId": "jane", "amount": "10.00", "currency": "EUR", "description": "Blue mug"}
    ask(system, "POST", "/v1/payments", body, 201, headers=headers)


def import_payments(system: System, *payment_ids: str) -> None:
    line = (
        '{"paymentId":"%s","userId":"joe","amount":"5.00","currency":"EUR","description":"Tea",'
        '"processedAt":"2011-01-31T12:00:00Z"}'
    )
    body = "\n".join(line % each for each in payment_ids).encode()
    ask(system, "POST", "/v1/payments/import", body, headers={"content-type": "application/x-ndjson"})


def a_payment_s_life(system: System) -> None:
    request_payment(system, "p1", **{"idempotency-key": "request-p1"})
    request_payment(system, "p9")
    refused = {"amount": "11.00", "currency": "EUR"}
    ask(system, "POST", "/v1/payments/p1/process", refused, 422, headers={"idempotency-key": "process-p1"})
    ask(system, "POST", "/v1/payments/p1/process", {"amount": "10.00", "currency": "EUR"})
    ask(system, "POST", "/v1/payments/p1/refund", {"amount": "1.00"})
    import_payments(system, "i1", "i2")
    system.sqs.send_message(QueueUrl=system.queue_url, MessageBody="no event")
    system.project()


def events_that_the_sweep_has_to_send(system: System, patch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise EngineUnavailable("SQS does not answer")

    def unsent(*payment_ids: str) -> None:
        with patch.context() as outage:
            outage.setattr("command_app.payments.adapters.sqs_queue.SqsEventQueue.send", down)
            for payment_id in payment_ids:
                import_payments(system, payment_id)
        assert system.sweep()["sent"] == len(payment_ids)

    patch.setattr("command_app.payments.outbox.FAST_PATH", timedelta(minutes=-1))
    unsent("i3")
    unsent("i4", "i5")
    system.project()


def a_log(system: System) -> None:
    entry = {"timestamp": iso(now()), "level": "info", "service": "shop", "message": "Hello"}
    ask(system, "POST", "/v1/logs", [entry], 202)
    system.sqs.send_message(QueueUrl=system.queues["LogsQueue"], MessageBody="no pack")
    system.project("LogsProjectorFunction")
    ask(system, "GET", "/v1/logs")
    ask(system, "PUT", "/v1/logs/settings", {"retentionDays": 90})
    with system.rewired({"LOG_GROUPS": f"/aws/={ORG}"}):
        system.functions["LogsSubscriptionFunction"].invoke(subscribed("hello"))


def a_trace(system: System) -> None:
    request_payment(system, "p8", **{"x-correlation-id": "trail-1"})
    assert len(ask(system, "GET", "/v1/trace/trail-1")["events"]) == 1


def a_metric(system: System) -> None:
    point = {"timestamp": iso(now()), "name": "orders", "type": "counter", "value": 1}
    described = {"Timestamp": int(now().timestamp() * 1000), "CloudWatchMetrics": [{"Metrics": [{"Name": "Applied"}]}]}
    line = orjson.dumps({"_aws": described, "Applied": 1}).decode()
    system.functions["HealthFunction"].invoke(subscription(line))
    ask(system, "POST", "/v1/metrics", [point], 202)
    system.sqs.send_message(QueueUrl=system.queues["MetricsQueue"], MessageBody="no pack")
    system.roll_up()
    ask(system, "GET", "/v1/metrics/series", query={"name": "orders"})
    kept = {"name": "shop", "panels": [{"title": "Orders", "name": "orders"}]}
    path = f"/v1/dashboards/{ask(system, 'POST', '/v1/dashboards', kept, 201)['dashboardId']}"
    ask(system, "GET", "/v1/dashboards")
    ask(system, "GET", path)
    ask(system, "PUT", path, kept | {"name": "store"})
    ask(system, "DELETE", path)


def questions(system: System) -> None:
    for path in ("/v1/payments", "/v1/payments/p1", "/v1/payments/p1/history", "/v1/payments/statistics"):
        ask(system, "GET", path)
    ask(system, "GET", "/v1/payments/suggestions", query={"q": "blue"})
    ask(system, "GET", "/v1/freshness")


def an_export_that_is_interrupted(system: System, patch: pytest.MonkeyPatch) -> None:
    export_id = ask(system, "POST", "/v1/exports", {"format": "csv"}, 202)["exportId"]
    body = orjson.dumps({"exportId": export_id, "organizationId": ORG}).decode()
    message = {"messageId": "1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}

    def work() -> None:
        worked = system.functions["ExportWorkerFunction"].invoke({"Records": [message]})
        assert worked == {"batchItemFailures": []}

    # Without time for a page, it hands over to the next invocation, whose snapshot is lost meanwhile
    with patch.context() as short:
        short.setattr("query_app.payments.exports.worker.RESERVE_MS", 10**9)
        work()
    system.opensearch.transport.perform_request("DELETE", "/_search/point_in_time/_all")
    work()
    assert ask(system, "GET", f"/v1/exports/{export_id}")["link"]
    assert ask(system, "GET", "/v1/exports")["exports"]


def a_saved_search(system: System) -> None:
    kept = {"name": "mugs", "query": {"q": "mug"}, "alert": True}
    path = f"/v1/searches/{ask(system, 'POST', '/v1/searches', kept, 201)['searchId']}"
    ask(system, "GET", "/v1/searches")
    ask(system, "PUT", path, kept | {"name": "cups"})
    request_payment(system, "p3")
    system.project()
    assert system.alert()["messages"] == 1
    ask(system, "DELETE", path)


def dead_letters(system: System) -> None:
    letter = {"organizationId": ORG, "aggregateId": "p1", "aggregateVersion": 1, "type": "PaymentRequested"}
    for body in (orjson.dumps(letter).decode(), "of nobody"):
        system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody=body)
    ask(system, "GET", "/v1/operations/dead-letters")
    assert ask(system, "POST", "/v1/operations/dead-letters/redrive", {})["sent"] == 1


def an_erasure(system: System) -> None:
    letter = {"organizationId": ORG, "aggregateId": "p1", "aggregateVersion": 1, "type": "PaymentRequested"}
    for body in (orjson.dumps(letter).decode(), "of nobody"):
        system.sqs.send_message(QueueUrl=system.dead_letter_url, MessageBody=body)
    ask(system, "POST", "/v1/users/jane/erase", headers={"idempotency-key": "erase-jane"})
    ask(system, "DELETE", "/v1/payments/i1")
    system.project()


def a_reconciliation(system: System, patch: pytest.MonkeyPatch) -> None:
    system.opensearch.delete(index=FIRST_INDEX, id=f"{ORG}:p3", routing=ORG, refresh=True)
    unhurried = reconciliation_of(Settings.from_env(), grace_seconds=0)
    patch.setattr("operations_app.wiring.reconciliation", lambda: unhurried)
    assert system.reconcile()["differences"] == 1
    rebuild_of(Settings.from_env()).start(settle_seconds=0)
    assert ask(system, "GET", "/v1/operations")["reconciliation"]["differences"] == 1


def a_deployment(system: System, **properties: object) -> None:
    heard: list[bytes] = []

    class CloudFormation(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            heard.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(HTTPStatus.OK)
            self.end_headers()

    system.opensearch.indices.delete(index="payments-*")
    with HTTPServer(("127.0.0.1", 0), CloudFormation) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        asked = {
            "RequestType": "Create",
            "ResponseURL": url,
            "StackId": "s",
            "RequestId": "r",
            "LogicalResourceId": "l",
            "ResourceProperties": properties,
        }
        system.functions["IndexFunction"].invoke(asked)
    assert b"SUCCESS" in heard[0]

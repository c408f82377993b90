"""template.yaml itself, deployed on this machine: a payment goes in by HTTP and comes out of the search."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from common.engines.administration import administrator
from common.engines.index_admin import index_problems
from common.settings import Settings
from local.console import DIST
from local.engines import Engines
from local.inprocess.resources import create_queue
from local.processes import Processes
from local.stack.deploy import STACK, Deployment, aws_session
from local.stack.system import start_system
from local.template import Template, load
from local.tokens import cognito_token

LONG_ENOUGH_SECONDS = 30.0
"""For the cold start of every function on a busy machine."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engines, Deployment]]:
    logs = tmp_path_factory.mktemp("stack")
    with Processes(logs) as processes:
        yield start_system(processes, logs, print)


@pytest.fixture(scope="module")
def token_of(stack: tuple[Engines, Deployment]) -> Callable[[str], str]:
    engines, deployment = stack
    return lambda organization: cognito_token(
        str(engines.aws_url), deployment.outputs, organization, role="agent", user="u1"
    )


@pytest.fixture
def client(stack: tuple[Engines, Deployment]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack[1].api_url, timeout=LONG_ENOUGH_SECONDS) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def eventually(ask: Callable[[], httpx.Response], is_there: Callable[[httpx.Response], bool]) -> httpx.Response:
    """The first answer that shows what was written; the last one when it takes too long."""
    deadline = time.monotonic() + LONG_ENOUGH_SECONDS
    while True:
        answer = ask()
        if is_there(answer) or time.monotonic() > deadline:
            return answer
        time.sleep(0.1)


def test_a_payment_goes_in_by_http_and_comes_out_of_the_search(
    client: httpx.Client, token_of: Callable[[str], str]
) -> None:
    # Given a payment of 100.00 EUR that org-456 requested, processed and refunded in part
    mine = bearer(token_of("org-456"))
    wanted = {"paymentId": "payment-123", "amount": "100.00", "currency": "EUR", "description": "White heart holder"}
    requested = client.post("/v1/payments", json=wanted, headers=mine)
    assert (requested.status_code, requested.json()["status"]) == (201, "requested")
    money = {"amount": "100.00", "currency": "EUR"}
    processed = client.post("/v1/payments/payment-123/process", json=money, headers=mine)
    assert (processed.status_code, processed.json()["status"]) == (200, "completed")
    refunded = client.post("/v1/payments/payment-123/refund", json={"amount": "40.00"}, headers=mine)
    assert (refunded.status_code, refunded.json()["status"]) == (200, "partially_refunded")

    # When org-456 searches for it with a typo
    found = eventually(
        lambda: client.get("/v1/payments", params={"q": "hart"}, headers=mine),
        lambda answer: [payment["version"] for payment in answer.json()["payments"]] == [3],
    )

    # Then it is there as it is now, and counted
    [payment] = found.json()["payments"]
    assert (payment["paymentId"], payment["status"], payment["refundAmount"]) == (
        "payment-123",
        "partially_refunded",
        "40.00",
    )
    statistics = client.get("/v1/payments/statistics", headers=mine).json()
    assert statistics["currency"] == [{"currency": "EUR", "count": 1, "sum": "100.00"}]
    history = client.get("/v1/payments/payment-123/history", headers=mine).json()
    assert [event["type"] for event in history["events"]][-1] == "PaymentRefunded"

    # And the key of the stack's own secret signs the cursors
    more = {**wanted, "paymentId": "payment-124", "description": "White heart mug"}
    assert client.post("/v1/payments", json=more, headers=mine).status_code == 201
    page = eventually(
        lambda: client.get("/v1/payments", params={"q": "heart", "limit": 1}, headers=mine),
        lambda answer: bool(answer.json()["nextCursor"]),
    ).json()
    there = {"q": "heart", "limit": 1, "cursor": page["nextCursor"]}
    following = client.get("/v1/payments", params=there, headers=mine).json()["payments"]
    assert {page["payments"][0]["paymentId"], following[0]["paymentId"]} == {"payment-123", "payment-124"}

    # And for another organization there is nothing
    theirs = bearer(token_of("org-789"))
    assert client.get("/v1/payments/payment-123", headers=theirs).status_code == 404
    assert client.get("/v1/payments", params={"q": "heart"}, headers=theirs).json()["total"] == 0
    assert client.get("/v1/payments", params=there, headers=theirs).status_code == 400
    refund = client.post("/v1/payments/payment-123/refund", json={"amount": "1.00"}, headers=theirs)
    assert (refund.status_code, refund.json()["detail"]) == (404, "Payment not found: payment-123")


def test_an_export_is_written_in_the_background_and_fetched_by_its_link(
    client: httpx.Client, token_of: Callable[[str], str]
) -> None:
    # Given some payments that can be searched
    mine = bearer(token_of("org-exports"))
    for number in range(3):
        wanted = {"paymentId": f"p-{number}", "amount": "2.50", "currency": "EUR", "description": "=Mug"}
        assert client.post("/v1/payments", json=wanted, headers=mine).status_code == 201
    eventually(
        lambda: client.get("/v1/payments", params={"q": "mug"}, headers=mine),
        lambda answer: answer.json()["total"] == 3,
    )

    # When they are exported
    body = {"format": "csv", "q": "mug", "fields": ["paymentId", "amount", "description"]}
    started = client.post("/v1/exports", json=body, headers=mine)
    assert (started.status_code, started.json()["status"]) == (202, "queued")
    done = eventually(
        lambda: client.get(started.headers["location"], headers=mine), lambda answer: answer.json()["status"] == "done"
    ).json()

    # Then the link has them, for nobody else
    file = httpx.get(done["link"])
    rows = file.text.split("\r\n")
    assert (file.status_code, rows[0], rows[-1]) == (200, "paymentId,amount,description", "")
    assert sorted(rows[1:-1]) == [f"p-{number},2.50,'=Mug" for number in range(3)]
    theirs = client.get(started.headers["location"], headers=bearer(token_of("org-789")))
    assert theirs.status_code == 404


def test_the_command_line_exports_into_a_file(
    stack: tuple[Engines, Deployment], token_of: Callable[[str], str], tmp_path: Path
) -> None:
    # Given a payment that can be searched
    environment = {**os.environ, "CQRS_URL": stack[1].api_url, "CQRS_TOKEN": token_of("org-cqrs")}

    def cqrs(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "payments_client", *arguments]
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)  # noqa: S603

    assert cqrs("request", "2.50", "EUR", "Blue mug", "--id", "p-1").returncode == 0
    deadline = time.monotonic() + LONG_ENOUGH_SECONDS
    while "p-1" not in cqrs("search", "mug").stdout and time.monotonic() < deadline:
        time.sleep(0.1)

    # When it is exported, then the file is there whole, and nothing beside it
    file = tmp_path / "mugs.csv"
    exported = cqrs("export", "mug", "--fields", "paymentId,amount", "--output", str(file))
    assert (exported.returncode, exported.stderr.splitlines()[-1]) == (0, "1 payments")
    assert file.read_text() == "paymentId,amount\np-1,2.50\n"
    assert list(tmp_path.iterdir()) == [file]

    # And without a file it goes to stdout
    assert cqrs("export", "mug", "--fields", "paymentId", "--format", "ndjson").stdout == '{"paymentId":"p-1"}\n'
    assert cqrs("exports", "--json").stdout.count('"status":"done"') == 2


def test_an_alert_puts_a_message_on_the_topic(
    stack: tuple[Engines, Deployment], client: httpx.Client, token_of: Callable[[str], str]
) -> None:
    # Given a queue that is subscribed to alerts, and a saved search that is one
    engines, deployment = stack
    sqs = aws_session().client("sqs", endpoint_url=engines.aws_url)
    sns = aws_session().client("sns", endpoint_url=engines.aws_url)
    queue = create_queue(sqs, {}, "alerts-inbox")
    sns.subscribe(
        TopicArn=deployment.outputs["AlertsTopicArn"],
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    mine = bearer(token_of("org-alerts"))
    body = {"name": "Large", "query": {"q": "amount>=100.00"}, "alert": True}
    saved = client.post("/v1/searches", json=body, headers=mine)
    assert saved.status_code == 201, saved.text

    # When a payment comes that matches, and the function of the schedule runs
    wanted = {"paymentId": "p-large", "amount": "250.00", "currency": "EUR", "description": "Chandelier"}
    assert client.post("/v1/payments", json=wanted, headers=mine).status_code == 201
    eventually(lambda: client.get("/v1/payments", headers=mine), lambda answer: bool(answer.json()["payments"]))
    functions = aws_session().client("lambda", endpoint_url=engines.aws_url)
    names = [
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
    ]
    [alerts] = [name for name in names if "AlertsFunction" in name]
    functions.invoke(FunctionName=alerts, Payload=b"{}")

    # Then the queue has its message
    received = sqs.receive_message(QueueUrl=queue.url, WaitTimeSeconds=10)["Messages"]
    assert [orjson.loads(message["Body"])["link"] for message in received] == ["/v1/payments/p-large"]
    assert client.get(saved.headers["location"], headers=mine).json()["lastRunAt"] is not None


def test_a_busy_stack_measures_itself_in_one_process_at_a_time(stack: tuple[Engines, Deployment]) -> None:
    functions = aws_session().client("lambda", endpoint_url=stack[0].aws_url)
    pages = functions.get_paginator("list_functions").paginate()
    [health] = [
        each["FunctionName"] for page in pages for each in page["Functions"] if "Health" in each["FunctionName"]
    ]
    assert functions.get_function_concurrency(FunctionName=health)["ReservedConcurrentExecutions"] == 1


def test_nobody_gets_in_without_a_token_of_the_stack_s_own_user_pool(
    client: httpx.Client, token_of: Callable[[str], str]
) -> None:
    # Given a real token, and what a forger can make of it
    real = token_of("org-456")
    header, claims, signature = real.split(".")
    told = jwt.decode(real, options={"verify_signature": False})
    their_key = rsa.generate_private_key(65537, 2048)
    kid = jwt.get_unverified_header(real)["kid"]
    forged = jwt.encode(told, their_key, algorithm="RS256", headers={"kid": kid})
    unsigned = jwt.encode(told, "", algorithm="none", headers={"kid": kid})
    other = token_of("org-789").split(".")[1]

    # Then only the real one opens the door
    assert client.get("/v1/payments", headers=bearer(real)).status_code == 200
    assert client.get("/v1/payments").status_code == 401
    for token in (forged, unsigned, f"{header}.{other}.{signature}", f"{header}.{claims}.", "nonsense"):
        assert client.get("/v1/payments", headers=bearer(token)).status_code == 401


def test_health_and_the_api_s_description_need_no_token(client: httpx.Client) -> None:
    assert client.get("/v1/health").json()["status"] == "ok"
    assert "/v1/payments/{paymentId}/refund" in client.get("/openapi.json").json()["paths"]


def test_the_api_has_the_routes_of_the_template_and_guards_the_same_ones(stack: tuple[Engines, Deployment]) -> None:
    engines, deployment = stack
    gateway = aws_session().client("apigatewayv2", endpoint_url=engines.aws_url)
    deployed = {
        (route["RouteKey"], route.get("AuthorizationType", "NONE"))
        for route in gateway.get_routes(ApiId=deployment.outputs["ApiId"])["Items"]
    }
    written = {(route.key, "JWT" if route.authorizer else "NONE") for route in Template(load(), {}).routes()}
    assert deployed == written


def test_the_deployment_made_the_search_index(stack: tuple[Engines, Deployment]) -> None:
    with administrator(Settings(opensearch_url=stack[0].opensearch_url)) as client:
        assert index_problems(client) == []


def test_a_role_that_changes_is_in_the_next_token(stack: tuple[Engines, Deployment]) -> None:
    engines, deployment = stack
    roles = [
        jwt.decode(
            cognito_token(str(engines.aws_url), deployment.outputs, "org-1", role, "bob"),
            options={"verify_signature": False},
        )["custom:role"]
        for role in ("agent", "admin")
    ]
    assert roles == ["agent", "admin"]


def test_the_console_is_published_where_cloudfront_finds_it_and_may_be_signed_in_to(
    stack: tuple[Engines, Deployment],
) -> None:
    engines, deployment = stack
    outputs = deployment.outputs

    # When it is published, twice
    command = [sys.executable, "-m", "ops", "--stack", STACK, "console", "publish"]
    environment = {**os.environ, **engines.environment()}
    for _ in range(2):
        published = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert published.stdout.strip() == outputs["ConsoleUrl"]

    # Then the bucket has each file of the build, for good where its name tells its contents, and knows what it is
    store = aws_session().client("s3", endpoint_url=engines.aws_url)
    for file in (each for each in DIST.rglob("*") if each.is_file()):
        key = file.relative_to(DIST).as_posix()
        found = store.get_object(Bucket=outputs["ConsoleBucketName"], Key=key)
        assert found["Body"].read() == file.read_bytes()
        assert ("immutable" in found["CacheControl"]) == key.startswith("assets/")
    assert found["ContentType"] != "application/octet-stream"

    # And the page knows where to sign in, by a client that the pool sends back to it
    config = orjson.loads(store.get_object(Bucket=outputs["ConsoleBucketName"], Key="config.json")["Body"].read())
    assert config["signIn"]["clientId"] == outputs["ConsoleClientId"]
    assert config["signIn"]["authority"].endswith(outputs["UserPoolId"])
    client = aws_session().client("cognito-idp", endpoint_url=engines.aws_url)
    told = client.describe_user_pool_client(UserPoolId=outputs["UserPoolId"], ClientId=outputs["ConsoleClientId"])
    assert told["UserPoolClient"]["CallbackURLs"] == [f"{outputs['ConsoleUrl']}/signed-in"]
    assert told["UserPoolClient"]["AllowedOAuthFlows"] == ["code"]
    assert "ClientSecret" not in told["UserPoolClient"]

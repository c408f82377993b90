"""What every test may ask for: engines, clients of theirs, and the whole system in this process.

By default DynamoDB and SQS are moto in this process, OpenSearch is osmem, and Redis is real; with ENGINES=real all four
are the real engines.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, HTTPHeaders
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from opensearchpy import OpenSearch
from redis import Redis
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling

from common.cache.connection import Cache
from common.engines.administration import administrator
from common.engines.connections import Connections
from common.settings import Settings
from local.engines import REGION, Engines
from local.engines.default import start_redis, start_search
from local.engines.real import start_real
from local.inprocess.identity import Identity
from local.inprocess.system import System
from local.places import ENGINES
from local.processes import Processes
from tests.security.iam import enforced

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient


class _ByFileOrBrowser(LoadFileScheduling):  # type: ignore[misc]  # untyped
    """A process for each file, and one for all that drive the browser: they share a system that takes long to fill."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return _ByFileOrBrowser(config, log)


@pytest.fixture(scope="session")
def engine_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the engines write while they run, a NAME.log of each."""
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="session")
def processes(engine_logs: Path) -> Iterator[Processes]:
    """The engines' processes, by the names that they were started under."""
    with Processes(engine_logs) as running:
        yield running


@pytest.fixture(scope="session")
def engines(processes: Processes) -> Iterator[Engines]:
    """Started at the first use, for the whole run."""
    if os.environ.get("ENGINES") == "real":
        yield start_real(processes, ENGINES)
        return
    search, cache = start_search(processes), start_redis(processes)
    with mock_aws(), one_call_of_moto_at_a_time(), moto_behind_the_functions_client():
        yield Engines(dynamodb_url="", sqs_url="", opensearch_url=search, cache_url=cache)


@contextmanager
def one_call_of_moto_at_a_time() -> Iterator[None]:
    """moto answers in the caller's thread and locks nothing: of two transactions at once, one may undo the other."""
    lock, answer = threading.RLock(), BotocoreStubber.process_request

    def alone(stubber: BotocoreStubber, request: Any) -> Any:
        with lock:
            return answer(stubber, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", alone)
        yield


@contextmanager
def moto_behind_the_functions_client() -> Iterator[None]:
    """moto listens to botocore only: what the functions' own client would send, it is given as botocore gives it."""

    ask = Connections.ask

    def asked(
        connections: Connections, method: str, target: str, headers: Mapping[str, str], body: bytes, *more: Any
    ) -> tuple[int, bytes]:
        if not connections.host.endswith(".amazonaws.com"):
            return ask(connections, method, target, headers, body, *more)
        url, sent = f"https://{connections.host}{target}", HTTPHeaders.from_dict(headers)
        request = AWSPreparedRequest(method, url, sent, body, stream_output=False)
        answered = botocore_stubber.process_request(request)
        assert answered, f"moto knows nothing of {url}"
        status, _, answer = answered
        return status, answer.encode() if isinstance(answer, str) else answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connections, "ask", asked)
        yield


@pytest.fixture(scope="session")
def opensearch_url(engines: Engines) -> str:
    return engines.opensearch_url


@pytest.fixture(scope="session")
def admin(opensearch_url: str) -> Iterator[OpenSearch]:
    """Who makes indices."""
    with administrator(Settings(opensearch_url=opensearch_url)) as client:
        yield client


@pytest.fixture(scope="session")
def redis_url(engines: Engines) -> str:
    return engines.cache_url


@pytest.fixture(scope="session")
def redis(redis_url: str) -> Iterator[Redis]:
    """A complete client, to look and to meddle with."""
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture(scope="session")
def connection(redis_url: str) -> Iterator[Cache]:
    """The functions' own."""
    with Cache(redis_url, timeout_seconds=2) as cache:
        yield cache


@pytest.fixture(scope="session")
def dynamodb_sdk(engines: Engines) -> Iterator["DynamoDBClient"]:
    client = boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=engines.dynamodb_url or None,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    client.close()


@pytest.fixture(scope="session")
def dynamodb(dynamodb_sdk: "DynamoDBClient") -> "DynamoDBClient":
    return dynamodb_sdk


@pytest.fixture(scope="session")
def sqs(engines: Engines) -> Iterator["SQSClient"]:
    client = boto3.client(
        "sqs",
        region_name=REGION,
        endpoint_url=engines.sqs_url or None,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    client.close()


@pytest.fixture(scope="session")
def identity() -> Identity:
    """One for the whole run: a key takes a while to make."""
    return Identity()


@pytest.fixture
def system(engines: Engines, identity: Identity) -> Iterator[System]:
    """Empty, with every function of template.yaml behind its HTTP API, and held to its permissions there."""
    with System(engines, identity) as fresh, enforced(fresh):
        yield fresh

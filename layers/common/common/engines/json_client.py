"""DynamoDB and SQS, spoken to in their own JSON: what the functions call AWS by (docs/adr/0028)."""

import os
import random
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import orjson
from botocore.exceptions import ClientError, HTTPClientError

from common.engines.connections import NO_ANSWER, Connections
from common.engines.signing import Signer, credentials, region
from common.errors import Permanent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

Service = Literal["dynamodb", "sqs"]

_TARGETS: Final = {"dynamodb": "DynamoDB_20120810", "sqs": "AmazonSQS"}
_CONTENT: Final = "application/x-amz-json-1.0"
_USER_AGENT: Final = "payments-cqrs"
_MAY_PASS: Final = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
"""What the SDK, too, tries again, beside an answer of 500 and more and none at all."""
_LONGEST_PAUSE: Final = 20
# Executions that one snapshot started would share the state of a seeded generator, and so their pauses.
_random = random.SystemRandom()


@dataclass(frozen=True)
class Limits:
    """A call's, so that it ends while the function still has time to say so. Seconds are those of each step."""

    connect_seconds: float = 1
    read_seconds: float = 3
    tries: int = 3


_BRIEFLY: Final = Limits()


def dynamodb_client(limits: Limits = _BRIEFLY) -> "DynamoDBClient":
    """As far as the adapters know, boto3's."""
    return cast("DynamoDBClient", JsonClient("dynamodb", limits))


def sqs_client(limits: Limits = _BRIEFLY) -> "SQSClient":
    """As far as the adapters know, boto3's."""
    return cast("SQSClient", JsonClient("sqs", limits))


class JsonClient:
    """A service's operations by the names that boto3 gives them: they take, answer and raise the same.

    For all threads of a process. What it calls and with which keys is read from the environment at the first call.
    """

    def __init__(self, service: Service, limits: Limits) -> None:
        self.service = service
        self._limits = limits

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self.call, name.title().replace("_", ""))

    def call(self, operation: str, /, **parameters: Any) -> Any:  # noqa: ANN401  # each operation has its own answer
        """An operation's answer. Raises ClientError when the service refuses, BotoCoreError when it does not answer.

        Trouble that may pass is waited out, twice as long each time: a repeated call does the same again, or is known.
        """
        body = orjson.dumps(parameters, default=_base64)
        for before in range(self._limits.tries - 1):
            try:
                return self._once(operation, body)
            except HTTPClientError:
                pass
            except ClientError as error:
                if not _may_pass(error):
                    raise
            time.sleep(_random.uniform(0, min(_LONGEST_PAUSE, 2**before)))
        return self._once(operation, body)

    def close(self) -> None:
        """Hang up."""
        self._connections.close()

    def _once(self, operation: str, body: bytes) -> Any:  # noqa: ANN401
        try:
            status, answer = self._connections.ask("POST", "/", self._signed(operation, body), body)
            if status < 300:
                return _loaded(answer)
        except (*NO_ANSWER, orjson.JSONDecodeError) as error:
            raise HTTPClientError(error=error) from error
        raise _refusal(operation, status, answer)

    @cached_property
    def _connections(self) -> Connections:
        return Connections(_endpoint(self.service), self._limits.read_seconds, self._limits.connect_seconds)

    @cached_property
    def _signer(self) -> Signer:
        return Signer(self.service, region(), credentials())

    def _signed(self, operation: str, body: bytes) -> Mapping[str, str]:
        headers = {
            "content-type": _CONTENT,
            "user-agent": _USER_AGENT,
            "x-amz-target": f"{_TARGETS[self.service]}.{operation}",
        }
        return self._signer.signed("POST", self._connections.host, "/", body, headers)


def _endpoint(service: Service) -> str:
    """As the SDK finds it: the environment's, or the region's."""
    given = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    if given and not given.startswith(("http://", "https://")):
        raise Permanent(f"AWS_ENDPOINT_URL must begin with http:// or https://, not be {given!r}")
    suffix = ".cn" if region().startswith("cn-") else ""
    return given or f"https://{service}.{region()}.amazonaws.com{suffix}"


def _base64(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"a {type(value).__name__} is nothing that JSON has")


def _loaded(answer: bytes) -> Any:  # noqa: ANN401  # each operation has its own
    loaded = orjson.loads(answer or b"{}")
    return _with_bytes(loaded) if b'"B":' in answer else loaded


def _with_bytes(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """DynamoDB's binary values as the bytes that they are."""
    match value:
        case {"B": str(encoded)} if len(value) == 1:
            return {"B": b64decode(encoded)}
        case dict():
            return {name: _with_bytes(each) for name, each in value.items()}
        case list():
            return [_with_bytes(each) for each in value]
    return value


def _may_pass(refused: ClientError) -> bool:
    told = refused.response
    return told["ResponseMetadata"]["HTTPStatusCode"] >= 500 or told["Error"]["Code"] in _MAY_PASS


def _refusal(operation: str, status: int, answer: bytes) -> ClientError:
    try:
        told = _loaded(answer)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        told = {}  # a page of something on the way
    code = str(told.pop("__type", status)).rpartition("#")[2]
    message = told.pop("message", told.pop("Message", ""))
    error = {"Code": code, "Message": message}
    response = {**told, "Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)  # type: ignore[arg-type]  # the rest of the metadata is read by nobody

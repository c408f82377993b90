"""What the rows stand on: the real engines, the functions wired to them, and, for who asks, a million payments."""

import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import urllib3
from rich.console import Console

from bench.seed import PAYMENTS_EACH, seed
from common.payments.index import FIRST_INDEX, index_body
from local.engines import REGION
from local.inprocess.runtime import ACCOUNT, Context
from local.inprocess.system import System
from local.processes import Processes
from local.sam.build import Built, build

SMALL_INDEX = "small-000001"
ENOUGH_TIME = 900.0


class World:
    """Built once a run; the payments are put in when the first row asks for them."""

    def __init__(self, system: System, processes: Processes, payments: int, points: int, console: Console) -> None:
        self.system = system
        self.processes = processes
        self.console = console
        self.points = points
        self._organizations = max(1, payments // PAYMENTS_EACH)
        self._raw = urllib3.PoolManager(maxsize=4)

    @cached_property
    def organizations(self) -> list[str]:
        """Those with their payments in the index."""
        seed(self.system.opensearch, FIRST_INDEX, self._organizations, self.console)
        return [f"org-{number}" for number in range(self._organizations)]

    @cached_property
    def few_organizations(self) -> list[str]:
        """A tenth of them, each of the same size, in an index of their own."""
        few = max(1, self._organizations // 10)
        body = index_body(refresh_interval_ms=500, replicas=0)
        self.system.opensearch.indices.create(index=SMALL_INDEX, body=body)
        seed(self.system.opensearch, SMALL_INDEX, few, self.console)
        return self.organizations[:few]

    @cached_property
    def built(self) -> Built:
        """What is deployed, but for this machine's processor and Python."""
        return build()

    def post(self, path: str, body: bytes) -> bytes:
        """A plain HTTP request to OpenSearch; the body of its answer, which must be a good one."""
        url = f"{self.system.opensearch_url}{path}"
        answer = self._raw.request("POST", url, body=body, headers={"content-type": "application/json"})
        if answer.status != 200:
            raise RuntimeError(f"OpenSearch answered {answer.status}: {answer.data[:500]!r}")
        return answer.data


def context(function: str = "bench", memory: int = 1024) -> Context:
    """What Lambda gives a handler beside the event."""
    return Context(function, memory, deadline=ENOUGH_TIME * 1_000)


def http_event(
    method: str,
    path: str,
    organization: str,
    query: Mapping[str, str] | None = None,
    body: str | None = None,
    content_type: str = "application/json",
) -> dict[str, Any]:
    """A request as API Gateway gives it to a function, payload 2.0."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {"accept": "*/*", "host": "localhost", "user-agent": "bench", "content-type": content_type},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "bench",
            "domainName": f"bench.execute-api.{REGION}.amazonaws.com",
            "domainPrefix": "bench",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "b"},
            "requestId": str(uuid.uuid4()),
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": "31/Jan/2011:12:00:00 +0000",
            "timeEpoch": 1296475200000,
            "authorizer": {
                "jwt": {
                    "claims": {"sub": "user-1", "custom:organizationId": organization, "custom:role": "agent"},
                    "scopes": None,
                }
            },
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = dict(query)
    if body is not None:
        event["body"] = body
    return event

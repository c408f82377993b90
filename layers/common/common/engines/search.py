"""The connection to OpenSearch: signed with SigV4 on AWS, plain on one machine."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson
from opensearchpy import JSONSerializer, OpenSearch, RequestsHttpConnection, Transport, Urllib3HttpConnection
from opensearchpy.exceptions import ConnectionError as NotConnected
from opensearchpy.exceptions import ConnectionTimeout

from common.edge.observability import tracer
from common.engines.signing import credentials, region
from common.settings import Settings

T = TypeVar("T")


class OrjsonSerializer(JSONSerializer):
    """orjson in place of json: the same documents in a tenth of the time."""

    def loads(self, s: str | bytes) -> object:
        """Decode an answer."""
        return orjson.loads(s)

    def dumps(self, data: object) -> bytes | str:
        """Encode a body; text and bytes are taken as encoded already."""
        if isinstance(data, str | bytes):
            return data
        return orjson.dumps(data, default=self.default)


class TracedTransport(Transport):
    """Each request is a part of the trace that it is made in."""

    def perform_request(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as it is there
        """Send a request."""
        with tracer.remote("OpenSearch"):
            return super().perform_request(*args, **options)


def connect(settings: Settings, timeout_seconds: float) -> OpenSearch:
    """A client whose connections live as long as the process.

    `timeout_seconds` bounds each request and must be shorter than the function's own time limit. The client does not
    retry: the queue retries writes, and the caller decides about reads.
    """
    url = urlsplit(settings.require("opensearch_url").opensearch_url)
    secure = url.scheme == "https"
    shared: dict[str, Any] = {
        "hosts": [{"host": url.hostname, "port": url.port or (443 if secure else 9200)}],
        "use_ssl": secure,
        "verify_certs": secure,
        "timeout": timeout_seconds,
        "max_retries": 0,
        "retry_on_timeout": False,
        "serializer": OrjsonSerializer(),
        "transport_class": TracedTransport,
        "pool_maxsize": 10,
    }
    if not settings.opensearch_service:
        return OpenSearch(connection_class=Urllib3HttpConnection, **shared)
    return OpenSearch(connection_class=RequestsHttpConnection, http_auth=_sigv4(settings.opensearch_service), **shared)


def _sigv4(service: str) -> object:
    from requests_aws4auth import AWS4Auth  # noqa: PLC0415  # only a signed connection needs it

    return AWS4Auth(region=region(), service=service, refreshable_credentials=credentials())


def on_an_open_connection(request: Callable[[], T]) -> T:
    """The answer to a request that may be repeated: a kept connection may have been closed while the function slept."""
    try:
        return request()
    except ConnectionTimeout:
        raise
    except NotConnected:
        return request()

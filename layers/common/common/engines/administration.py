"""opensearch-py, for those who make indices and roles: all that OpenSearch can be told, at leisure (docs/adr/0028)."""

from typing import Any

from opensearchpy import OpenSearch, RequestsHttpConnection, Urllib3HttpConnection
from requests_aws4auth import AWS4Auth

from common.engines.signing import credentials, region
from common.settings import Settings

_SECONDS = 30


def administrator(settings: Settings) -> OpenSearch:
    """Signs with SigV4 on AWS. Whoever answers to somebody takes `common.engines.search`, which loads in no time."""
    url, service = settings.require("opensearch_url").opensearch_url, settings.opensearch_service
    limits: dict[str, Any] = {"timeout": _SECONDS, "max_retries": 0}
    if not service:
        return OpenSearch(url, connection_class=Urllib3HttpConnection, **limits)
    auth = AWS4Auth(region=region(), service=service, refreshable_credentials=credentials())
    return OpenSearch(url, connection_class=RequestsHttpConnection, http_auth=auth, **limits)

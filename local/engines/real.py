"""The real engines without Docker: OpenSearch, DynamoDB Local and ElasticMQ from Maven coordinates, and Redis.

They need Java 17 or 21, Maven and redis-server. Downloads stay in a home directory, so a second start is quick. S3 and
SNS, which nobody can run but AWS, are ministack's.
"""

import fcntl
from pathlib import Path

from local.engines import Engines
from local.engines.default import start_aws, start_redis
from local.engines.java import java_home
from local.engines.maven import fetch
from local.engines.opensearch import install, start_opensearch
from local.processes import Processes, free_port, listening

DYNAMODB = "com.amazonaws:DynamoDBLocal:2.5.4"
ELASTICMQ = "org.elasticmq:elasticmq-server_2.13:1.6.12"


def start_real(processes: Processes, home: Path) -> Engines:
    """Start them on free ports, empty, and wait until they answer; downloads go into `home`. Raises LocalError."""
    java = java_home()
    home = home.resolve()
    _download(home)
    return Engines(
        dynamodb_url=start_dynamodb(processes, home, java),
        sqs_url=start_elasticmq(processes, home, java),
        opensearch_url=start_opensearch(processes, home, java),
        cache_url=start_redis(processes),
        aws_url=start_aws(processes),
    )


def _download(home: Path) -> None:
    """Fetch all that is not there yet; who starts at the same time waits for it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fetch(home / "dynamodb", DYNAMODB)
        fetch(home / "elasticmq", ELASTICMQ)
        install(home)


def start_dynamodb(processes: Processes, home: Path, java: Path) -> str:
    """Start DynamoDB Local, in memory. Answers its URL."""
    jars, port = fetch(home / "dynamodb", DYNAMODB), free_port()
    argv = [
        str(java / "bin" / "java"),
        f"-Djava.library.path={jars}",
        f"-Dsqlite4java.library.path={jars}",
        "-cp",
        f"{jars}/*",
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        "-inMemory",
        "-sharedDb",
        "-disableTelemetry",
        "-port",
        str(port),
    ]
    # It writes a file of its own into the current directory.
    processes.start("dynamodb", argv, ready=lambda: listening(port), cwd=processes.scratch())
    return f"http://127.0.0.1:{port}"


def start_elasticmq(processes: Processes, home: Path, java: Path) -> str:
    """Start ElasticMQ, an SQS in memory. Answers its URL."""
    jars, port = fetch(home / "elasticmq", ELASTICMQ), free_port()
    argv = [
        str(java / "bin" / "java"),
        "-Dnode-address.host=127.0.0.1",
        f"-Dnode-address.port={port}",
        "-Drest-sqs.bind-hostname=127.0.0.1",
        f"-Drest-sqs.bind-port={port}",
        "-Drest-stats.enabled=false",
        "-cp",
        f"{jars}/*",
        "org.elasticmq.server.Main",
    ]
    processes.start("elasticmq", argv, ready=lambda: listening(port), cwd=processes.scratch())
    return f"http://127.0.0.1:{port}"

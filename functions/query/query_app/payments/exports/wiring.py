"""The composition root of the exports, built at first use and kept as long as the process."""

from functools import cache
from typing import TYPE_CHECKING, Any

from common.bus import Caller, CommandBus
from common.edge.middleware import counting, logging, tracing
from common.engines.aws import later
from common.engines.json_client import dynamodb_client, sqs_client
from common.settings import Settings
from query_app.payments.exports.adapters.files import S3Files
from query_app.payments.exports.adapters.jobs import DynamoDBJobs
from query_app.payments.exports.adapters.messages import SqsMessages
from query_app.payments.exports.use_cases import ExportUseCases, GetExport, ListExports, StartExport

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A link names the bucket's own region: the global name redirects, which a signature does not survive.
_S3: dict[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 8,
    "retries": {"mode": "standard", "total_max_attempts": 2},
    "signature_version": "s3v4",
    "s3": {"addressing_style": "virtual"},
}


@cache
def settings() -> Settings:
    """The environment, read once."""
    return Settings.from_env().require("table_name", "exports_bucket", "exports_queue_url")


@cache
def s3() -> "S3Client":
    """The one client of the process."""
    client: S3Client = later("s3", **_S3)
    return client


@cache
def jobs() -> DynamoDBJobs:
    """The jobs."""
    return DynamoDBJobs(dynamodb_client(), settings().table_name)


@cache
def messages() -> SqsMessages:
    """The way to the worker."""
    return SqsMessages(sqs_client(), settings().exports_queue_url)


@cache
def files() -> S3Files:
    """The bucket."""
    return S3Files(s3(), settings().exports_bucket)


@cache
def bus() -> CommandBus[Caller]:
    """What callers may ask, behind logging, tracing and counting."""
    exports = ExportUseCases(jobs(), messages(), files())
    asked = CommandBus[Caller]([logging, tracing, counting])
    asked.register(StartExport, exports.start)
    asked.register(GetExport, exports.get)
    asked.register(ListExports, exports.latest)
    return asked

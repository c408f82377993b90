"""Work on exports, asked for by SQS."""

from typing import TYPE_CHECKING

import orjson

from common.engines.sqs import translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsMessages:
    """`Messages` on one queue."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, organization_id: str, export_id: str) -> None:
        """See `Messages`."""
        body = orjson.dumps({"organizationId": organization_id, "exportId": export_id}).decode()
        with translated():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)

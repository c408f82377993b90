"""The topic of alerts in SNS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson

from common.edge.observability import logger
from common.engines.sqs import translated
from query_app.payments.saved.search import Alert, Match

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsTopic:
    """`Topic` on SNS. A message names things by their ids: who may not read them learns nothing more."""

    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def tell(self, alert: Alert, matches: Sequence[Match]) -> Sequence[Match]:
        """See `Topic`; one call, so up to ten."""
        attributes = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in (("organizationId", alert.organization_id), ("searchId", alert.search_id))
        }
        with translated("SNS"):
            answer = self._client.publish_batch(
                TopicArn=self._arn,
                PublishBatchRequestEntries=[
                    {"Id": str(number), "Message": _message(alert, match), "MessageAttributes": attributes}  # type: ignore[typeddict-item]  # just these
                    for number, match in enumerate(matches)
                ],
            )
        for failure in answer.get("Failed", []):
            logger.warning("alert not sent", extra={"search_id": alert.search_id, "reason": failure["Code"]})
        return [matches[int(success["Id"])] for success in answer.get("Successful", [])]


def _message(alert: Alert, match: Match) -> str:
    return orjson.dumps(
        {
            "alertId": f"{alert.search_id}:{match.payment_id}",
            "organizationId": alert.organization_id,
            "searchId": alert.search_id,
            "paymentId": match.payment_id,
            "version": match.version,
            "link": f"/v1/payments/{match.payment_id}",
        }
    ).decode()

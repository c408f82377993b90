"""The topic of alerts in SNS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson

from common.edge.observability import logger
from common.engines.sqs import translated
from query_app.saved.search import Alert, Match, Reached, Threshold

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef


class SnsTopic:
    """`Topic` on SNS. A message names things by their ids: who may not read them learns nothing more."""

    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def tell_that_it_is_reached(self, alert: Alert, threshold: Threshold, reached: Reached) -> None:
        """See `Topic`."""
        message = {
            "alertId": f"{alert.search_id}:{alert.through}",
            "organizationId": alert.organization_id,
            "searchId": alert.search_id,
            "count": reached.count,
            "threshold": threshold.count,
            "windowMinutes": threshold.window_minutes,
            "from": reached.since,
            "to": reached.until,
            "link": f"/v1/searches/{alert.search_id}",
        }
        with translated("SNS"):
            self._client.publish(
                TopicArn=self._arn, Message=orjson.dumps(message).decode(), MessageAttributes=_attributes(alert)
            )

    def tell(self, alert: Alert, matches: Sequence[Match]) -> Sequence[Match]:
        """See `Topic`; one call, so up to ten."""
        attributes = _attributes(alert)
        with translated("SNS"):
            answer = self._client.publish_batch(
                TopicArn=self._arn,
                PublishBatchRequestEntries=[
                    {"Id": str(number), "Message": _message(alert, match), "MessageAttributes": attributes}
                    for number, match in enumerate(matches)
                ],
            )
        for failure in answer.get("Failed", []):
            logger.warning("alert not sent", extra={"search_id": alert.search_id, "reason": failure["Code"]})
        return [matches[int(success["Id"])] for success in answer.get("Successful", [])]


def _attributes(alert: Alert) -> "dict[str, MessageAttributeValueTypeDef]":
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in (("organizationId", alert.organization_id), ("searchId", alert.search_id))
    }


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

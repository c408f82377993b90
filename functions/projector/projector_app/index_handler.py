"""Lambda entry of the custom resource that opens OpenSearch to the functions and creates the search index."""

from typing import Any

import orjson
import urllib3
from aws_lambda_powertools.utilities.typing import LambdaContext

from common.edge.observability import logger
from common.engines.administration import administrator
from common.engines.index_admin import ensure_indices
from common.errors import Permanent
from common.settings import Settings
from projector_app.access import grant


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001
    """CloudFormation custom resource event in; the answer goes to its ResponseURL. The index outlives the stack."""
    try:
        if event["RequestType"] != "Delete":
            settings = Settings.from_env()
            with administrator(settings) as client:
                if roles := event["ResourceProperties"].get("Roles"):
                    grant(client, roles)
                created = ensure_indices(client, settings.refresh_interval_ms)
            logger.info("index", extra={"was_created": created})
    except Exception as error:
        # A deployment that hears nothing waits for an hour.
        _answer(event, "FAILED", repr(error))
        raise
    _answer(event, "SUCCESS", "")


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": status, "Reason": reason, "PhysicalResourceId": "payments-index"}
    # The signed URL allows no content type. It is plain HTTP on one machine, which crhelper cannot speak.
    url, body = event["ResponseURL"], orjson.dumps(answer)
    taken = urllib3.request("PUT", url, body=body, headers={"Content-Type": ""}, retries=3, timeout=10)
    if taken.status >= 300:
        raise Permanent(f"CloudFormation did not take the answer: {taken.status}")

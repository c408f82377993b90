"""What every adapter on DynamoDB makes of its errors, its pages and its transactions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from common.errors import EngineUnavailable, VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

Key = dict[str, "AttributeValueTypeDef"]

CONDITION_FAILED = "ConditionalCheckFailed"

_CONTENDED_REASONS = frozenset({"TransactionConflict"})
_THROTTLED_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})
_THROTTLED = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"})
_CONTENDED = "TransactionConflictException"
_FAILED, _CANCELED = "ConditionalCheckFailedException", "TransactionCanceledException"
# Our own first try, which the SDK repeats, is still running: it may yet commit, so nobody may decide anew.
_UNKNOWN = "TransactionInProgressException"


class ConditionFailed(Exception):
    """The condition of a write did not hold. `item` is what is there, if the call asked for it; else it is empty."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        super().__init__("a condition did not hold")
        self.item = item


@contextmanager
def translated() -> Iterator[None]:
    """Turn a DynamoDB that cannot answer now into a Retryable error; anything else is a defect and goes up.

    Raises ConditionFailed for a single write whose condition does not hold.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == _FAILED:
            raise ConditionFailed(cast("Mapping[str, Any]", error.response).get("Item", {})) from error
        if code == _CONTENDED:
            raise VersionConflict("Another call is writing the same payment.") from error
        if code == _UNKNOWN or code in _THROTTLED or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise EngineUnavailable(f"DynamoDB did not answer: {code}") from error
        raise
    except BotoCoreError as error:
        raise EngineUnavailable(f"DynamoDB did not answer: {type(error).__name__}") from error


def transact(client: "DynamoDBClient", actions: Sequence["TransactWriteItemTypeDef"]) -> Sequence[Mapping[str, Any]]:
    """Commit all of them or none. Answers nothing when committed, else a reason an action, in their order.

    Only failed conditions come back as reasons; contention raises VersionConflict, throttling EngineUnavailable.
    """
    try:
        with translated():
            # By its token a repeated call is known, whose first answer was lost.
            client.transact_write_items(TransactItems=actions, ClientRequestToken=str(uuid4()))
    except ClientError as error:
        if error.response["Error"]["Code"] != _CANCELED:
            raise
        reasons: Sequence[Mapping[str, Any]] = cast("Mapping[str, Any]", error.response)["CancellationReasons"]
        codes = {reason.get("Code") for reason in reasons}
        if CONDITION_FAILED in codes:
            return reasons
        if codes & _CONTENDED_REASONS:
            raise VersionConflict("Another call is writing the same payment.") from error
        if codes & _THROTTLED_REASONS:
            raise EngineUnavailable("DynamoDB is throttling.") from error
        raise
    return ()


def pages(query: Callable[..., Any], **parameters: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401  # a query's own
    """The items of a query or a scan, a page at a time. Raises as `translated` does."""
    while True:
        with translated():
            page = query(**parameters)
        yield page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def counted(table: str, key: Key, by: int, most: int | None = None) -> "TransactWriteItemTypeDef":
    """Count up or down, up to the most there may be."""
    update: TransactWriteItemTypeDef = {
        "Update": {
            "TableName": table,
            "Key": key,
            "UpdateExpression": "ADD held :by",
            "ExpressionAttributeValues": {":by": {"N": str(by)}},
        }
    }
    if most is not None:
        update["Update"]["ConditionExpression"] = "attribute_not_exists(held) OR held < :most"
        update["Update"]["ExpressionAttributeValues"] = {":by": {"N": str(by)}, ":most": {"N": str(most)}}
    return update

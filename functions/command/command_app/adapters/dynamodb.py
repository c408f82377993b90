"""What the adapters on the one DynamoDB table share."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from common.dynamodb import translated
from common.errors import EngineUnavailable, VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

CONDITION_FAILED = "ConditionalCheckFailed"

_CONTENDED_REASONS = frozenset({"TransactionConflict"})
_THROTTLED_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})


def transact(client: "DynamoDBClient", actions: Sequence["TransactWriteItemTypeDef"]) -> Sequence[Mapping[str, Any]]:
    """Commit all of them or none. Answers nothing when committed, else a reason an action, in their order.

    Only failed conditions come back as reasons; contention raises VersionConflict, throttling EngineUnavailable.
    """
    try:
        with translated():
            client.transact_write_items(TransactItems=actions)
    except client.exceptions.TransactionCanceledException as error:
        reasons = cast("Sequence[Mapping[str, Any]]", error.response["CancellationReasons"])
        codes = {reason.get("Code") for reason in reasons}
        if CONDITION_FAILED in codes:
            return reasons
        if codes & _CONTENDED_REASONS:
            raise VersionConflict("Another call is writing the same payment.") from error
        if codes & _THROTTLED_REASONS:
            raise EngineUnavailable("DynamoDB is throttling.") from error
        raise
    return ()

"""Lambda entry of the scheduled reconciliation: looks, counts and tells; it mends nothing."""

from itertools import islice
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from common.domain.instants import now
from common.edge.observability import count, logger, metrics, tracer
from operations_app import wiring
from operations_app.reports import Reconciled

TOLD = 1_000
"""Differences that are told one by one; the metric then says that there are at least as many."""


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """EventBridge schedule in; `{"payments": n, "buckets": n, "differences": n}` out."""
    reconciliation = wiring.reconciliation()
    comparison = reconciliation.compare()
    differences = list(islice(reconciliation.differences(comparison), TOLD))
    for wrong in differences:
        logger.error("difference", extra=wrong.as_dict())
    count("ReconciliationDifferences", len(differences))
    wiring.findings().keep(Reconciled(now(), comparison.payments, len(differences)))
    report = {"payments": comparison.payments, "buckets": comparison.buckets, "differences": len(differences)}
    logger.info("reconciled", extra=report)
    return report

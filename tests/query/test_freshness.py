"""The operators' report: exact percentiles, and every part by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from common.errors import EngineUnavailable
from query_app.service.freshness import Freshness, Json, age_ms, lag_summary

AT = datetime(2011, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lags_ms", "summary"),
    [
        ([], None),
        ([7], {"latest": 7, "p50": 7, "p95": 7, "p99": 7, "events": 1}),
        ([30, 10, 20], {"latest": 30, "p50": 20, "p95": 30, "p99": 30, "events": 3}),
        (list(range(1, 101)), {"latest": 1, "p50": 50, "p95": 95, "p99": 99, "events": 100}),
        (list(range(1000, 0, -1)), {"latest": 1000, "p50": 500, "p95": 950, "p99": 990, "events": 1000}),
    ],
)
def test_a_percentile_is_a_lag_that_was_measured(lags_ms: list[int], summary: Json | None) -> None:
    assert lag_summary(lags_ms) == summary


def test_an_age_is_never_negative() -> None:
    assert age_ms(AT - timedelta(milliseconds=1500), AT) == 1500
    assert age_ms(AT + timedelta(seconds=3), AT) == 0


def test_a_part_that_does_not_answer_is_null_with_its_reason_and_hides_no_other() -> None:
    def silent(organization_id: str, at: datetime) -> Json:
        raise EngineUnavailable("SQS did not answer.")

    report = Freshness({"queue": silent, "outbox": lambda organization_id, at: {"of": organization_id}})
    assert report.report("org-456", AT) == {
        "asOf": "2011-01-31T12:00:00.000Z",
        "queue": None,
        "outbox": {"of": "org-456"},
        "unavailable": {"queue": "SQS did not answer."},
    }

"""Control totals: whatever differs between the sides shows in them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations_app.totals import NONE, Bucket, Difference, Entry, Key, Totals, difference, differing, totals_of

NOON = datetime(2011, 1, 31, 12, tzinfo=UTC)


def entry(
    payment_id: str = "p1", version: int = 1, minor: int = 100, day: str = NONE, status: str = "requested"
) -> Entry:
    return Entry(Key("org-1", payment_id), version, Bucket("org-1", "EUR", day), status, minor, 0, NOON)


sides = st.dictionaries(st.sampled_from(["p1", "p2", "p3", "p4"]), st.integers(1, 4))


@given(sides, sides)
def test_buckets_agree_when_and_only_when_the_payments_do(written: dict[str, int], shown: dict[str, int]) -> None:
    # Given payments that differ at most in which there are and in their versions
    expected = totals_of([[entry(*each) for each in written.items()]])
    found = totals_of([[entry(*each)] for each in shown.items()])
    # Then some bucket differs exactly when the payments do
    assert bool(list(differing(expected, found.items()))) == (written != shown)


def test_a_stale_payment_that_is_not_the_newest_shows() -> None:
    expected = totals_of([[entry("p1", 3), entry("p2", 2)]])
    found = totals_of([[entry("p1", 3), entry("p2", 1)]])
    assert (found[Bucket("org-1", "EUR", NONE)].max_version, len(list(differing(expected, found.items())))) == (3, 1)


def test_one_missing_and_one_extra_do_not_cancel_each_other_out() -> None:
    expected, found = totals_of([[entry("p1")]]), totals_of([[entry("p2")]])
    [(_, wanted, there)] = differing(expected, found.items())
    assert (wanted.count, wanted.minor, wanted.max_version) == (there.count, there.minor, there.max_version)


def test_a_bucket_of_one_side_only_differs_from_nothing() -> None:
    expected = totals_of([[entry(day="2011-01-31")]])
    [(bucket, wanted, found)] = differing(expected, iter(()))
    assert (bucket.day, wanted.count, found) == ("2011-01-31", 1, Totals())


@pytest.mark.parametrize(
    ("expected", "found", "kind"),
    [
        (entry(), entry(), None),
        (None, None, None),
        (entry(), None, "missing"),
        (None, entry(), "extra"),
        (entry(version=2), entry(version=1), "stale"),
        (entry(version=1), entry(version=2), "ahead"),
        (entry(minor=100), entry(minor=101), "altered"),
        (entry(), entry(status="failed"), "altered"),
    ],
)
def test_each_difference_has_its_name(expected: Entry | None, found: Entry | None, kind: str | None) -> None:
    judged = difference(Key("org-1", "p1"), expected, found)
    assert (judged.kind if judged else None) == kind


def test_a_difference_is_a_json_line() -> None:
    assert Difference("stale", Key("org-1", "p1"), 2, 1).as_dict() == {
        "kind": "stale",
        "organizationId": "org-1",
        "paymentId": "p1",
        "expectedVersion": 2,
        "foundVersion": 1,
    }

"""Saved searches, alerts and their claims in DynamoDB."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from command_app.payments.adapters.saved_searches import DynamoDBSavedSearches as Forgetting
from common.errors import Conflict, TooMany, VersionConflict
from common.payments.state import ERASED
from query_app.saved.adapters.claims import DynamoDBClaims
from query_app.saved.adapters.searches import DynamoDBSavedSearches
from query_app.saved.search import MAX_ALERTS, MAX_OWN, Alert, Match, SavedSearch

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = "2026-11-24T12:00:00.000Z"


@pytest.fixture
def searches(dynamodb: "DynamoDBClient", table: str) -> DynamoDBSavedSearches:
    return DynamoDBSavedSearches(dynamodb, table)


@pytest.fixture
def forget(dynamodb: "DynamoDBClient", table: str) -> Callable[[str, str], None]:
    return Forgetting(dynamodb, table).forget


@pytest.fixture
def left(dynamodb: "DynamoDBClient", table: str) -> Callable[[], list[str]]:
    """What is in the table, but for counts of nothing."""

    def left() -> list[str]:
        items = dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
        return sorted(item["sk"]["S"].partition("#")[0] for item in items if item.get("held") != {"N": "0"})

    return left


def search(name: str = "Refunds", owner: str = "u-1", organization: str = "org-456", **fields: object) -> SavedSearch:
    plain = SavedSearch(
        organization, uuid4().hex, owner, name, {"q": "status:refunded"}, shared=False, alert=False, version=1,
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]


def test_one_is_found_as_it_was_kept_by_its_organization_only(searches: DynamoDBSavedSearches) -> None:
    searches.add(mine := search(shared=True))
    assert searches.get("org-456", mine.search_id) == mine
    assert searches.get("org-789", mine.search_id) is None
    assert searches.get("org-456", "s-0") is None


def test_one_reads_the_own_and_the_shared_ones(searches: DynamoDBSavedSearches) -> None:
    own, shared = search(), search(owner="u-2", shared=True)
    for each in (own, shared, search(owner="u-2", name="Private"), search(organization="org-789", shared=True)):
        searches.add(each)
    assert {each.search_id for each in searches.readable("org-456", "u-1")} == {own.search_id, shared.search_id}


def test_an_owner_has_a_name_once_until_it_is_given_back(searches: DynamoDBSavedSearches) -> None:
    searches.add(first := search("Refunds"))
    searches.add(search("Refunds", owner="u-2"))
    searches.add(other := search("Others"))
    with pytest.raises(Conflict, match="this name"):
        searches.add(search("Refunds"))
    with pytest.raises(Conflict, match="this name"):
        searches.replace(other, replace(other, name="Refunds", version=2))
    searches.replace(first, renamed := replace(first, name="Given back", version=2))
    searches.add(again := search("Refunds"))
    searches.remove(again)
    searches.remove(renamed)
    searches.add(search("Given back"))


def test_of_two_who_change_one_version_the_second_hears_of_it(searches: DynamoDBSavedSearches) -> None:
    searches.add(before := search())
    searches.replace(before, after := replace(before, version=2, shared=True))
    with pytest.raises(VersionConflict):
        searches.replace(before, replace(before, version=2))
    with pytest.raises(VersionConflict):
        searches.remove(before)
    searches.remove(after)
    with pytest.raises(VersionConflict):
        searches.remove(after)


def test_an_alert_is_there_while_it_is_on(searches: DynamoDBSavedSearches) -> None:
    searches.add(off := search())
    assert searches.alert_of("org-456", off.search_id) is None
    on = replace(off, alert=True, version=2, updated_at="2026-11-24T13:00:00.000Z")
    searches.replace(off, on)
    since = Alert("org-456", off.search_id, since=on.updated_at, through=on.updated_at)
    assert list(searches.alerts()) == [since]
    ran = replace(since, through="2026-11-24T14:00:00.000Z", last_run_at="2026-11-24T14:00:01.000Z", last_count=3)
    searches.ran(ran)
    renamed = replace(on, name="Other", version=3)
    searches.replace(on, renamed)
    assert searches.alert_of("org-456", off.search_id) == ran
    searches.replace(renamed, replace(renamed, alert=False, version=4))
    searches.ran(ran)
    assert list(searches.alerts()) == []


def test_what_is_removed_leaves_nothing(searches: DynamoDBSavedSearches, left: Callable[[], list[str]]) -> None:
    searches.add(mine := search(alert=True, shared=True))
    searches.remove(mine)
    assert left() == []


def test_a_user_has_so_many_and_an_organization_so_many_alerts(searches: DynamoDBSavedSearches) -> None:
    for number in range(MAX_ALERTS):
        searches.add(search(f"s-{number}", alert=True))
    with pytest.raises(TooMany, match=f"{MAX_ALERTS} alerts"):
        searches.add(search("one more", owner="u-2", alert=True))
    for number in range(MAX_ALERTS, MAX_OWN - 1):
        searches.add(search(f"s-{number}"))
    together = threading.Barrier(4)

    def add(number: int) -> bool:
        together.wait()
        try:
            searches.add(search(f"last {number}"))
        except (TooMany, VersionConflict):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(4))) <= 1
    assert len(searches.readable("org-456", "u-1")) <= MAX_OWN


def test_a_forgotten_user_s_searches_go_but_for_what_was_shared(
    searches: DynamoDBSavedSearches, forget: Callable[[str, str], None], left: Callable[[], list[str]]
) -> None:
    # Given searches of Jane, and of others who look for her, and for a Jane of another name
    jane = "jane@example.org"
    shared = search("Refunds", owner=jane, shared=True, alert=True)
    by_others = search("Novels", query={"q": "user:mary-jane@example.org"})
    of_others = search(organization="org-789", owner=jane)
    gone = [
        search("Mine", owner=jane, alert=True),
        search("VIP", query={"q": f"user:{jane} amount>100"}, shared=True),
        search(f"about {jane}"),
    ]
    for each in (shared, by_others, of_others, *gone):
        searches.add(each)

    # When she is forgotten, twice
    forget("org-456", jane)
    forget("org-456", jane)

    # Then only what names her no more is left, and her names are free
    assert searches.readable("org-456", "u-1") == sorted(
        [by_others, replace(shared, owner_id=ERASED, version=2)], key=lambda each: each.search_id
    )
    assert [alert.search_id for alert in searches.alerts()] == [shared.search_id]
    assert searches.get("org-789", of_others.search_id) == of_others
    nobodys = searches.get("org-456", shared.search_id)
    assert nobodys
    searches.remove(nobodys)
    searches.remove(by_others)
    searches.remove(of_others)
    assert left() in ([], ["OWN"])


def test_a_payment_is_claimed_by_one_and_told_of_once(dynamodb: "DynamoDBClient", table: str) -> None:
    claims = DynamoDBClaims(dynamodb, table)
    alert, match = Alert("org-456", "s-1", NOON, NOON), Match("p-1", 1, NOON)
    assert claims.claim(alert, match)
    assert not claims.claim(alert, match)
    assert claims.claim(replace(alert, search_id="s-2"), match)
    assert claims.told(alert, [match]) == set()
    claims.keep(alert, match)
    assert claims.told(alert, [match, Match("p-2", 1, NOON)]) == {"p-1"}
    assert not claims.claim(alert, match)

    # And a claim of a run that died is another's, a minute later
    other = Match("p-3", 1, NOON)
    assert claims.claim(alert, other)
    assert DynamoDBClaims(dynamodb, table, clock=lambda: time.time() + 62).claim(alert, other)


def test_more_than_a_call_takes_are_looked_up(dynamodb: "DynamoDBClient", table: str) -> None:
    claims, alert = DynamoDBClaims(dynamodb, table), Alert("org-456", "s-1", NOON, NOON)
    matches = [Match(f"p-{number}", 1, NOON) for number in range(130)]
    for match in matches[::2]:
        claims.keep(alert, match)
    assert claims.told(alert, matches) == {match.payment_id for match in matches[::2]}

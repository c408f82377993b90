"""A new index is built, compared, and takes over while commands and queries go on."""

import time
from dataclasses import dataclass, field

import pytest

from common.errors import Permanent
from common.payments.index import ALIAS_READ, document_id, own_alias
from common.settings import Settings
from local.inprocess.system import System
from operations_app import maintenance_wiring
from operations_app.ports import Roles
from operations_app.rebuild import Rebuild

OLD, NEW = "payments-000001", "payments-000002"


@dataclass
class Shop:
    """A caller who requests payments and sees at once, in every way there is, whether all of them are there."""

    system: System
    payments: list[str] = field(default_factory=list)

    def sell(self) -> None:
        payment_id = f"p{len(self.payments)}"
        body = {"paymentId": payment_id, "amount": "1.00", "currency": "EUR", "description": "Blue mug"}
        token = self.system.token("org-456")
        assert self.system.request("POST", "/v1/payments", body=body, token=token).status == 201
        self.payments.append(payment_id)

    def process(self, payment_id: str) -> None:
        body = {"amount": "1.00", "currency": "EUR"}
        path = f"/v1/payments/{payment_id}/process"
        assert self.system.request("POST", path, body=body, token=self.system.token("org-456")).status == 200

    def look(self) -> None:
        self.system.project()
        token = self.system.token("org-456")
        found = self.system.request("GET", "/v1/payments", query={"q": "mug"}, token=token)
        assert (found.status, found.json["total"]) == (200, len(self.payments))
        assert self.system.request("GET", f"/v1/payments/{self.payments[-1]}", token=token).status == 200

    def trade(self) -> None:
        self.sell()
        self.look()


@pytest.fixture
def shop(system: System) -> Shop:
    shop = Shop(system)
    for _ in range(6):
        shop.sell()
    shop.process("p0")
    shop.look()
    return shop


@pytest.fixture
def rebuild(shop: Shop) -> Rebuild:  # the system's environment must be there
    return maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=0, page_size=4)


def version_in(system: System, index: str, payment_id: str) -> int | None:
    answer = system.opensearch.get(index=index, id=document_id("org-456", payment_id), routing="org-456", ignore=404)
    return answer["_source"]["version"] if answer.get("found") else None


def test_the_new_index_takes_over_and_the_old_one_can_come_back(system: System, shop: Shop, rebuild: Rebuild) -> None:
    # Given a rebuild whose backfill is interrupted again and again by commands and queries
    assert rebuild.start() == NEW
    shop.process("p1")
    for _ in rebuild.backfill(segments=1):
        shop.trade()

    # When it takes over
    roles, differences = rebuild.swap(settle_seconds=0)

    # Then the control totals matched, the new one serves, and nobody misses anything
    assert (roles, differences) == (Roles(live=NEW, previous=OLD), [])
    assert list(system.opensearch.indices.get_alias(name=ALIAS_READ)) == [NEW]
    shop.trade()

    # And when the old one comes back, it has also what was sold meanwhile
    assert rebuild.roll_back() == Roles(live=OLD, rebuild=NEW)
    shop.look()
    shop.trade()
    assert system.reconcile()["differences"] == 0

    # And the new one can take over once more, until the old one is told to go
    assert rebuild.swap(settle_seconds=0) == (Roles(live=NEW, previous=OLD), [])
    assert rebuild.drop() == OLD
    assert rebuild.status()[0] == Roles(live=NEW)
    shop.trade()
    assert list(system.opensearch.indices.get_alias(index="payments-*")) == [NEW]


def test_a_rebuild_goes_on_where_it_was_killed(system: System, shop: Shop, rebuild: Rebuild) -> None:
    # Given a backfill that died after its first page
    rebuild.start(settle_seconds=0)
    first = next(iter(rebuild.backfill(segments=1)))
    assert first.scanned == 4

    # When another process goes on
    other = maintenance_wiring.rebuild_of(Settings.from_env(), grace_seconds=0, page_size=4)
    assert other.start(settle_seconds=0) == NEW
    pages = list(other.backfill(segments=3))

    # Then it reads what is left, in the segments of before, and the new index is whole
    assert pages[0].scanned > first.scanned
    _, positions, segments = other.status()
    assert (segments, [position.done for position in positions]) == (1, [True])
    assert other.swap(settle_seconds=0)[0].live == NEW
    shop.look()


def test_an_index_that_differs_does_not_take_over(system: System, shop: Shop, rebuild: Rebuild) -> None:
    # Given a new index that lost a document
    rebuild.start(settle_seconds=0)
    list(rebuild.backfill(segments=1))
    system.opensearch.delete(
        index=own_alias(NEW), id=document_id("org-456", "p3"), routing="org-456", params={"refresh": "true"}
    )
    # When it is to take over
    roles, differences = rebuild.swap(settle_seconds=0)
    # Then it does not, and the payment is named
    assert roles == Roles(live=OLD, rebuild=NEW)
    assert [(each.kind, each.key.payment_id) for each in differences] == [("missing", "p3")]
    # And dropping it leaves all as it was
    assert rebuild.drop() == NEW
    shop.trade()


def test_steps_out_of_order_are_refused_with_what_to_do(shop: Shop, rebuild: Rebuild) -> None:
    with pytest.raises(Permanent, match="start one with"):
        rebuild.swap(settle_seconds=0)
    with pytest.raises(Permanent, match="no previous index"):
        rebuild.roll_back()
    rebuild.start(settle_seconds=0)
    with pytest.raises(Permanent, match="not done"):
        rebuild.swap(settle_seconds=0)
    list(rebuild.backfill(segments=1))
    rebuild.swap(settle_seconds=0)
    with pytest.raises(Permanent, match="rebuild drop"):
        rebuild.start(settle_seconds=0)


def test_the_backfill_keeps_to_its_rate(shop: Shop, rebuild: Rebuild) -> None:
    rebuild.start(settle_seconds=0)
    began = time.monotonic()
    [*_, last] = rebuild.backfill(segments=1, rate=10)
    assert last.written / (time.monotonic() - began) < 13

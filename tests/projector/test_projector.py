"""A batch of messages: the newest wins, poison harms nobody, and order and repetition change nothing."""

import random
from collections.abc import Sequence

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from common.domain.documents import Document, written
from common.domain.instants import iso, now
from common.domain.model import JsonObject
from common.domain.packs import Pack, encoded, packed
from projector_app.metrics.reading import read as read_points
from projector_app.payments.reading import read
from projector_app.ports import Message, Part, Read, Told
from projector_app.projector import Projector
from tests.builders import NOON, event_of, message_of, payment_state
from tests.fakes.read_model import FakeDeadLetters, FakeDocumentIndex, FakeEpochs, FakeIntake


class ReadSide:
    """A projector on fakes."""

    def __init__(self, read: Read = read) -> None:
        self.index, self.letters, self.epochs = FakeDocumentIndex(), FakeDeadLetters(), FakeEpochs()
        self.intake = FakeIntake()
        self.projector = Projector(read, self.index, self.letters, self.epochs, self.intake)

    def project(self, *messages: Message) -> set[str]:
        return set(self.projector.project(messages))

    def versions(self) -> dict[str, int]:
        return {document_id: document.version for document_id, document in self.index.documents.items()}


@pytest.fixture
def side() -> ReadSide:
    return ReadSide()


def message(payment_id: str = "p1", version: int = 1, organization_id: str = "org-456", copy: int = 0) -> Message:
    state = payment_state(payment_id=payment_id, organization_id=organization_id, version=version)
    return message_of(event_of(state, "PaymentProcessed"), f"{organization_id}:{payment_id}:{version}:{copy}")


def test_a_batch_is_written_newest_first_and_nothing_is_asked_for_again(side: ReadSide) -> None:
    failed = side.project(
        message("p1", 1), message("p2", 2), message("p1", 3), message("p1", 2), message("p1", 3, copy=1)
    )
    assert failed == set()
    assert side.versions() == {"org-456:p1": 3, "org-456:p2": 2}


def test_only_organizations_that_changed_are_told_to_read_anew(side: ReadSide) -> None:
    side.project(message("p1", 2, "org-1"), message("p1", 1, "org-2"))
    side.project(message("p1", 2, "org-1"), message("p1", 1, "org-1"), message("p1", 2, "org-2"))
    assert side.epochs.bumps == {"org-1": 1, "org-2": 2}


def test_what_an_earlier_delivery_may_have_written_untold_is_told_now(side: ReadSide) -> None:
    # Given a delivery that died between its bulk and its bump
    side.project(message("p1", 2))
    side.epochs.bumps.clear()

    # When its message comes again
    side.project(replace(message("p1", 2), redelivered=True))

    # Then the caches hear of it
    assert side.epochs.bumps == {"org-456": 1}


@pytest.mark.parametrize("event_type", ["PaymentErased", "PaymentDeleted"])
def test_an_erasure_is_done_when_the_caches_have_heard_of_it(side: ReadSide, event_type: str) -> None:
    # Given an erasure beside other events, and a cache that is not there
    erasure = message_of(event_of(payment_state(payment_id="p1", version=3), event_type), "erasure")
    side.epochs.down = True

    # Then the index has it, and the queue delivers it again, and it alone
    assert side.project(message("p1", 1), message("p2", 1), erasure) == {"erasure"}
    assert side.versions() == {"org-456:p1": 3, "org-456:p2": 1}

    # Until the cache is back
    again = replace(erasure, redelivered=True)
    assert side.project(again) == {"erasure"}
    side.epochs.down = False
    assert side.project(again) == set()
    assert side.epochs.erased == {"org-456": 1}


def test_other_events_make_nobody_delete_anything(side: ReadSide) -> None:
    side.project(message("p1", 1, "org-1"), message("p1", 1, "org-2"))
    assert side.epochs.erased == {"org-1": 0, "org-2": 0}


def test_operators_are_told_what_is_left_of_a_batch(side: ReadSide) -> None:
    # Given messages of which one is done, one comes again, and one cannot be put aside
    side.index.busy, side.letters.full = {"org-456:p2"}, True
    busy, bad = message("p2", 1), Message("bad", "{")
    side.project(message("p1", 1), busy, bad)
    assert [*side.intake.held.values()] == [[busy, bad]]
    # And when all goes well, nothing
    side.project(message("p1", 2))
    assert [*side.intake.held.values()] == [[busy, bad]]


def test_an_engine_that_is_busy_gets_the_document_s_messages_again_and_only_those(side: ReadSide) -> None:
    side.index.busy = {"org-456:p1"}
    failed = side.project(message("p1", 1), message("p2", 1), message("p1", 2))
    assert failed == {"org-456:p1:1:0", "org-456:p1:2:0"}
    assert side.versions() == {"org-456:p2": 1}

    side.index.busy = set()
    assert side.project(message("p1", 1), message("p1", 2)) == set()
    assert side.versions()["org-456:p1"] == 2


def test_what_a_second_index_still_lacks_comes_again_though_it_is_live(side: ReadSide) -> None:
    # Given a rebuild whose new index takes nothing now
    side.index.owed = {"org-456:p1"}
    failed = side.project(message("p1", 1), message("p1", 2), message("p2", 1))
    # Then the newest message is asked for again, and readers see it already
    assert failed == {"org-456:p1:2:0"}
    assert side.versions() == {"org-456:p1": 2, "org-456:p2": 1}
    assert side.epochs.bumps == {"org-456": 1}
    # And once the new index takes it, nothing is
    side.index.owed = set()
    assert side.project(message("p1", 2)) == set()


def test_poison_goes_to_the_dead_letters_with_its_reason(side: ReadSide) -> None:
    failed = side.project(Message("bad-1", "{"), message("p1", 1), Message("bad-2", "{}"))
    assert failed == set()
    assert side.versions() == {"org-456:p1": 1}
    assert [(each.message.message_id, each.reason) for each in side.letters.kept] == [
        ("bad-1", "not JSON: unexpected end of data: line 1 column 2 (char 1)"),
        ("bad-2", "schemaVersion None is not one of 1 to 3"),
    ]


def test_when_the_newest_is_poison_its_older_neighbour_is_still_written(side: ReadSide) -> None:
    side.index.refused = {("org-456:p1", 3)}
    failed = side.project(message("p1", 1), message("p1", 3), message("p1", 2))
    assert failed == set()
    assert side.versions() == {"org-456:p1": 2}
    assert [each.message.message_id for each in side.letters.kept] == ["org-456:p1:3:0"]


def test_poison_that_cannot_be_put_aside_stays_in_the_queue(side: ReadSide) -> None:
    side.letters.full = True
    assert side.project(Message("bad", "{"), message("p1", 1)) == {"bad"}
    assert side.versions() == {"org-456:p1": 1}


def test_an_event_of_an_unknown_type_is_skipped(side: ReadSide) -> None:
    unknown = message_of(event_of(payment_state(), "PaymentDreamt"))
    assert side.project(unknown, message("p1", 1)) == set()
    assert (side.versions(), side.letters.kept) == ({"org-456:p1": 1}, [])


def test_one_poisonous_message_among_a_thousand(side: ReadSide) -> None:
    messages = [message(f"p{number}", 1) for number in range(999)]
    messages.insert(500, Message("bad", '{"schemaVersion":2,"type":7}'))
    assert side.project(*messages) == set()
    assert len(side.versions()) == 999
    assert len(side.letters.kept) == 1


def refund(version: int, copy: int = 0) -> Message:
    """A message that ends a state."""
    state = payment_state(payment_id="p1", version=version)
    event = event_of(state, "PaymentRefunded", previous=({"version": version - 1},))
    return message_of(event, f"refund:{version}:{copy}")


def test_a_message_leaves_the_payment_and_the_state_that_it_ended(side: ReadSide) -> None:
    # Given a newer message that was projected first
    side.project(refund(3))
    # When an older one comes, whose own state is no news
    assert side.project(refund(2), refund(3, copy=1)) == set()
    # Then the state that it ended is there, and the caches hear of it
    assert side.versions() == {"org-456:p1": 3, "org-456:p1:2": 3, "org-456:p1:1": 2}
    assert side.epochs.bumps == {"org-456": 2}


def test_a_message_of_which_one_document_is_not_taken_now_comes_again_once(side: ReadSide) -> None:
    side.index.busy = {"org-456:p1", "org-456:p1:1"}
    assert list(side.projector.project([refund(2)])) == ["refund:2:0"]
    side.index.busy = {"org-456:p1:1"}
    assert list(side.projector.project([refund(2)])) == ["refund:2:0"]
    side.index.busy = set()
    assert side.project(refund(2)) == set()
    assert side.versions() == {"org-456:p1": 2, "org-456:p1:1": 2}


def test_a_message_of_two_poisonous_documents_is_put_aside_once(side: ReadSide) -> None:
    side.index.refused = {("org-456:p1", 2), ("org-456:p1:1", 2)}
    assert side.project(refund(2)) == set()
    assert [each.message.message_id for each in side.letters.kept] == ["refund:2:0"]


def test_a_message_that_comes_again_is_not_put_aside_yet(side: ReadSide) -> None:
    side.index.busy, side.index.refused = {"org-456:p1"}, {("org-456:p1:1", 2)}
    assert side.project(refund(2)) == {"refund:2:0"}
    assert side.letters.kept == []


def cut_to(some: Sequence[Document]) -> str:
    return orjson.dumps([each.document_id for each in some]).decode()


def read_pack(body: str, _: str) -> Told:
    """As a context whose messages have many documents: those of names, and what is no name is unreadable."""
    names = [each for each in orjson.loads(body) if isinstance(each, str)]
    documents = [Document(name, "org-456", 1, written({"description": name})) for name in names]
    rest = [each for each in orjson.loads(body) if not isinstance(each, str)]
    unreadable = [Part(orjson.dumps(rest).decode(), "no name")] if rest else []
    return Told("org-456", NOON, documents, unreadable, cut_to)


def test_of_a_pack_only_what_is_poison_is_put_aside() -> None:
    # Given an index that takes neither b nor c
    side = ReadSide(read_pack)
    side.index.refused = {("b", 1), ("c", 1)}

    # When a pack with both, and with what is not readable, is projected
    assert side.project(Message("pack", '["a", "b", 7, "c", "d"]')) == set()

    # Then its neighbours are written, and dead letters are packs of these alone
    assert side.versions() == {"a": 1, "d": 1}
    assert [(each.message.message_id, each.message.body) for each in side.letters.kept] == [
        ("pack", "[7]"),
        ("pack", '["b","c"]'),
    ]


def test_of_a_pack_that_comes_again_nothing_is_put_aside_yet() -> None:
    side = ReadSide(read_pack)
    side.index.busy, side.index.refused = {"a"}, {("b", 1)}
    assert side.project(Message("pack", '["a", "b", 7]')) == {"pack"}
    assert side.letters.kept == []


def test_what_a_pack_repeats_is_looked_at_once() -> None:
    # Given a pack that is full of one entry, and an index that refuses it for good
    point: JsonObject = {"name": "orders", "type": "gauge", "timestamp": iso(now()), "value": 1, "id": "x" * 100}
    envelope = Pack(organization_id="org-456", correlation_id="c-1", received_at=now())
    [(body, _)] = packed(envelope, [encoded(point)] * 1_000)
    side = ReadSide(read_points)

    # When it is projected, then the index is asked once, and the dead letter has the entry once
    assert side.project(Message("pack", body)) == set()
    assert side.index.asked == 1
    assert [orjson.loads(each.message.body)["entries"] for each in side.letters.kept] == [[point]]


@pytest.mark.parametrize("version", [-1, 0, 2**63])
def test_a_version_that_no_document_has_is_that_message_s_fault(side: ReadSide, version: int) -> None:
    # Given an event whose version the engine would refuse, and with it the whole bulk
    odd = event_of(payment_state(payment_id="p1")).model_copy(update={"aggregate_version": version})
    # When it comes among others, then it alone is put aside
    assert side.project(message("p2"), Message("odd", odd.to_json())) == set()
    assert side.versions() == {"org-456:p2": 1}
    assert [each.message.message_id for each in side.letters.kept] == ["odd"]


@pytest.mark.parametrize("levels", [300, 990])
@pytest.mark.parametrize("known", [True, False])
def test_an_event_nested_without_end_harms_no_neighbour(side: ReadSide, levels: int, *, known: bool) -> None:
    # Given an event with more levels than can be written again, beside a field of a newer writer or not
    deep = event_of(payment_state(payment_id="p1", metadata={"deep": "DEEP"})).to_json()
    deep = deep.replace('"DEEP"', '{"a":' * levels + "1" + "}" * levels)
    if not known:
        deep = deep.replace("{", '{"colour": "blue",', 1)
    # When it comes among others, then these are written
    assert side.project(message("p2"), Message("deep", deep)) == set()
    assert side.versions() == {"org-456:p2": 1}
    assert [each.message.message_id for each in side.letters.kept] == ["deep"]


@pytest.mark.parametrize("opened", ["", "[", '{"b":'])
def test_a_number_that_no_answer_can_hold_harms_no_neighbour(side: ReadSide, opened: str) -> None:
    closed = opened[:1].replace("[", "]").replace("{", "}")
    odd = event_of(payment_state(payment_id="p1", metadata={"huge": "HUGE"})).to_json()
    odd = odd.replace('"HUGE"', opened + "9" * 309 + closed)
    assert side.project(message("p2"), Message("odd", odd)) == set()
    assert side.versions() == {"org-456:p2": 1}
    assert [each.message.message_id for each in side.letters.kept] == ["odd"]


histories = st.lists(st.tuples(st.sampled_from(["p1", "p2", "p3"]), st.integers(1, 5)), min_size=1, max_size=25)


@given(histories, st.randoms(use_true_random=False), st.data())
def test_any_order_duplication_and_batching_end_in_the_same_documents(
    history: list[tuple[str, int]], shuffler: random.Random, data: st.DataObject
) -> None:
    # Given the same events, once in order and once each, and once shuffled, repeated and cut into any batches
    in_order = [message(payment_id, version) for payment_id, version in sorted(set(history))]
    disordered = [message(payment_id, version, copy=copy) for copy, (payment_id, version) in enumerate(history * 2)]
    shuffler.shuffle(disordered)
    reference, other = ReadSide(), ReadSide()

    # When both are projected
    for each in in_order:
        reference.project(each)
    while disordered:
        size = data.draw(st.integers(1, len(disordered)))
        assert other.project(*disordered[:size]) == set()
        disordered = disordered[size:]

    # Then both read sides are the same, but for the moment of indexing
    def shown(side: ReadSide) -> dict[str, dict[str, object]]:
        return {
            document_id: {key: value for key, value in document.source.items() if key != "indexedAt"}
            for document_id, document in side.index.documents.items()
        }

    assert shown(other) == shown(reference)

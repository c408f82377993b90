"""What the load test rests on: journals that survive a kill, and calls that can be repeated."""

from pathlib import Path

import orjson

from bench import work
from bench.journal import Journals, append
from command_app.payments.commands import ImportedPayment


def test_a_journal_is_read_on_from_where_the_last_look_ended(tmp_path: Path) -> None:
    # Given two workers' journals, and a line that is just being written
    journals = Journals(tmp_path, "worker-*.journal")
    append(tmp_path / "worker-1.journal", ["a", "b"])
    append(tmp_path / "worker-2.journal", ["c"])
    append(tmp_path / "other.journal", ["x"])
    with (tmp_path / "worker-2.journal").open("a") as unfinished:
        unfinished.write("d")

    # Then whole lines are read, each once
    assert sorted(journals.new_lines()) == ["a", "b", "c"]
    assert journals.new_lines() == []

    # And the rest when it is there
    append(tmp_path / "worker-2.journal", ["d", "e"])
    assert journals.new_lines() == ["dd", "e"]


def test_a_block_asks_for_the_same_each_time_and_for_what_it_says() -> None:
    # Given the calls of two blocks
    [imported, *refunds], [other, *_] = list(work.calls(7)), list(work.calls(8))
    lines = [ImportedPayment.model_validate(orjson.loads(line)) for line in imported.body.splitlines()]
    # Then they are as many valid events as a block has, the same at each repetition, and no other block's
    assert (len(lines), len(refunds)) == (work.PAYMENTS, work.EVENTS - work.PAYMENTS)
    assert list(work.calls(7)) == [imported, *refunds]
    assert {line.payment_id for line in lines}.isdisjoint(
        orjson.loads(line)["paymentId"] for line in other.body.splitlines()
    )
    assert len({key for call in refunds for name, key in call.headers if name == "idempotency-key"}) == work.REFUNDS

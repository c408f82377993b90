"""What a benchmark's figures rest on: how rounds become a ratio, limits a verdict, and a run a table."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bench import report
from bench.__main__ import ROWS
from bench.harness import Figure, Limit, Rounds, alternating, interleaved, percentile
from bench.rows.cold_start import WIRED
from bench.rows.commands import LINES
from bench.rows.projector import BATCH, sqs_event
from bench.seed import PAYMENTS_EACH, event
from local.template import Template, load
from tests.builders import document_of

AT = datetime(2011, 1, 31, 12, tzinfo=UTC)
SLOWER_IS_WORSE = Limit(must=1.25, aim=1.1)
MORE_IS_BETTER = Limit(must=0.85, aim=0.97, better="higher")


def test_both_sides_take_turns_and_the_first_round_does_not_count() -> None:
    # Given two sides of which the first round is slow, as everything cold is
    asked: list[str] = []

    def side(name: str, seconds: float) -> float:
        asked.append(name)
        return seconds if len(asked) > 2 else 99.0

    # When three rounds are measured
    rounds = interleaved(3, lambda _: side("ours", 2.0), lambda _: side("raw", 1.0))

    # Then each round had both, and the cold one is left out
    assert asked == ["ours", "raw"] * 4
    assert rounds == Rounds([2.0] * 3, [1.0] * 3)


def test_either_side_is_first_in_turn_and_cold_rounds_do_not_count() -> None:
    # Given rounds of two pairs, each made when it is asked for
    asked: list[str] = []

    def prepared(number: int) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
        for call in range(2):
            asked.append("prepared")
            yield partial(asked.append, f"ours {number}.{call}"), partial(asked.append, f"raw {number}.{call}")

    # When one round is measured after a cold one
    rounds = alternating(prepared, rounds=1, warm_up=1)

    # Then who was first comes second in the next pair, and first in the same pair of the next round second
    cold = ["prepared", "raw 0.0", "ours 0.0", "prepared", "ours 0.1", "raw 0.1"]
    measured = ["prepared", "ours 1.0", "raw 1.0", "prepared", "raw 1.1", "ours 1.1"]
    assert asked == [*cold, *measured]
    assert (len(rounds.ours), len(rounds.raw)) == (1, 1)


def test_the_ratio_is_that_of_the_typical_round_whatever_else_the_machine_did_in_one_of_them() -> None:
    # Given a round in which the whole machine was slow, and one in which only our side met with something
    rounds = Rounds(ours=[2.2, 22.0, 2.2, 50.0, 2.2], raw=[2.0, 20.0, 2.0, 2.0, 2.0])
    assert rounds.ratio == pytest.approx(1.1)
    assert rounds.added == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("limit", "value", "verdict"),
    [
        (SLOWER_IS_WORSE, 1.1, "aim"),
        (SLOWER_IS_WORSE, 1.11, "must"),
        (SLOWER_IS_WORSE, 1.25, "must"),
        (SLOWER_IS_WORSE, 1.26, "missed"),
        (MORE_IS_BETTER, 0.97, "aim"),
        (MORE_IS_BETTER, 0.85, "must"),
        (MORE_IS_BETTER, 0.84, "missed"),
    ],
)
def test_a_limit_says_what_a_value_reaches(limit: Limit, value: float, verdict: str) -> None:
    assert limit.verdict(value) == verdict


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)][::-1]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (51.0, 100.0, 7.0)


def test_the_page_gets_the_table_of_the_run_and_keeps_everything_else(tmp_path: Path) -> None:
    # Given a run with one row that is good and one that is not
    figures = [
        Figure("search", "x raw", 1.0649, SLOWER_IS_WORSE, "3.21 ms, raw 3.02 ms"),
        Figure("projector", "of raw", 0.7, MORE_IS_BETTER, "1,700 documents/s"),
    ]
    results = report.as_json(figures, 1_000_000, AT)

    # When it is written over an earlier table, twice
    page = f"# Performance\n\n{report.BEGIN}\nold\n{report.END}\n\nLearned.\n"
    once = report.between_markers(page, report.markdown(results))
    written = report.between_markers(once, report.markdown(results))

    # Then its rows stand where the old ones stood, and nothing else has moved
    assert written == once
    assert "| search | 1.06 x raw | <= 1.25 | <= 1.1 | aim | 3.21 ms, raw 3.02 ms |" in written
    assert "| projector | 0.7 of raw | >= 0.85 | >= 0.97 | **missed** | 1,700 documents/s |" in written
    assert written.startswith("# Performance\n\n<!--")
    assert written.endswith("-->\n\nLearned.\n")
    assert "old" not in written
    # And the picture shows them
    report.picture(results, tmp_path / "picture.svg")
    drawn = (tmp_path / "picture.svg").read_text()
    assert drawn.startswith("<svg")
    assert all(figure.row in drawn for figure in figures)


def test_a_row_that_is_measured_again_takes_its_old_place_and_the_others_keep_theirs() -> None:
    # Given a run of three rows, and a later one of one of them and a new one
    def run(**values: float) -> dict[str, Any]:
        return report.as_json([Figure(name, "x", value, SLOWER_IS_WORSE, "") for name, value in values.items()], 7, AT)

    merged = report.merged(run(a=1.0, b=2.0, c=3.0), run(b=1.2, d=4.0))
    # Then each row stands once, with its newest value
    assert [(row["row"], row["value"]) for row in merged["rows"]] == [("a", 1.0), ("b", 1.2), ("c", 3.0), ("d", 4.0)]
    assert [row["verdict"] for row in merged["rows"]] == ["aim", "must", "missed", "missed"]


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="the page has no"):
        report.between_markers("# Performance\n", "| |")


def test_a_batch_is_as_large_as_the_template_lets_lambda_make_it() -> None:
    batch_size = Template(load(), {}).queue_mapping("ProjectorFunction").batch_size
    assert batch_size == BATCH == len(sqs_event("ours", 0)["Records"])
    assert LINES == 1_000


def test_payments_of_the_benchmark_are_payments_each_another() -> None:
    documents = [document_of(event("org-1", number)) for number in range(PAYMENTS_EACH)]
    assert len({document.document_id for document in documents}) == PAYMENTS_EACH
    assert {document.source["status"] for document in documents} == {"completed", "failed", "requested"}
    assert {document.source["currency"] for document in documents} == {"EUR", "USD", "GBP", "JPY"}


def test_the_cold_start_of_each_function_includes_what_its_first_call_builds() -> None:
    handlers = {function.handler.rpartition(".")[0] for function in Template(load(), {}).functions().values()}
    assert set(WIRED) == handlers
    for path in chain.from_iterable(WIRED.values()):
        module, _, name = path.rpartition(".")
        assert hasattr(getattr(import_module(module), name), "cache_clear"), path


def test_each_row_of_the_issue_has_its_measurement() -> None:
    assert len(ROWS) == 14

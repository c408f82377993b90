"""Roll-ups in OpenSearch: a document is not replaced but joined with what is there, and so are the levels above it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from common.batches import batches, weighed
from common.domain.documents import Document, Result, Verdict
from common.engines.bulks import MAX_BULK_BYTES, Action, Bulks, bytes_of
from common.engines.search import OpenSearch, OpenSearchError
from common.metrics.index import index_of
from common.metrics.rollups import Level, RollUp

TRIES = 5
"""At a roll-up that others write too; after that the queue tries again."""
MAX_POINTS = 10_000
"""Of a series in one minute."""
_READ_AT_ONCE = 500


@dataclass(frozen=True)
class _Known:
    """A roll-up as the index has it, or shall have it: which parts were there before, and what must still be so."""

    rollup: RollUp
    before: frozenset[str] = frozenset()
    condition: Mapping[str, Any] = field(default_factory=dict)
    """Nothing for one that must not be there yet."""


class RollUpIndex:
    """`SearchIndex` of minutes that know one point each. A point that was there already is STALE.

    Minutes are written before hours and hours before days, each on the condition that it is still what it was read as.
    A level is told what the one below it knows even where that was no news: whoever wrote it may have died.
    """

    def __init__(self, client: OpenSearch) -> None:
        self._client = client
        self._bulks = Bulks(client)

    def upsert(self, documents: Sequence[Document]) -> Sequence[Result]:
        """A result for each point; see `SearchIndex`."""
        points = [RollUp.read(Level.MINUTE, document.source) for document in documents]
        written = self._join(points)
        return [_result(point, written[point.id]) for point in points]

    def _join(self, rollups: Iterable[RollUp]) -> Mapping[str, _Known | Result]:
        """Write these and the levels above; what fails above has failed for all below it."""
        outcome = self._write(_together(rollups))
        above = {
            key: raised
            for key, known in outcome.items()
            if isinstance(known, _Known) and (raised := known.rollup.raised())
        }
        if not above:
            return outcome
        outcome_above = self._join(above.values())
        failed = {key: found for key, raised in above.items() if isinstance(found := outcome_above[raised.id], Result)}
        return {**outcome, **failed}

    def _write(self, rollups: Mapping[str, RollUp]) -> Mapping[str, _Known | Result]:
        """What the index has after it, or why not."""
        done: dict[str, _Known | Result] = {}
        before: dict[str, frozenset[str]] = {}
        for _ in range(TRIES):
            left = [rollup for key, rollup in rollups.items() if key not in done]
            changed: list[_Known] = []
            for rollup, found in zip(left, self._read(left), strict=True):
                if isinstance(found, Result):
                    done[rollup.id] = found
                    continue
                # What a try of ours may have written is news all the same.
                known = replace(found, before=before.setdefault(rollup.id, found.before))
                joined = _fitting(known.rollup, rollup)
                if joined.parts == known.rollup.parts:
                    done[rollup.id] = known
                else:
                    changed.append(replace(known, rollup=joined))
            for known, result in zip(changed, self._send(changed), strict=True):
                if result.verdict is Verdict.APPLIED:
                    done[known.rollup.id] = known
                elif result.verdict is not Verdict.STALE:
                    done[known.rollup.id] = result
        contended = Result(Verdict.RETRY, "others write the same roll-up")
        return {key: done.get(key, contended) for key in rollups}

    def _read(self, rollups: Sequence[RollUp]) -> Iterator[_Known | Result]:
        for some in batches(rollups, _READ_AT_ONCE):
            wanted = [
                {
                    "_index": index_of(each.level, each.start),
                    "_id": each.id,
                    "routing": each.series.organization_id,
                }
                for each in some
            ]
            try:
                answer = self._client.request("POST", "_mget", body={"docs": wanted})
            except OpenSearchError as error:
                yield from [Result(Verdict.RETRY, f"OpenSearch did not answer: {error}")] * len(some)
                continue
            for rollup, found in zip(some, answer["docs"], strict=True):
                yield _found(rollup, found)

    def _send(self, changed: Sequence[_Known]) -> Iterator[Result]:
        for some in weighed(map(_action, changed), bytes_of, MAX_BULK_BYTES):
            yield from self._bulks.send(some)


def _together(rollups: Iterable[RollUp]) -> Mapping[str, RollUp]:
    """Each once, by its id."""
    joined: dict[str, RollUp] = {}
    for each in rollups:
        joined[each.id] = joined[each.id].joined(each) if each.id in joined else each
    return joined


def _found(rollup: RollUp, found: Mapping[str, Any]) -> _Known | Result:
    """What the index answers of a roll-up; one that is not there has no parts."""
    error = found.get("error", {}).get("type")
    if error not in (None, "index_not_found_exception"):
        return Result(Verdict.RETRY, f"OpenSearch answered {error}")
    if not found.get("found"):
        return _Known(replace(rollup, parts={}))
    there = RollUp.read(rollup.level, found["_source"])
    condition = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
    return _Known(there, frozenset(there.parts), condition)


def _fitting(there: RollUp, more: RollUp) -> RollUp:
    """Both joined, but for points that a minute has no room for."""
    room = max(0, MAX_POINTS - len(there.parts))
    new = [key for key in more.parts if key not in there.parts]
    left_out = frozenset(new[room:])
    return there.joined(replace(more, parts={key: part for key, part in more.parts.items() if key not in left_out}))


def _action(known: _Known) -> Action:
    rollup = known.rollup
    where = {
        "_index": index_of(rollup.level, rollup.start),
        "_id": rollup.id,
        "routing": rollup.series.organization_id,
        "require_alias": False,
        **known.condition,
    }
    return orjson.dumps({"index" if known.condition else "create": where}), orjson.dumps(rollup.source())


def _result(point: RollUp, written: _Known | Result) -> Result:
    if isinstance(written, Result):
        return written
    (key,) = point.parts
    if key not in written.rollup.parts:
        return Result(Verdict.POISON, f"a series takes {MAX_POINTS} points a minute: send histograms")
    return Result(Verdict.STALE if key in written.before else Verdict.APPLIED)

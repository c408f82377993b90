"""The live index and, while a rebuild is there, the other one as well; docs/adr/0009 has the rules.

Which indices those are is looked up every two seconds. Each is then written under a name of its own that no swap moves,
so both have every document, whichever of them serves.
"""

import time
from collections.abc import Callable, Sequence

from common.domain.documents import APPLIED, Document, Result, Verdict
from common.edge.observability import count, logger
from common.engines.bulks import MAX_BULK_BYTES
from common.engines.document_writer import OpenSearchIndex
from common.engines.search import OpenSearch, OpenSearchError
from common.payments.index import ALIAS_NEXT, ALIAS_PREVIOUS, ALIAS_REBUILD, ALIAS_WRITE, ALL_INDICES, own_alias

LOOK_UP_EVERY_SECONDS = 2.0
"""A rebuild waits longer than that before it reads the first event."""


class MirroredIndex:
    """`SearchIndex` over one or two indices: verdicts are the live one's, `Result.owed` tells of the other."""

    def __init__(
        self,
        client: OpenSearch,
        max_bytes: int = MAX_BULK_BYTES,
        look_up_every: float = LOOK_UP_EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._max_bytes = max_bytes
        self._look_up_every = look_up_every
        self._clock = clock
        self._targets: tuple[str, ...] = ()
        self._live_last = False
        self._looked_up_at = float("-inf")

    def upsert(self, documents: Sequence[Document]) -> Sequence[Result]:
        """Write to the live index first, but for the moments before a swap; see `SearchIndex`."""
        known = self._targets if self._clock() - self._looked_up_at < self._look_up_every else ()
        told: list[Sequence[Result]] = []
        results = self._write(known or self._look_up(), documents, told)
        if results.count(APPLIED) == len(results):
            return results
        if known and any(result.owed or result.verdict is Verdict.RETRY for result in results):
            # What was known may have been dropped meanwhile; versions make a second write harmless.
            targets = self._look_up()
            if targets and targets != known:
                results = self._write(targets, documents, told)
        # What this call wrote is news to the caches, even where it then found itself there already.
        written = {place for each in told for place, result in enumerate(each) if result.verdict is Verdict.APPLIED}
        return [
            result._replace(verdict=Verdict.APPLIED) if result.verdict is Verdict.STALE and place in written else result
            for place, result in enumerate(results)
        ]

    def _look_up(self) -> tuple[str, ...]:
        """The names to write by, the live one first; () while OpenSearch does not say."""
        at = self._clock()
        try:
            indices = self._client.request("GET", ALL_INDICES, "_alias")
        except OpenSearchError as error:
            logger.warning("indices not known", extra={"reason": type(error).__name__})
            return ()
        on = {index: entry["aliases"].keys() for index, entry in indices.items()}
        others = [own_alias(index) for index, aliases in on.items() if aliases & {ALIAS_REBUILD, ALIAS_PREVIOUS}]
        live = [own_alias(index) for index, aliases in on.items() if others and ALIAS_WRITE in aliases]
        # What a query has seen in the one must be in the other when that one takes over.
        self._live_last = any(ALIAS_NEXT in aliases for aliases in on.values())
        self._targets, self._looked_up_at = (*(live or [ALIAS_WRITE]), *others), at
        return self._targets

    def _write(
        self, targets: Sequence[str], documents: Sequence[Document], told: list[Sequence[Result]]
    ) -> Sequence[Result]:
        """Results by the live verdict; adds what each of the targets told to `told`."""
        if not targets:
            return [Result(Verdict.RETRY, "OpenSearch did not say which indices there are")] * len(documents)
        found: dict[str, Sequence[Result]] = {}
        for name in reversed(targets) if self._live_last else targets:
            found[name] = OpenSearchIndex(self._client, name, self._max_bytes, serves=True).upsert(documents)
            told.append(found[name])
        live = found[targets[0]]
        for other in targets[1:]:
            live = list(map(_both, live, found[other]))
        return live


def _both(live: Result, other: Result) -> Result:
    """The live verdict stands; only what may pass later is owed, since control totals find the rest before a swap."""
    if other.verdict is Verdict.POISON:
        count("RebuildRefused")
        logger.error("refused by the index that does not serve", extra={"reason": other.reason})
    if other.verdict is not Verdict.RETRY or live.verdict in (Verdict.RETRY, Verdict.POISON):
        return live
    return Result(live.verdict, other.reason, owed=True)

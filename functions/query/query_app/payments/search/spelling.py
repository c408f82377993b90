"""Did you mean: for a word that no payment of the organization has, the nearest one that some have. Pure.

OpenSearch's own suggesters read the shard's dictionary, in which other tenants' words stand too. These questions count
whole descriptions and tags of the organization's own payments, and the words are taken out of those.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from query_app.dsl import TIMEOUT, tenant
from query_app.language.printing import printed
from query_app.language.tree import Node, respelt
from query_app.payments.index_fields import DELETED

Json = dict[str, Any]

_SPELLING = "spelling"
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
_MOST_WORDS = 5
_ONE_TYPO, _TWO_TYPOS = 1, 2
_LONG = 6
_SOURCES = {"descriptions": "description.whole", "tags": "metadata.tags.keyword"}
_MOST_USED = 50


def words(text: str) -> list[str]:
    """Those that can be mistaken for others: of letters only, and not too short; the first few."""
    found = (word.lower() for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in found if len(word) >= _SHORTEST))[:_MOST_WORDS]


def occurrences(asked: Sequence[str], text: str) -> Json:
    """An aggregation that counts, among what a search finds, the payments that have each word exactly so."""
    if not asked:
        return {}
    whole = {"term": {"paymentId": text}}
    exact = {word: {"bool": {"should": [_match(word, 0), whole], "minimum_should_match": 1}} for word in asked}
    return {_SPELLING: {"filters": {"filters": exact}}}


def absent(asked: Sequence[str], aggregations: Json) -> tuple[str, ...]:
    """The words that no payment has; none where they were not counted."""
    counts = aggregations.get(_SPELLING, {}).get("buckets", {})
    return tuple(word for word in asked if word in counts and not counts[word]["doc_count"])


def nearest(organization_id: str, wrong: Sequence[str]) -> Json:
    """The most used descriptions and tags with words near each wrong one; its exact uses, whatever the filters were."""
    used = {name: {"terms": {"field": field, "size": _MOST_USED}} for name, field in _SOURCES.items()}
    near = {word: {"filter": _match(word, _typos(word)), "aggs": used} for word in wrong}
    return {
        "query": {
            "bool": {
                "filter": [tenant(organization_id)],
                "must_not": [DELETED, {"exists": {"field": "erasedAt"}}],
            }
        },
        "size": 0,
        "track_total_hits": False,
        "timeout": TIMEOUT,
        "aggs": near,
    }


def corrections(wrong: Sequence[str], aggregations: Json) -> dict[str, str]:
    """The nearest word for each wrong one that has any; of equally near ones, the most used."""
    found = {}
    for word in wrong:
        uses = _uses(aggregations[word])
        near = [(distance(word, other), -count, other) for other, count in uses.items()]
        best = min((each for each in near if each[0] <= _typos(word)), default=None)
        if best and best[0] > 0:
            found[word] = best[2]
    return found


def corrected(condition: Node, found: Mapping[str, str]) -> str | None:
    """What was asked with its wrong words replaced; None where there is nothing better."""
    if not found:
        return None
    return printed(respelt(condition, lambda text: _WORD.sub(lambda word: found.get(word[0].lower(), word[0]), text)))


def distance(one: str, other: str) -> int:
    """How many letters to change, add, leave out or exchange with their neighbour make one word the other."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        steps = [count]
        for column, there in enumerate(other, start=1):
            step = min(row[column] + 1, steps[-1] + 1, row[column - 1] + (letter != there))
            if count > 1 and column > 1 and (letter, one[count - 2]) == (other[column - 2], there):
                step = min(step, before[column - 2] + 1)
            steps.append(step)
        before, row = row, steps
    return row[-1]


def _typos(word: str) -> int:
    return _TWO_TYPOS if len(word) >= _LONG else _ONE_TYPO


def _match(word: str, typos: int) -> Json:
    fuzzy = {"fuzziness": typos, "max_expansions": 200} if typos else {}
    return {"multi_match": {"query": word, "fields": ["description", "metadata.tags"], **fuzzy}}


def _uses(near: Json) -> Counter[str]:
    uses: Counter[str] = Counter()
    for text, count in _counted(near):
        uses.update(dict.fromkeys(map(str.lower, _WORD.findall(text)), count))
    return uses


def _counted(near: Json) -> Iterator[tuple[str, int]]:
    for name in _SOURCES:
        for bucket in near[name]["buckets"]:
            yield bucket["key"], bucket["doc_count"]

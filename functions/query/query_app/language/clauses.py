"""From the tree to OpenSearch: clauses that filter, which it caches, and those that score. Pure.

Each value stands in a clause of its own kind, never in a query string: nothing that is typed is read as OpenSearch's
own language.
"""

from query_app.language.fields import Json, Schema, Scope
from query_app.language.tree import And, In, Leaf, Node, Not, Or, Phrase, Words, leaves


def filtering(node: Node, schema: Schema) -> list[Json]:
    """What a document must pass, for a filter context."""
    parts = node.parts if isinstance(node, And) else (node,)
    return [_filter(part, schema, _scope(parts, {})) for part in parts]


def scoring(node: Node, schema: Schema) -> tuple[list[Json], list[Json]]:
    """The same in two: for a filter context, and to be scored."""
    parts = node.parts if isinstance(node, And) else (node,)
    scope = _scope(parts, {})
    filters = [_filter(part, schema, scope) for part in parts if not _scores(part)]
    return filters, [_scored(part, schema, scope) for part in parts if _scores(part)]


def _filter(node: Node, schema: Schema, scope: Scope) -> Json:
    match node:
        case And(parts):
            inner = _scope(parts, scope)
            return {"bool": {"filter": [_filter(part, schema, inner) for part in parts]}}
        case Or(()):
            return {"match_none": {}}
        case Or(parts):
            return {"bool": {"should": [_filter(part, schema, scope) for part in parts], "minimum_should_match": 1}}
        case Not(part):
            return {"bool": {"must_not": [_filter(part, schema, scope)]}}
        case _:
            return _leaf(node, schema, scope)


def _scored(node: Node, schema: Schema, scope: Scope) -> Json:
    match node:
        case And(parts):
            inner = _scope(parts, scope)
            return {"bool": {"must": [_scored(part, schema, inner) for part in parts]}}
        case Or(parts):
            return {"bool": {"should": [_scored(part, schema, scope) for part in parts], "minimum_should_match": 1}}
        case Words():
            words = _leaf(node, schema, scope)
            # Whoever has all the words comes first, also where a rare word is mistaken for one of them.
            return {"bool": {"must": [words], "should": [_all_of(words)]}}
        case Phrase():
            return _leaf(node, schema, scope)
        case _:
            return {"bool": {"filter": [_filter(node, schema, scope)]}}


def _leaf(leaf: Leaf, schema: Schema, scope: Scope) -> Json:
    if leaf.field is None:
        how = {"type": "phrase"} if isinstance(leaf, Phrase) else {"type": "best_fields", **schema.words}
        return {"multi_match": {"query": leaf.text, "fields": list(schema.text), **how}}
    clause: Json = schema.field(leaf.field).clause(leaf, scope)
    return clause


def _all_of(words: Json) -> Json:
    """The same with every word required."""
    ((kind, how),) = words.items()
    if kind == "multi_match":
        return {kind: {**how, "operator": "and"}}
    return {kind: {index: {**asked, "operator": "and"} for index, asked in how.items()}}


def _scores(node: Node) -> bool:
    return not isinstance(node, Not) and any(isinstance(leaf, Words | Phrase) for leaf in leaves(node))


def _scope(parts: tuple[Node, ...], around: Scope) -> Scope:
    """What values some fields can only have, since all the parts must be so."""
    return {**around, **{part.field: part.values for part in parts if isinstance(part, In)}}

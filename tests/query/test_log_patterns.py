"""Messages are grouped as Drain groups them, and none is left out."""

from hypothesis import given
from hypothesis import strategies as st

from query_app.logs.patterns import ANY, grouped
from tests.engine_logs import messages

WORDS = st.sampled_from(["payment", "refused", "took", "at", "17ms", "10.0.0.1", "x", ANY])


def test_the_engines_own_lines_make_the_groups_that_drain3_makes() -> None:
    # Given what drain3 0.9.11 made of these lines (depth 4, similarity 0.4)
    groups = grouped(messages())
    assert (len(messages()), len(groups)) == (312, 42)
    assert [(len(group.members), group.template) for group in groups[:9]] == [
        (44, "Creating queue <*>"),
        (44, "Deleting queue <*>"),
        (31, "[vm] PluginService:onIndexModule <*>"),
        (16, "[vm] <*> overhead, spent <*> collecting in the last <*>"),
        (12, "[vm] <*>"),
        (12, "[vm] loaded module <*>"),
        (9, "[vm] <*> ..."),
        (8, "[vm] <*> deleting index"),
        (7, "[vm] <*> creating index, cause [api], templates [], shards [3]/[0]"),
    ]


@given(st.lists(st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=30), max_size=60))
def test_each_message_is_in_one_group_whose_template_it_fits(texts: list[str]) -> None:
    groups = grouped(texts)
    assert sorted(place for group in groups for place in group.members) == list(range(len(texts)))
    for group in groups:
        for place in group.members:
            words = texts[place].split()[: len(group.words)]
            assert all(said in (word, ANY) for said, word in zip(group.words, words, strict=True))


def test_many_first_words_are_values() -> None:
    groups = grouped(f"{name} went away" for name in map(_name, range(500)))
    assert len(groups) <= 100
    assert groups[0].template == "<*> went away"


def _name(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))

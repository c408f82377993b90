"""States told by their differences are whole again when they are read."""

from hypothesis import given
from hypothesis import strategies as st

from common.payments.past import differences, states_before

values = st.one_of(
    st.integers(), st.text(max_size=3), st.lists(st.none(), max_size=2), st.dictionaries(st.just("a"), st.none())
)
states = st.dictionaries(st.sampled_from(["a", "b", "c"]), values)


@given(st.lists(states, min_size=1, max_size=6))
def test_what_is_told_is_what_was(history: list[dict[str, object]]) -> None:
    told = differences(history)
    assert list(states_before(history[-1], told)) == history[-2::-1]


def test_only_what_differs_is_told() -> None:
    assert differences([{"a": 1, "b": 2}, {"a": 1, "c": 3}]) == ({"b": 2, "c": None},)

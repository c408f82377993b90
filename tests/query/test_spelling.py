"""Did you mean: which words, how near they are, and what becomes of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_app.payments.search import spelling
from query_app.payments.search.spelling import distance

words = st.text("abc", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [
        ("heart", "heart", 0),
        ("hart", "heart", 1),
        ("heaart", "heart", 1),
        ("hearp", "heart", 1),
        ("haert", "heart", 1),
        ("hrt", "heart", 2),
        ("", "heart", 5),
    ],
)
def test_a_letter_more_less_other_or_exchanged_is_one_away(one: str, other: str, letters: int) -> None:
    assert distance(one, other) == letters


@given(words, words)
def test_the_distance_is_the_same_both_ways_and_nothing_only_between_equals(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@given(words, st.integers(0, 7), st.sampled_from("abc"))
def test_one_more_letter_is_one_away(word: str, place: int, letter: str) -> None:
    assert distance(word, word[:place] + letter + word[place:]) == 1


def test_only_words_of_letters_that_are_long_enough_can_be_mistaken() -> None:
    assert spelling.words("White the RED p-1 metla42 WHITE l'été") == ["white", "metla"]
    assert len(spelling.words(" ".join(f"word{letter}" for letter in "abcdefghij"))) == 5


def test_the_text_stays_as_it_was_typed_but_for_the_wrong_words() -> None:
    assert spelling.corrected("White,  METLA (42)", {"metla": "metal"}) == "White,  metal (42)"
    assert spelling.corrected("White", {}) is None

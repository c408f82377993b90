"""Did you mean: which words, how near they are, and what becomes of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_app.payments.search import spelling
from query_app.payments.search.spelling import distance
from tests.query.documents import asking

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


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("White,  METLA 42%", "White, metal 42%"),
        ('"white metla" tag:metla', 'tag:metla AND "white metal"'),
        ("-metla OR metla status:failed", "(NOT metal) OR (status:failed AND metal)"),
    ],
)
def test_the_question_stays_the_same_but_for_the_wrong_words(text: str, better: str) -> None:
    corrected = spelling.corrected(asking(text).condition, {"metla": "metal"})
    assert corrected is not None
    assert asking(corrected) == asking(better)


def test_without_a_better_word_there_is_nothing_to_say() -> None:
    assert spelling.corrected(asking("White").condition, {}) is None

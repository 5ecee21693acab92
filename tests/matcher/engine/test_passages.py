"""Texts are cut into spans that are short, complete and real, whatever the text."""

from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.engine.passages import PASSAGE_CHARACTERS, passages, sentences

HARD = st.text(alphabet=' \n\t.!?•»")M\u00a0é\u0301👩\u200d🦰abc-', max_size=200)
QUICK = settings(deadline=None, max_examples=200)


@QUICK
@given(HARD | st.text(max_size=200), st.integers(1, 60))
@example("M. ", 1)
@example("\n" * 50, 3)
def test_passages_hold_every_sentence_within_the_limit(text: str, limit: int) -> None:
    cuts = passages(text, limit)

    assert all(0 < end - start <= limit for start, end in cuts)
    assert all(end <= start for (_, end), (start, _) in pairwise(cuts))
    held = {position for start, end in cuts for position in range(start, end)}
    for start, end in sentences(text):
        assert all(text[p].isspace() for p in range(start, end) if p not in held)


@QUICK
@given(HARD | st.text(max_size=200))
def test_sentences_follow_each_other_trimmed_and_lose_no_word(text: str) -> None:
    cuts = sentences(text)

    assert all(text[start:end] == text[start:end].strip() != "" for start, end in cuts)
    assert all(end <= start for (_, end), (start, _) in pairwise(cuts))
    lost = set(range(len(text))) - {p for start, end in cuts for p in range(start, end)}
    assert all(text[position].isspace() or text[position] in "•●▪‣" for position in lost)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un toit. Un emploi !", ["Un toit.", "Un emploi !"]),
        ("Écrire à M. Petit, tel. 01", ["Écrire à M. Petit, tel. 01"]),
        ("Nous avons :\n• un local\n• un camion", ["Nous avons :", "un local", "un camion"]),
        ("Il dit « Venez. » Nous venons.", ["Il dit « Venez. »", "Nous venons."]),
        ('Il dit "Venez." Nous venons.', ['Il dit "Venez."', "Nous venons."]),
        ("Accueil à 8.30 h", ["Accueil à 8.30 h"]),
        ("", []),
        (" \n\t ", []),
        ("• • •", []),
    ],
)
def test_sentences_are_those_a_reader_sees(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_neighbouring_sentences_share_a_passage_while_they_fit() -> None:
    text = "Un toit. Un emploi. " + "x" * 30 + "."

    assert [text[start:end] for start, end in passages(text, 31)] == [
        "Un toit. Un emploi.",
        "x" * 30 + ".",
    ]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\t"])
def test_a_long_sentence_is_cut_between_words(space: str) -> None:
    text = space.join(["accompagnement"] * 40)

    assert {word for start, end in passages(text) for word in text[start:end].split()} == {
        "accompagnement"
    }


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "\n" * 100_000,
        "début" + " " * 100_000 + "fin",
        "début" + "\t\u00a0" * 50_000 + "fin",
        "." + '"' * 100_000,
        '."' * 50_000,
        "• " * 50_000,
        "M. " * 33_000,
        "👩\u200d🦰" * 33_000,
        "e" + "\u0301" * 100_000,
        "mot " * 25_000,
        ". \n" * 33_000,
        ". »" * 33_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_a_hostile_text_of_100_000_characters_is_cut_quickly(text: str) -> None:
    before = perf_counter()

    cuts = passages(text)

    assert perf_counter() - before < 2.0
    assert all(0 < end - start <= PASSAGE_CHARACTERS for start, end in cuts)

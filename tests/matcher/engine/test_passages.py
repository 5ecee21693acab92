"""Texts are cut into spans that are short, complete and real, whatever the text."""

from itertools import pairwise
from time import thread_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.engine.passages import (
    PASSAGE_CHARACTERS,
    begins_sentence,
    passages,
    quotable,
    sentences,
)
from matcher.engine.placeholders import only_holds_a_place

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
        if only_holds_a_place(text[start:end]):
            continue
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
        (
            "Payant : 40€ pour \n24 heures sur \nordinateur, 20€ sur\ntablettes",
            ["Payant : 40€ pour \n24 heures sur \nordinateur, 20€ sur\ntablettes"],
        ),
        ("Ménage\njardinage\nbricolage", ["Ménage", "jardinage", "bricolage"]),
        ("Nous louons :\nun camion\nun local", ["Nous louons :", "un camion", "un local"]),
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
    before = thread_time()

    cuts = passages(text)

    assert thread_time() - before < 2.0
    assert all(0 < end - start <= PASSAGE_CHARACTERS for start, end in cuts)


LONG = (
    "Nous proposons des ateliers de cuisine aux familles du quartier, "
    "et à toutes les personnes qui le souhaitent; nous avons un local équipé, "
    "et un jardin partagé ouvert le samedi."
)


def test_a_long_sentence_is_cut_at_a_pause_where_it_has_one() -> None:
    assert [LONG[start:end] for start, end in passages(LONG, 150)] == [
        "Nous proposons des ateliers de cuisine aux familles du quartier, "
        "et à toutes les personnes qui le souhaitent; nous avons un local équipé,",
        "et un jardin partagé ouvert le samedi.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "À compléter",
        "Description à venir.",
        "**Texte par défaut**",
        "(néant)",
        "N/A",
        "Non renseigné",
        "Lorem ipsum dolor sit amet. Consectetur adipiscing elit. Sed do eiusmod.",
    ],
)
def test_text_that_only_holds_a_place_makes_no_passage(text: str) -> None:
    assert passages(text) == []


def test_a_placeholder_beside_an_offer_is_left_out_of_its_passages() -> None:
    text = "Ateliers de cuisine. À compléter. Prêt de vélos, zone à définir ensemble."

    assert [text[start:end] for start, end in passages(text)] == [
        "Ateliers de cuisine.",
        "Prêt de vélos, zone à définir ensemble.",
    ]


@pytest.mark.parametrize(
    ("text", "passage", "quote"),
    [
        ("Un toit. - **Un emploi**\n", "- **Un emploi**\n", "Un emploi"),
        ("### Objectif\n\nApprendre à lire.", "### Objectif\n\nApprendre à lire.", None),
        ("•\\tUn atelier de meubles.", "•\\tUn atelier de meubles.", "Un atelier de meubles."),
        ("Nous vendons des vélos. Le samedi, prêt.", "vélos. Le samedi, prêt.", "Le samedi, prêt."),
        (
            "Nous réparons des vélos anciens.",
            "Nous réparons des",
            "Nous réparons des vélos anciens.",
        ),
        ("(Re)faire un CV, 20 €", "(Re)faire un CV, 20 €", "(Re)faire un CV, 20 €"),
        ("***", "***", "***"),
    ],
)
def test_a_quote_goes_from_sentence_to_sentence_without_marks(
    text: str, passage: str, quote: str | None
) -> None:
    start = text.index(passage)

    begin, end = quotable(text, (start, start + len(passage)))

    assert text[begin:end] == ("Apprendre à lire." if quote is None else quote)


@QUICK
@given(HARD | st.text(max_size=200), st.integers(1, 60))
def test_every_passage_has_a_part_to_quote(text: str, limit: int) -> None:
    for passage in passages(text, limit):
        start, end = quotable(text, passage)

        assert 0 <= start < end <= len(text)


def test_a_quote_inside_a_sentence_is_told_from_one_that_begins_it() -> None:
    text = "Un toit. - Un emploi, un vélo"

    assert begins_sentence(text, text.index("Un emploi"))
    assert not begins_sentence(text, text.index("un vélo"))

import time

import pytest

from models.french import STOPWORDS, fold, openings, terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("à l’Œuvre", "a l'oeuvre"),
        ("ÉLÈVES", "eleves"),
        ("Cæcilia", "caecilia"),
        ("Straße", "strasse"),
        ("e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}", "ete"),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
def test_case_accents_and_ligatures_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folding_twice_changes_nothing() -> None:
    assert fold(fold("À l’Œuvre, Straße")) == fold("À l’Œuvre, Straße")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("réparer des vélos", "REPARER DES VÉLOS"),
        ("une famille hébergée", "les familles hébergées"),
        ("l'atelier", "l’atelier"),
        ("un jeune", "des jeunes"),
        ("un bureau local", "des bureaux locaux"),
        ("un vélo", "des vélos"),
        ("l’emploi", "les emplois"),
        ("un lieu", "des lieux"),
        ("un jeu", "des jeux"),
        ("le loyer", "les loyers"),
        ("une photo", "des photos"),
    ],
)
def test_the_same_words_written_otherwise_are_the_same_terms(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_an_s_that_is_no_plural_stays() -> None:
    assert terms("pass bus") == ["pass", "bus"]


def test_a_text_in_bad_faith_is_folded_in_a_time_that_grows_with_its_length_only() -> None:
    started = time.thread_time()
    assert fold("a" + "\u0301\u0316" * 100_000) == "a"
    assert time.thread_time() - started < 1  # normalised as a whole: over ten seconds


def test_grammatical_words_and_single_letters_are_no_terms() -> None:
    assert terms("Nous cherchons pour eux un lieu à l’hôtel, et c’est tout") == terms(
        "cherchons lieu hôtel"
    )
    assert terms("a b c, y !") == []


def test_terms_keep_their_order_and_their_repetitions() -> None:
    assert terms("vélo jardin vélo") == ["velo", "jardin", "velo"]


def test_numbers_and_codes_are_terms() -> None:
    assert terms("le 115, en 3x8") == ["115", "3x8"]


def test_every_stopword_is_written_folded_or_it_would_never_be_found() -> None:
    assert {word for word in STOPWORDS if fold(word) != word} == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Élèves", ["^elev"]),
        ("ÉLÈVES à l’Œuvre", ["^elev", "^oeuv"]),
        ("e\N{COMBINING ACUTE ACCENT}tudes", ["^etud"]),
        ("logements et loger", ["^loge", "^loge"]),
        ("vendeur, vente", ["^vend", "^vent"]),
        ("115 chambres", ["^cham"]),
        ("", []),
    ],
)
def test_an_opening_is_the_first_four_letters_folded_and_marked(
    text: str, found: list[str]
) -> None:
    assert openings(text) == found


def test_words_of_four_letters_or_fewer_have_no_opening() -> None:
    assert openings("vélo, bail, toit, MECS, un lit") == []
    assert openings("vélos") == ["^velo"]


def test_grammatical_words_have_no_opening() -> None:
    assert openings(" ".join(STOPWORDS)) == []
    assert openings("Plutôt pour toutes celles qui bricolent") == ["^bric"]


def test_words_of_one_family_open_alike_where_stems_part() -> None:
    for one, other in (("bricolage", "bricoler"), ("hébergement", "hébergeur")):
        assert openings(one) == openings(other)

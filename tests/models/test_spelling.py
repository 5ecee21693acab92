import time

import pytest

from matcher.engine.profiles import Role
from models.analysis import ExpandingEncoder, analyse
from models.hashing import HashingEncoder
from models.lexicon import Lexicon
from models.spelling import MOST_UNKNOWN, corrected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cherche un logemnt", "cherche un logement"),
        ("un lgoement pour deux", "un logement pour deux"),
        ("un loggement", "un logement"),
        ("le longement", "le logement"),
        ("hébegement d'urgence", "hébergement d'urgence"),
        ("hebegement d’urgence", "hébergement d’urgence"),
        ("aider dhébergement", "aider hébergement"),
        ("acompagnement et démaches", "accompagnement et démarches"),
        ("Logemnt à trouver.", "Logement à trouver."),
        ("oLgement à trouver", "Logement à trouver"),
        ("Vu hier. Logemnt insalubre", "Vu hier. Logement insalubre"),
        ("CHERCHE UN HÉBERGMENT", "CHERCHE UN HÉBERGEMENT"),
        ("CHERCHE UN HÉBEqRGEMENT", "CHERCHE UN HÉBERGEMENT"),
        ("parents/enfnats", "parents/enfants"),
        ("he\N{COMBINING ACUTE ACCENT}bergemnt", "hébergement"),
        ("la grlile du jardin", "la grille du jardin"),
        ("des scarificatons", "des scarifications"),
        ("un vestiare gratuit", "un vestiaire gratuit"),
        ("un bateua", "un bateau"),
    ],
)
def test_a_slip_of_the_keyboard_is_corrected_with_the_accents_and_the_case_of_its_place(
    written: str, meant: str
) -> None:
    assert corrected(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "Famille hébergée à l’hôtel, cherche des meubles avant son relogement",
        "une famille hebergee, sans accents",
        "des ressourceries, une recyclerie et des maraudes",
        "une maçonne, un ravaleur, des ravaleuses, du coffrage",
        "directeur·trice, ouvrier(ière), chargé·es",
        "un kiné malien, un prof de yoga, des assos et leurs alloc",
        "lorsqu’une famille arrive, puisqu’il le faut",
        "une donnerie, un abondement et des valoristes",
    ],
)
def test_what_is_written_rightly_is_left_alone(text: str) -> None:
    assert corrected(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "voir avec Logan Parant et madame Forman",
        "à Bondi, à Sevran et à Argenteuil",
        "habiter sarcelles, villetaneuse ou pierrefitte",
        "orienté par le CAARUD, la MECS et l'Epide",
        "accueil en mecs, caarud ou csapa",
        "ecrire à contact@logemant.fr, voir www.logemant.fr/hebergemant",
        "code logem3nt, dossier logemant_12",
        "l'asso zorglubique",
        "le rdv a la caf pr un apl",
    ],
)
def test_names_places_acronyms_codes_and_words_near_nothing_are_left_alone(text: str) -> None:
    assert corrected(text) == text


def test_a_text_in_another_language_is_left_alone() -> None:
    text = "Wir suchen eine Wohnung mit zwei Zimmern, Betreuung und Begleitung erwünscht"
    assert corrected(text) == text


def test_a_name_in_capitals_is_not_made_a_word() -> None:
    assert corrected("AXION INSERTION") == "AXION INSERTION"


def test_correcting_twice_changes_nothing_more() -> None:
    once = corrected("hébegement et acompagnement des familes")
    assert corrected(once) == once


def test_a_misspelt_need_has_the_terms_and_the_vector_of_the_right_one() -> None:
    encoder = ExpandingEncoder(HashingEncoder(), Lexicon([]))
    right, wrong = "cherche un hébergement", "cherche un hébegrement"

    assert analyse(wrong) == analyse(right)
    vectors = encoder.encode([wrong, right], Role.NEED)
    assert (vectors[0] == vectors[1]).all()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "logemnt " * 100_000,
        "logemnt/" * 100_000,
        "LOGEMNT " * 100_000,
        "e\N{COMBINING ACUTE ACCENT}" * 200_000,
        "((« " * 100_000 + "Logemnt",
        "de la maison pour "
        + " de la maison pour ".join(f"{'abcdefghij' * 2}{n}" for n in range(9)),
    ],
    ids=["word", "slips", "strokes", "capitals", "marks", "openings", "unknown"],
)
def test_a_text_in_bad_faith_costs_no_more_than_an_honest_one(text: str) -> None:
    corrected("logemnt")  # what is read once is read
    started = time.thread_time()
    corrected(text)
    assert time.thread_time() - started < 0.5


def test_in_one_text_only_so_many_unknown_words_are_looked_up() -> None:
    odd = [f"{a}{b}qxzwkjvvq" for a in "abcdefghij" for b in "abcdefghij"]
    text = " ".join(f"{word} pour une famille avec enfants" for word in odd[: MOST_UNKNOWN + 1])
    assert corrected(f"{text} logemnt").endswith("logemnt")
    assert corrected("logemnt").endswith("logement")

"""What people typed, as it stands inside a sentence."""

import pytest

from matcher.wording.quoting import CUT, OVERFLOW, inside, quoted, typeset

KITCHEN = "Nous cherchons un lieu pour un atelier cuisine, deux fois par mois, avec des familles"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'accueil d'urgence", "l’accueil d’urgence"),
        ("des ménages « prêts », ou presque", "des ménages “prêts”, ou presque"),
        ('sans dire "malades"', "sans dire “malades”"),
        ("deux lignes\n  en  une", "deux lignes en une"),
        ("⚠ MOBILITÉ ⚠ pas de permis", "– MOBILITÉ – pas de permis"),
        ("un 5' de plus", "un 5' de plus"),
    ],
)
def test_what_is_typed_is_set_as_french_is_printed(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("- Deux lignes.  ", "Deux lignes"),
        ("• une salle ;", "une salle"),
        ("⚠ pas de permis", "pas de permis"),
        ("bus, vélo, etc.", "bus, vélo, etc."),
        ("qui connaît la MDPH ?", "qui connaît la MDPH ?"),
        ("(re)faire un CV…", "(re)faire un CV…"),
    ],
)
def test_marks_that_open_or_close_a_statement_stay_outside(typed: str, said: str) -> None:
    assert quoted(typed, 100) == said


def test_a_long_quote_is_cut_after_a_sentence_and_says_nothing_of_it() -> None:
    assert quoted("Une salle équipée à Bezons. Le soir, sur demande seulement.", 40) == (
        "Une salle équipée à Bezons"
    )


def test_a_long_quote_is_cut_at_a_pause_rather_than_anywhere() -> None:
    assert quoted(KITCHEN + ", à l’hôtel", 78) == (
        "Nous cherchons un lieu pour un atelier cuisine, deux fois par mois" + CUT
    )


def test_a_long_quote_without_a_pause_is_cut_before_its_small_words() -> None:
    line = "un accueil de jour pour les personnes âgées de la ville et de ses environs"
    assert quoted(line, 61) == "un accueil de jour pour les personnes âgées de la ville" + CUT


def test_what_nearly_fits_is_not_cut() -> None:
    line = "une salle équipée à Bezons, le soir"
    assert quoted(line, len(line) - 5) == line


def test_a_cut_leaves_no_number_without_its_unit() -> None:
    line = "accueil à temps partiel pour tous les enfants de 3 mois à 3 ans révolus de la commune"
    assert quoted(line, 62) == ("accueil à temps partiel pour tous les enfants de 3 mois" + CUT)


def test_a_cut_leaves_no_parenthesis_open_where_it_can() -> None:
    line = "des ateliers réguliers autour des bêtes (soigner, brosser, se taire ensemble), le jeudi"
    assert quoted(line, 60) == "des ateliers réguliers autour des bêtes" + CUT


@pytest.mark.parametrize("room", [20, 40, 80, 160])
def test_a_quote_keeps_to_its_room(room: int) -> None:
    for line in (KITCHEN * 3, "x" * 500, "mot " * 200):
        assert 0 < len(quoted(line, room)) <= OVERFLOW * room


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("Nous cherchons", "nous cherchons"),
        ("On vient avec elles", "on vient avec elles"),
        ("L’atelier du jeudi", "l’atelier du jeudi"),
        ("Le Relais nous aide", "Le Relais nous aide"),
        ("ON PREND TOUT", "ON PREND TOUT"),
        ("Pontoise et autour", "Pontoise et autour"),
        ("9 chambres", "9 chambres"),
        ("À Cergy", "À Cergy"),
    ],
)
def test_only_a_word_that_is_no_name_loses_its_capital(quote: str, said: str) -> None:
    assert inside(quote) == said


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("### Objectif\n\nApprendre à lire", "Objectif : Apprendre à lire"),
        ("trois axes :  \n- le français,  \n- l'école", "trois axes : – le français, – l’école"),
        ("une **aide gratuite** au __logement__", "une aide gratuite au logement"),
        ("voir [le site](https://exemple.fr/aide)", "voir le site"),
        ("•\\tUn atelier de couture", "• Un atelier de couture"),
        ("2 * 3 places, un * par jour", "2 * 3 places, un * par jour"),
    ],
)
def test_markdown_is_not_printed(typed: str, printed: str) -> None:
    assert typeset(typed) == printed

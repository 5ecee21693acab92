"""The plain ways in which practitioners exclude, and what only looks like them."""

from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.french import terms
from models.negation import SCOPE_WORDS, excluded_words

LONG = 100_000


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("Hébergement, pas de mineurs", "mineurs"),
        ("PAS D’ANIMAUX", "animaux"),
        ("pas d'hébergement d’urgence", "hébergement urgence"),
        ("Aucun animal", "animal"),
        ("Accueil de jour, AUCUNE domiciliation", "domiciliation"),
        ("hors urgence", "urgence"),
        ("Hors mineurs isolés", "mineurs isolés"),
        ("Hébergement (sauf urgence)", "urgence"),
        ("tous les jours sauf les week-ends", "week ends"),
        ("Excepté les mineurs", "mineurs"),
        ("Tous publics, à l’exclusion des mineurs", "mineurs"),
        ("animaux interdits", "animaux"),
        ("Les animaux sont INTERDITS", "animaux"),
        ("Interdit aux mineurs", "mineurs"),
        ("Domiciliation refusée aux couples", "couples"),
        ("Mineurs refusés", "mineurs"),
        ("chiens non admis", "chiens"),
        ("chiens pas acceptés", "chiens"),
        ("Les mineurs sont exclus", "mineurs"),
        ("Ni mineurs ni animaux", "mineurs animaux"),
        ("ni mineurs, ni animaux", "mineurs animaux"),
        ("Nous ne prenons pas les mineurs", "mineurs"),
        ("Nous n’accueillons pas de couples", "couples"),
        ("Nous n'hébergeons plus de familles", "familles"),
        ("Plus de places", "places"),
        ("pas de fraises", "fraises"),
        ("Mineurs : non", "mineurs"),
        ("exclus : mineurs, animaux", "mineurs animaux"),
        ("Nos amies les bêtes ne sont pas acceptées", "amies bêtes"),
        ("ne prenons pas en charge les addictions", "charge addictions"),
        ("plus de place pour les femmes seules", "femmes seules"),
        ("pas d'hébergement de nuit", "hébergement nuit"),
        ("Accompagnement social sans hébergement", "hébergement"),
        ("ne concerne pas les couples", "couples"),
        ("nous ne faisons plus de déménagement", "déménagement"),
        ("impossible pour les chiens", "chiens"),
        ("Local inaccessible aux fauteuils", "fauteuils"),
        ("fumeurs s’abstenir", "fumeurs"),
        ("Nous n’intervenons pas contre les punaises", "punaises"),
        ("non praticable en fauteuil", "fauteuil"),
        ("fermé le week-end", "week end"),
    ],
)
def test_a_plain_exclusion_is_read(text: str, excluded: str) -> None:
    assert _terms(text) == terms(excluded)


@pytest.mark.parametrize(
    "text",
    [
        "Hébergement sans garant",
        "pas besoin de garant",
        "Pas seulement les jeunes",
        "Pas forcément le permis",
        "Atelier hors les murs",
        "Équipe hors-les-murs",
        "Aide aux jeunes hors du système scolaire",
        "Garde d’enfants hors temps scolaire",
        "plus de 30 places",
        "Pour plus d’informations, appelez",
        "Accueille de plus en plus de jeunes",
        "En plus d’un hébergement",
        "Pas de frais, aucune condition de ressources",
        "Aucun critère d’entrée",
        "Accompagnement des personnes exclues",
        "Insertion des jeunes exclus du marché du travail",
        "Recours des demandeurs refusés par la préfecture",
        "Personne n’est refusé",
        "L’agence est fermée au public le jeudi",
        "Couverture santé hors de France",
        "Aucun public n'est exclu",
        "L’entrée n’est pas interdite",
        "Prête des vélos à ceux qui n’ont pas de voiture",
        "Famille qui n’a plus de logement",
        "Monsieur n’a pas de véhicule",
        "Cours pour qui ne parle pas le français",
        "Pas de liste d’attente pour les familles",
        "N’hésitez pas à venir avec vos enfants",
        "Sans condition ni rendez-vous",
        "Sur rendez-vous, sauf urgence",
        "Il n’est pas nécessaire d’avoir des papiers",
        "Ne laissez pas les enfants seuls",
        "Aucun diplôme exigé",
    ],
)
def test_what_only_looks_like_an_exclusion_excludes_nothing(text: str) -> None:
    assert _terms(text) == []


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("pas de mineurs, femmes enceintes bienvenues", "mineurs"),
        ("pas de mineurs et femmes enceintes bienvenues", "mineurs"),
        ("pas de mineurs mais des familles", "mineurs"),
        ("pas de mineurs. Familles", "mineurs"),
        ("pas de mineurs ; familles", "mineurs"),
        ("Hébergement (pas de mineurs) pour familles", "mineurs"),
        ("pas de mineurs, pas d'animaux", "mineurs animaux"),
        ("Accueil des familles, animaux interdits", "animaux"),
        ("pas de mineurs en revanche les couples sont accueillis", "mineurs"),
    ],
)
def test_an_exclusion_ends_with_its_clause(text: str, excluded: str) -> None:
    assert _terms(text) == terms(excluded)


def test_an_exclusion_reaches_so_many_words() -> None:
    reached = excluded_words("pas de un deux trois quatre cinq six sept")
    assert reached == ["un", "deux", "trois", "quatre", "cinq", "six"]
    assert len(reached) == SCOPE_WORDS


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                "pas|de|d’|ni|hors|sauf|n’|ne|plus|aucune|est|interdits|cherche|besoin|,|(|étude|et"
                "|recherche|bienvenus|qui|personne|exclus".split("|")
            ),
        ),
        max_size=20,
    ).map(" ".join)
)
def test_no_text_is_an_error_and_only_its_own_words_are_excluded(text: str) -> None:
    found = excluded_words(text)
    assert set(_terms(text)) <= set(terms(text))
    assert all(word == word.lower() for word in found)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "'",
        "-a",
        " ",
        "\n",
        ",",
        "a ",
        "pas de ",
        "pas de, ",
        "ni ",
        "n'",
        "n'accueill",
        "nous ",
        "nous   ",
        "est ",
        "ne pren",
        "personne n'est ",
        "recherche ",
        "interdit ",
        "pas de a et ",
        "( pas ",
        "\u0327\u0301",
        "ﷺ",
    ],
)
def test_a_hostile_text_takes_no_more_than_its_length_deserves(unit: str) -> None:
    text = (unit * LONG)[:LONG]
    began = thread_time()
    excluded_words(text)
    assert thread_time() - began < 1


def _terms(text: str) -> list[str]:
    return terms(" ".join(excluded_words(text)))

from dataclasses import replace
from typing import Any

import pytest

from matcher.engine.places import Place
from matcher.engine.profiles import Actor, Kind
from matcher.engine.reasons import Reason
from matcher.errors import InvalidInput
from matcher.wording.misuse import misuse
from matcher.wording.reasons import reason_text
from matcher.wording.words import Words, language_of

FRENCH, ENGLISH = Words("fr"), Words("en")
ARGENTEUIL = Place(frozenset({"commune:95018"}), commune="commune:95018", name="Argenteuil")
VAL_D_OISE = Place(frozenset({"department:95"}), department="department:95", name="Val-d’Oise")
MOBILE = Actor("mobile", Kind.SOCIAL_WORKER, "Équipe mobile", place=VAL_D_OISE)
SEATED = Actor("seated", Kind.SOCIAL_ENTREPRENEUR, "Le Relais", place=ARGENTEUIL)
NOBODY = Actor("unsaved", Kind.SOCIAL_WORKER, "", place=ARGENTEUIL)


@pytest.mark.parametrize(
    ("name", "of", "at"),
    [
        ("Argenteuil", "d’Argenteuil", "à Argenteuil"),
        ("L'Isle-Adam", "de L’Isle-Adam", "à L’Isle-Adam"),
        ("Le Havre", "du Havre", "au Havre"),
        ("Les Mureaux", "des Mureaux", "aux Mureaux"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("Herblay-sur-Seine", "d’Herblay-sur-Seine", "à Herblay-sur-Seine"),
        ("Yerres", "d’Yerres", "à Yerres"),
        ("Yutz", "de Yutz", "à Yutz"),
        ("Yvetot", "d’Yvetot", "à Yvetot"),
        ("Osny", "d’Osny", "à Osny"),
        ("Eaubonne", "d’Eaubonne", "à Eaubonne"),
        ("Éragny", "d’Éragny", "à Éragny"),
        ("Houilles", "de Houilles", "à Houilles"),
        ("Haguenau", "de Haguenau", "à Haguenau"),
        ("Lessay", "de Lessay", "à Lessay"),
        ("Cergy", "de Cergy", "à Cergy"),
    ],
)
def test_a_name_is_elided_and_its_article_contracted(name: str, of: str, at: str) -> None:
    assert (FRENCH.of(name), FRENCH.at(name)) == (of, at)
    assert (ENGLISH.of(name), ENGLISH.at(name)) == (f"of {name}", f"in {name}")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("texte", "texte"),
        (True, "oui"),
        (None, "rien"),
        ([], "rien"),
        (["a", "b"], "a, b"),
        (0.5, "0,5"),
        (20000, "20\N{NARROW NO-BREAK SPACE}000"),
    ],
)
def test_parameters_are_written_for_a_french_reader(value: object, written: str) -> None:
    assert FRENCH.write(value) == written


def test_a_parameter_that_is_not_given_shows_its_name() -> None:
    assert "{maximum}" in FRENCH.say("error.limit-out-of-range")


def test_braces_in_what_people_wrote_are_left_alone() -> None:
    said = FRENCH.error(InvalidInput("unknown-territory-at-all", typed="{0.__class__} {x}"))
    assert "{0.__class__} {x}" in said


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "fr"),
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("de, en;q=0.5", "en"),
        ("pt,ja", "fr"),
    ],
)
def test_a_language_we_do_not_speak_is_french(accepted: str | None, language: str) -> None:
    assert language_of(accepted) == language
    assert Words("xx").language == "fr"


@pytest.mark.parametrize(
    ("kilometres", "said"), [(0.0, "moins de 1"), (0.99, "moins de 1"), (1.2, "1"), (12.6, "13")]
)
def test_a_distance_is_said_as_people_do(kilometres: float, said: str) -> None:
    assert FRENCH.kilometres(kilometres) == f"{said}\N{NO-BREAK SPACE}km"


def said_of(actor: Actor, partner: Actor, words: Words = FRENCH) -> str:
    """That the second covers the first."""
    return reason_text(Reason("zone_covers", "a_to_b"), actor, partner, {}, words)


def test_a_zone_that_covers_a_commune_names_it_and_elides() -> None:
    assert said_of(SEATED, MOBILE) == "Le Relais est à Argenteuil, dans la zone de l’Équipe mobile."
    assert said_of(SEATED, replace(MOBILE, name="Le Lien")).endswith("dans la zone du Lien.")
    assert said_of(SEATED, MOBILE, ENGLISH).endswith("in the zone of Équipe mobile.")


def test_nobody_sits_in_a_whole_departement() -> None:
    said = said_of(MOBILE, SEATED).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Équipe mobile et Le Relais interviennent sur le même territoire : Val-d’Oise."
    said = said_of(MOBILE, NOBODY).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Équipe mobile intervient dans votre zone : Val-d’Oise."


def test_who_is_not_stored_is_addressed() -> None:
    assert said_of(NOBODY, SEATED) == "Le Relais intervient là où vous êtes."
    assert said_of(SEATED, NOBODY) == "Le Relais est à Argenteuil, dans votre zone."


def test_domains_are_said_by_their_label() -> None:
    reason = Reason("shared_domains", None, {"codes": ("a", "b", "c", "d")})
    said = reason_text(reason, MOBILE, SEATED, {"a": "Vélo"}, FRENCH)
    assert said.endswith("Vélo, b, c.")


class Refusal(Exception):
    """An exception of a command-line parser, with what such exceptions carry."""

    def __init__(self, **carried: Any) -> None:
        super().__init__()
        self.__dict__.update(carried)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Refusal(option_name="--x", possibilities=["--y"]), "unknown-option"),
        (Refusal(option_name="--x", possibilities=None), "unknown-option-at-all"),
        (Refusal(option_name="--x"), "option-misused"),
        (Refusal(), "argument-unexpected"),
    ],
)
def test_wrong_usage_has_its_own_words(refusal: Refusal, code: str) -> None:
    error = misuse(refusal)
    assert error.code == code
    assert FRENCH.error(error) != f"error.{code}"
    assert "{" not in FRENCH.error(error)


def test_a_measure_has_three_decimals_and_a_difference_its_sign() -> None:
    french, english = Words("fr"), Words("en")
    assert (french.figure(0.8), english.figure(0.8)) == ("0,800", "0.800")
    assert [french.gap(number) for number in (-0.1432, 0.105, -0.0001)] == [
        *("−0,143", "+0,105", "+0,000")
    ]
    assert english.gap(-0.1432) == "−0.143"

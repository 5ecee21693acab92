import time

import pytest

from models.analysis import analyse
from models.lexicon import load_lexicon
from models.spelling import corrected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("une place en MCES pour un enfant", "une place en MECS pour un enfant"),
        ("orienté par le CAARhD", "orienté par le CAARUD"),
        ("orienté par l’aESAT", "orienté par l’ESAT"),
        ("transmettre à la CRPI", "transmettre à la CRIP"),
        ("dossier de handicap à la MDH", "dossier de handicap à la MDPH"),
        ("le SAMSSAH du secteur", "le SAMSAH du secteur"),
    ],
)
def test_a_mistyped_acronym_is_read_as_the_one_that_was_meant(written: str, meant: str) -> None:
    assert corrected(written) == meant
    assert analyse(written) == analyse(meant)


@pytest.mark.parametrize(
    "text",
    [
        "le SMIC et les APL, la SNCF, un GAEC",
        "des CHRSs et des CADAs",
        "voir avec l’ABIL",
        "une place à l’OTF",
        "association CAARUT",
        "l’asso MCES propose des repas",
        "chez MCES",
        "MCES SERVICES PLUS à Bondy",
        "ecrire à contact@MCES.fr, voir www.MCES.fr",
        "PLACE EN MCES POUR UN ENFANT",
        "habiter à RENNES, à LYON ou à SEVRAN",
        "dossier MCES-12 et MCES_12",
    ],
)
def test_other_acronyms_names_places_and_addresses_are_left_alone(text: str) -> None:
    assert corrected(text) == text


def test_every_acronym_of_the_lexicon_is_left_alone() -> None:
    texts = [f"orienté par {entry.term} hier" for entry in load_lexicon().entries]
    assert [text for text in texts if corrected(text) != text] == []


@pytest.mark.parametrize("text", ["MCES/" * 100_000, "ABIL/" * 100_000, "LOGEMNT/a/" * 50_000])
def test_a_text_full_of_unknown_acronyms_costs_no_more_than_another(text: str) -> None:
    corrected("une MCES")  # what is read once is read
    started = time.thread_time()
    corrected(text)
    assert time.thread_time() - started < 0.5

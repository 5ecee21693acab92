"""Codes, old and current, and the side of each kind of structure."""

import pytest

from matcher.engine.profiles import Kind
from matcher.store.vocabularies import (
    closest,
    domain_labels,
    is_known_typology,
    load,
    public_labels,
    read_domain,
    read_public,
    side_of_networks,
    side_of_typology,
)


def test_v1_has_its_69_domains_16_categories_and_14_publics() -> None:
    assert len([code for code in domain_labels() if "--" in code]) == 69
    assert len([code for code in domain_labels() if "--" not in code]) == 16
    assert len(public_labels()) == 14


@pytest.mark.parametrize(
    ("vocabulary", "codes"), [("thematiques", domain_labels()), ("profils", public_labels())]
)
def test_every_old_code_is_mapped_to_codes_that_exist(
    vocabulary: str, codes: dict[str, str]
) -> None:
    old = {entry["code"] for entry in load("data_inclusion_v0")[vocabulary]}
    mapping = load("v0_to_v1")[vocabulary]
    assert set(mapping) == old
    assert {code for targets in mapping.values() for code in targets} <= set(codes)


def test_every_current_code_reads_as_itself() -> None:
    assert all(read_domain(code) == (code,) for code in domain_labels())
    assert all(read_public(code) == (code,) for code in public_labels())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Préparer un permis", ("mobilite--preparer-un-permis",)),
        ("Mobilité", ("mobilite",)),
        (
            "gestion-financiere--obtenir-une-aide-alimentaire",
            ("equipement-et-alimentation--alimentation",),
        ),
        (
            "logement-hebergement--etre-accompagne-en cas-de-difficultes-financieres",
            ("logement-hebergement--reduire-les-impayes-de-loyer",),
        ),
        ("handicap", ()),
        ("poterie", None),
    ],
)
def test_domains_are_read_by_code_label_or_old_code(
    text: str, codes: tuple[str, ...] | None
) -> None:
    assert read_domain(text) == codes


def test_a_misspelt_domain_has_suggestions() -> None:
    assert closest("mobilte", domain_labels())[0] == "mobilite"


@pytest.mark.parametrize(
    ("typology", "side"),
    [
        ("ACI", Kind.SOCIAL_ENTREPRENEUR),
        ("esat", Kind.SOCIAL_ENTREPRENEUR),
        ("CCAS", Kind.SOCIAL_WORKER),
        ("Cap emploi", Kind.SOCIAL_WORKER),
        ("ASSO", None),
        ("Autre", None),
        ("MUNI", None),
    ],
)
def test_a_typology_tells_the_side_or_nothing(typology: str, side: Kind | None) -> None:
    assert side_of_typology(typology) is side
    assert is_known_typology(typology)


def test_networks_tell_the_side_only_when_they_agree() -> None:
    assert side_of_networks(["croix-rouge", "aci"]) is Kind.SOCIAL_ENTREPRENEUR
    assert side_of_networks(["ccas-cias", "aci"]) is None
    assert side_of_networks(["croix-rouge"]) is None


def test_every_side_is_given_to_a_code_of_the_vocabularies() -> None:
    networks = {entry["code"] for entry in load("data_inclusion_v1")["reseaux_porteurs"]}
    assert set(load("structure_sides")["reseaux_porteurs"]) <= networks

"""One organisation stays one under two agreements, two stay two."""

import pytest

from matcher.engine.organizations import organization_of
from matcher.engine.profiles import Actor, Kind


def _named(name: str, commune: str | None = "67302", organization: str | None = None) -> Actor:
    return Actor("x", Kind.SOCIAL_ENTREPRENEUR, name, organization, commune=commune)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_named("Entraide Emploi ACI"), _named("ENTRAIDE EMPLOI (AI+ACi)")),
        (_named("Association Été"), _named("Asso. ete")),
        (_named("Nadia", organization="Le Relais"), _named("Paul", organization="le  relais")),
    ],
)
def test_what_only_differs_by_its_registration_is_one(one: Actor, other: Actor) -> None:
    assert organization_of(one) == organization_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_named("Emmaüs"), _named("Emmaüs", commune="67482")),
        (_named("ACI"), _named("AI")),
        (_named("Le Relais"), _named("Le Relais du Rhin")),
    ],
)
def test_another_place_or_another_name_is_another_organisation(one: Actor, other: Actor) -> None:
    assert organization_of(one) != organization_of(other)

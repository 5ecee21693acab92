"""What the two ends of an exchange have in common: thématiques and publics."""

from datetime import date

from matcher.engine.actor_columns import ALL_PUBLICS, publics_of
from matcher.engine.links import Link

ABOUT = 0.05
"""Nats that a thématique adds to a match, from which the two texts are both about it."""


def in_common(link: Link, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Thématiques and publics at both ends of an exchange, the most telling first.

    Those of the two statements (declared, or read in them), otherwise those that
    their authors declare for their whole profiles. A thématique that the texts are not about is
    kept only where there is no public to name.
    """
    domains, publics = _domains(link), _publics(link, today)
    if link.themes and publics:
        domains = tuple(code for code in domains if link.themes.get(code, 0.0) >= ABOUT)
    return domains, publics


def _domains(link: Link) -> tuple[str, ...]:
    need, offer = link.domains
    wanted = need or frozenset(link.needy.domains)
    given = offer or frozenset(link.giver.domains)
    return tuple(sorted(wanted & given, key=lambda code: (-link.themes.get(code, 0.0), code)))


def _publics(link: Link, today: date) -> tuple[str, ...]:
    """In order of their codes; « everyone » is none."""
    need, offer = link.statements()
    wanted = frozenset(need.publics) or publics_of(link.needy, today)
    given = frozenset(offer.publics) or publics_of(link.giver, today)
    return tuple(sorted(wanted & given - {ALL_PUBLICS}))

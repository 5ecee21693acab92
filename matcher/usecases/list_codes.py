"""The official domains and publics as a form offers them: by category, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from matcher.store.vocabularies import domain_labels, public_labels


@dataclass(frozen=True, slots=True)
class Choice:
    """A code with its French label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class DomainCategory:
    """A category, which may be chosen as a whole, and the domains inside it."""

    code: str
    label: str
    domains: Sequence[Choice]


@cache
def domain_choices() -> tuple[DomainCategory, ...]:
    """Every data·inclusion v1 domain, under its category, in the order of the official list."""
    inside: dict[str, list[Choice]] = {}
    for code, label in domain_labels().items():
        category, _, leaf = code.partition("--")
        found = inside.setdefault(category, [])
        if leaf:
            found.append(Choice(code, label))
    labels = domain_labels()
    return tuple(
        DomainCategory(code, labels.get(code, code), tuple(domains))
        for code, domains in inside.items()
    )


@cache
def public_choices() -> tuple[Choice, ...]:
    """Every data·inclusion v1 public, in the order of the official list."""
    return tuple(Choice(code, label) for code, label in public_labels().items())

"""What a form can be filled with: official thématiques by category, and publics."""

from dataclasses import dataclass

from matcher.engine.reasons import SynergyKind
from matcher.store.vocabularies import domain_labels, public_labels
from matcher.usecases.show_actor import Labelled


@dataclass(frozen=True, slots=True)
class Choices:
    """``domains`` are categories, each with its thématiques; all in the order of their labels."""

    domains: tuple[tuple[Labelled, tuple[Labelled, ...]], ...]
    publics: tuple[Labelled, ...]
    kinds: tuple[str, ...]


def list_choices() -> Choices:
    """The official codes with their French labels, and the kinds of synergy."""
    labels = domain_labels()
    categories = [code for code in labels if "--" not in code]
    domains = tuple(
        (
            Labelled(code=category, label=labels[category]),
            tuple(
                Labelled(code=code, label=label)
                for code, label in labels.items()
                if code.startswith(f"{category}--")
            ),
        )
        for category in categories
    )
    publics = tuple(Labelled(code=code, label=label) for code, label in public_labels().items())
    return Choices(domains, publics, tuple(SynergyKind))

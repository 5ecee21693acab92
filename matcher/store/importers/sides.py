"""Which of the two sides a row is on: what it says, what its typology says, or the caller."""

from collections.abc import Sequence

from matcher.engine.profiles import Kind
from matcher.store.importers.problems import Refused, RowProblem, found, quoted
from matcher.store.vocabularies import (
    folded,
    is_known_typology,
    side_of_networks,
    side_of_typology,
)

WORDS = {
    Kind.SOCIAL_WORKER: (
        "social_worker",
        "social worker",
        "travailleur social",
        "travailleuse sociale",
        "travailleurs sociaux",
        "travailleuses sociales",
        "travail social",
        "professionnel du travail social",
        "professionnelle du travail social",
        "service social",
    ),
    Kind.SOCIAL_ENTREPRENEUR: (
        "social_entrepreneur",
        "social entrepreneur",
        "entrepreneur social",
        "entrepreneuse sociale",
        "entrepreneure sociale",
        "entrepreneurs sociaux",
        "entreprise sociale",
        "entrepreneuriat social",
    ),
}
KIND_OF_WORDS = {folded(word): kind for kind, words in WORDS.items() for word in words}


def read_side(
    kind: str | None,
    structure_type: str | None,
    networks: Sequence[str],
    side: Kind | None,
) -> tuple[Kind, str | None]:
    """Settle the side and the structure type.

    ``kind`` is one of the two words or a typology, ``side`` what the caller says of rows that
    do not tell. Raises :class:`Refused` ``side-required``, ``unknown-side`` or ``unknown-kind``.
    """
    if kind is not None and folded(kind) in KIND_OF_WORDS:
        return KIND_OF_WORDS[folded(kind)], structure_type
    for typology in (kind, structure_type):
        told = side_of_typology(typology) if typology else None
        if told is not None:
            return told, structure_type or typology
    told = side_of_networks(networks) or side
    if told is not None:
        return told, structure_type or kind or (networks[0] if networks else None)
    raise Refused([_unsettled(kind, structure_type, networks)])


def _unsettled(kind: str | None, structure_type: str | None, networks: Sequence[str]) -> RowProblem:
    accepted = ", ".join(kind.value for kind in Kind)
    typology = structure_type or kind or ", ".join(networks)
    if not typology:
        return found("side-required", "kind", accepted=accepted, option="--side")
    if kind is None or structure_type is not None or networks or is_known_typology(kind):
        return found("unknown-side", "kind", typology=quoted(typology), option="--side")
    return found("unknown-kind", "kind", value=quoted(kind), accepted=accepted, option="--side")

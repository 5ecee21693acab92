"""What an imported row changes in the actor that is already stored."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

from matcher.engine.profiles import Actor, Statement
from matcher.store.importers import limits
from matcher.store.importers.problems import Refused, RowProblem, found, quoted
from matcher.store.importers.rows import ReadRow
from matcher.store.importers.values import cut_text
from matcher.store.oppositions import MAIL
from matcher.store.vocabularies import folded

OF_THE_ROW = {"id", "kind", "name", "updated", "place"}


def merged(
    read: ReadRow, stored: Actor | None, refused: Collection[str] = ()
) -> tuple[Actor, tuple[RowProblem, ...]]:
    """Lay a row over the stored actor: what the row does not speak of stays.

    An objection to profiling or to mail (``refused``) is never undone by a file; a warning says
    so. Raises :class:`Refused` ``id-taken`` where a foreign row's id is that of somebody else.
    """
    if stored is None:
        return read.actor, ()
    if not read.strict and folded(stored.name) != folded(read.actor.name):
        raise Refused([found("id-taken", "id", id=stored.id, name=quoted(stored.name))])
    kept = {
        field.name: getattr(stored, field.name)
        for field in fields(Actor)
        if field.name not in read.given and field.name not in OF_THE_ROW
    }
    if read.actor.structure_type is not None:
        kept.pop("structure_type", None)
    if "offers" in kept and _only_described(stored):
        kept["offers"] = read.actor.offers or stored.offers
    actor = replace(read.actor, **kept)
    kept_refusals = []
    if actor.profiling and not stored.profiling:
        actor = replace(actor, profiling=False)
        kept_refusals.append(found("objection-kept", "profiling"))
    if actor.consent_email and MAIL in refused:
        actor = replace(actor, consent_email=False)
        kept_refusals.append(found("mail-objection-kept", "consent_email"))
    return actor, tuple(kept_refusals)


def with_services(actor: Actor, offers: Sequence[Statement], zone: Sequence[str]) -> Actor:
    """Replace an actor's offers by its services, and widen its zone by theirs."""
    wider = tuple(dict.fromkeys((*actor.zone, *zone)))[: limits.LIST]
    return replace(actor, offers=tuple(offers), zone=wider, updated=None)


def missing_structure(structure_id: str) -> RowProblem:
    """Name a service whose structure is neither in this import nor stored."""
    return found("orphan-service", "structure_id", structure_id=quoted(structure_id))


def _only_described(stored: Actor) -> bool:
    """Tell whether the stored offers are no more than what the description stood for."""
    described = cut_text(stored.description, limits.STATEMENT)
    return [offer.text for offer in stored.offers] in ([], [described])

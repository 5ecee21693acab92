"""Whom a caller may write: actors of its départements, and none that it cannot see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from matcher.engine.profiles import Actor
from matcher.store.importers.problems import Refused, found
from matcher.store.importers.rows import ReadRow
from matcher.territory import Referential
from matcher.territory.belonging import departments_of


def second_id(made_up: str) -> str:
    """The id of an actor without one, where somebody out of sight bears the usual one."""
    return f"{made_up}-2"


@dataclass(frozen=True)
class Admission:
    """What an import may do; ``departments`` are the caller's, ``None`` is all of them."""

    departments: tuple[str, ...] | None
    referential: Referential

    def named(self, read: ReadRow, hidden: Collection[str]) -> ReadRow:
        """The same row, with another id where the one that was made up is taken out of sight."""
        if read.actor.id not in hidden:
            return read
        return replace(read, actor=replace(read.actor, id=second_id(read.actor.id)))

    def check_known(self, read: ReadRow, stored: Mapping[str, Actor]) -> None:
        """Refuse an id that names nobody in sight.

        Whether it names somebody elsewhere must not be told, nor may it be taken from them: so
        who is new has no id yet.
        """
        if self.departments is None or read.generated_id or read.actor.id in stored:
            return
        raise Refused([found("id-not-yours", "id")])

    def check_home(self, actor: Actor) -> None:
        """Refuse an actor that would not belong to the caller's départements."""
        if self.departments is None:
            return
        if set(departments_of(actor.commune, actor.zone, self.referential)).isdisjoint(
            self.departments
        ):
            field = "commune" if actor.commune else "zone"
            raise Refused([found("territory-not-yours", field)])

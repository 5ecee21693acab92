"""What one caller sees of an installation: the one place through which a question passes."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.belonging import Bounds
from matcher.engine.columns import code_of
from matcher.engine.index import ActorIndex, Snapshot
from matcher.engine.profiles import Actor
from matcher.engine.territory import present
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Role, Scope
from matcher.store.feedback import APART, MET, pairs_with
from matcher.territory import Referential
from matcher.territory.belonging import naming


class Told(NamedTuple):
    """Pairs of ids, each in order: those not to be proposed, and those who met."""

    apart: frozenset[tuple[str, str]]
    met: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Sight:
    """An installation as a scope lets it be seen: whoever is outside might as well not exist."""

    application: Application
    scope: Scope

    @cached_property
    def bounds(self) -> Bounds | None:
        """Where partners must belong; ``None`` is anywhere."""
        departments = self.scope.departments
        if departments is None:
            return None
        return bounds_of(departments, self.application.referential)

    def actor(self, actor_id: str, pointer: str = "actor_id") -> Actor:
        """A stored actor with its place; NotFound where nobody, or nobody in sight, has this id."""
        actor = None
        writable = actor_id.encode("utf-8", "ignore").decode() == actor_id  # no half characters
        if writable and self._may_look_up(actor_id):
            actor = self.application.actor(actor_id, self.scope.departments)
        if actor is None:
            raise unknown_actor(actor_id, pointer)
        return actor

    def find(self, snapshot: Snapshot, actor_id: str) -> tuple[ActorIndex, int] | None:
        """The part of a snapshot that holds an actor in sight, and its position there."""
        found = snapshot.find(actor_id) if self._may_look_up(actor_id) else None
        if found is None or self.bounds is None:
            return found
        part, position = found
        return found if self.bounds.hold(part, np.array([position]))[0] else None

    def count(self, snapshot: Snapshot) -> int:
        """How many actors in sight can be recommended."""
        if self.bounds is None:
            return len(snapshot)
        return sum(len(self.bounds.members(part)) for part in snapshot.parts)

    def count_sitting(self, territory: str, side: int) -> int:
        """How many of them, of one side, sit in a territory."""
        wanted, total = code_of([territory]), 0
        for part in self.application.snapshot().parts:
            found = present(part, wanted, side)
            total += len(found) if self.bounds is None else int(self.bounds.hold(part, found).sum())
        return total

    def told(self, actor_id: str | None, *, exclude_known: bool) -> Told:
        """What was said of pairs in sight: of one actor, or of all for a territory."""
        with self.application.database.read() as connection:
            met = pairs_with(connection, MET, actor_id)
            apart = pairs_with(connection, APART, actor_id)
        if self.bounds is not None and (met or apart):
            snapshot = self.application.snapshot()
            met, apart = (
                frozenset(pair for pair in pairs if all(self.find(snapshot, one) for one in pair))
                for pairs in (met, apart)
            )
        return Told(apart | met if exclude_known else apart, met)

    def version(self, snapshot: Snapshot) -> str:
        """Name what is in sight of a snapshot: what changes elsewhere does not change it."""
        bounds = self.bounds
        if bounds is None:
            return snapshot.version
        total = 0
        for part in snapshot.parts:
            digests = part.digests[bounds.members(part)]
            total += int(digests.astype(np.uint64).sum(dtype=np.uint64))
        told = (bounds.departments, total % (1 << 64), snapshot.model.model_id)
        today = self.application.today().isoformat()
        content = ascii((*told, self.application.learned, today)).encode()
        return f"s-{blake2b(content, digest_size=8).hexdigest()}"

    def snapshot_named(self, version: str) -> Snapshot | None:
        """The current snapshot or a recent one by its :meth:`version`."""
        return self.application.snapshot_named(version, self.version)

    def _may_look_up(self, actor_id: str) -> bool:
        return self.scope.actor_id is None or self.scope.actor_id == actor_id


def unknown_actor(actor_id: str, pointer: str = "actor_id") -> NotFound:
    """Nobody has this id, as far as the caller can see."""
    return NotFound("unknown-actor", pointer=pointer, actor_id=actor_id[:80])


def unmatched(scope: Scope, actor_id: str, pointer: str = "actor_id") -> InvalidInput | NotFound:
    """What is said of somebody in sight who refuses to be matched.

    Who may write such a refusal down may read it: the person, coordinators of its département and
    whoever runs the installation are told. To anybody else it is nobody.
    """
    if scope.role in {Role.ADMIN, Role.COORDINATOR} or scope.actor_id == actor_id:
        return InvalidInput("actor-opted-out", pointer=pointer)
    return unknown_actor(actor_id, pointer)


@lru_cache(maxsize=256)
def bounds_of(departments: tuple[str, ...], referential: Referential) -> Bounds:
    """Who belongs to some départements, given as typed identifiers."""
    return Bounds(departments, naming(departments, referential))

"""What the engine knows of an actor: who it is, where it acts, what it needs and what it offers."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matcher.engine.places import Place


class Kind(StrEnum):
    """The two sides that a cross-side synergy brings together."""

    SOCIAL_WORKER = "social_worker"
    SOCIAL_ENTREPRENEUR = "social_entrepreneur"


class Role(StrEnum):
    """What a statement says: something an actor lacks, or something it brings."""

    NEED = "need"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Statement:
    """One short text of a profile that is matched.

    ``domains`` and ``publics`` are data·inclusion v1 codes that hold for this statement alone;
    ``expires`` is the last day on which it still counts.
    """

    role: Role
    text: str
    domains: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A professional or an organisation, with its statements and the zone where it acts.

    ``commune`` is an INSEE (or Québec) code, ``zone`` holds territory identifiers such as
    ``department:95``, ``radius_km`` is in kilometres. ``place`` is where the actor sits, or
    ``None`` while nobody has looked its commune up.
    """

    id: str
    kind: Kind
    name: str
    organization: str | None = None
    structure_type: str | None = None
    email: str | None = None
    commune: str | None = None
    zone: tuple[str, ...] = ()
    radius_km: float | None = None
    domains: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    description: str = ""
    needs: tuple[Statement, ...] = ()
    offers: tuple[Statement, ...] = ()
    capacity_per_month: int | None = None
    consent_email: bool = False
    profiling: bool = True
    known: tuple[str, ...] = ()
    source: str | None = None
    updated: date | None = None
    place: Place | None = field(default=None, compare=False)

    def statements(self, role: Role) -> tuple[Statement, ...]:
        """The needs or the offers, in the order their author gave them."""
        return self.needs if role is Role.NEED else self.offers

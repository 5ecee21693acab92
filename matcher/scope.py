"""Who asks, and whom they may see: what every use case is told before it looks at anybody."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody who asks is to the installation."""

    PORTAL = "portal"
    COORDINATOR = "coordinator"
    PRACTITIONER = "practitioner"
    ADMIN = "admin"
    EMBED = "embed"
    """A page of a portal, with a token that anybody who sees the page can read."""


_OF_DEPARTMENTS = {Role.COORDINATOR, Role.EMBED}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a caller may see; there is no default, so that nothing is read without one.

    ``departments`` are typed identifiers (``department:95``), sorted; ``None`` is everybody.
    ``actor_id`` is the only actor that a practitioner may look up, change or ask for; its
    partners are everybody. ``who`` names the caller in the audit log, never a person.
    """

    role: Role
    who: str
    departments: tuple[str, ...] | None = None
    actor_id: str | None = None

    def __post_init__(self) -> None:
        if (self.role in _OF_DEPARTMENTS) != (self.departments is not None):
            raise ValueError("a coordinator or an embed, and nobody else, has départements")
        if (self.role is Role.PRACTITIONER) != (self.actor_id is not None):
            raise ValueError("a practitioner, and nobody else, is an actor")

    @classmethod
    def everything(cls, who: str = "local") -> "Scope":
        """The scope of whoever runs the installation."""
        return cls(Role.ADMIN, who)


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in on the pages: ``digest`` names the session and opens nothing.

    ``address`` is the person's own, to be shown to it alone.
    """

    digest: str
    address: str
    scope: Scope

"""Names as pages show them, set as French is printed.

Only where they are shown: what is stored, exported, sent or put in a field to be corrected stays as
its author typed it, since a name is somebody's own.
"""

from typing import Protocol


class Named(Protocol):
    """Somebody with a name, and perhaps an organisation."""

    @property
    def name(self) -> str:
        """The person's, or what stands for it."""

    @property
    def organization(self) -> str | None:
        """Where they work."""


def typographic(name: str) -> str:
    """A name with typographic apostrophes: « L’Isle-Adam »."""
    return name.replace("'", "’")


def called(actor: Named) -> str:
    """The organisation as it is shown, or the person where there is none."""
    return typographic(actor.organization or actor.name)

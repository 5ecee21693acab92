"""The mail that introduces two people who both said yes: what it holds, and its words."""

from dataclasses import dataclass

from matcher.mailing.digest import Footer
from matcher.mailing.rendering import Rendered, render


@dataclass(frozen=True, slots=True)
class Introduced:
    """The other person; ``email`` is ``None`` where it did not agree to be written to."""

    name: str
    organization: str | None
    side: str
    commune: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Introduction:
    """Everything that one of the two mails says.

    ``reason`` tells why the two were brought together and ``kind`` is that of the synergy, both
    ``None`` where their profiles no longer say so.
    """

    reader: str
    other: Introduced
    reason: str | None
    kind: str | None
    footer: Footer


def render_introduction(introduction: Introduction) -> Rendered:
    """Write the subject, the page and the plain text of an introduction, in French."""
    return render("introduction", introduction=introduction, footer=introduction.footer)

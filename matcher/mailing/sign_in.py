"""The mail with the link that signs in: what it holds."""

from dataclasses import dataclass

from matcher.mailing.rendering import Rendered, render


@dataclass(frozen=True, slots=True)
class SignIn:
    """Everything that it says: where to go, for how many minutes, who writes and who answers."""

    link: str
    minutes: int
    sender: str
    contact: str


def render_sign_in(said: SignIn) -> Rendered:
    """Write the subject, the page and the plain text of the mail, in French."""
    return render("sign_in", said=said)

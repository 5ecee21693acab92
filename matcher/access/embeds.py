"""Tokens that a page of a portal may show: signed, narrow, for some origins, until a moment.

A portal's key must never stand in a page. Such a token may: it opens recommendations of some
départements to be read, from pages of the origins it names, and nothing else. Whoever reads the
page can read the token too, so it is worth no more than the page itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from matcher.access.links import read, sign
from matcher.scope import Role, Scope

PURPOSE = "embed"
_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Embed:
    """What a token says.

    ``departments`` are typed identifiers, sorted; ``commune`` narrows what is shown further, and
    ``need`` asks for partners who answer it, as somebody of the side ``kind``: either fixes one
    question, which only the frame asks.
    ``origins`` may frame it, or ask with it: ``https://portail.example``.
    """

    departments: tuple[str, ...]
    origins: tuple[str, ...]
    commune: str = ""
    need: str = ""
    kind: str = "social_worker"

    @property
    def is_one_question(self) -> bool:
        """Whether it says what is asked, so that nothing else may be."""
        return bool(self.commune or self.need)


def sign_embed(secret: bytes, embed: Embed, until: datetime) -> str:
    """The token that says all this until a moment."""
    told = [" ".join(embed.departments), " ".join(embed.origins), embed.commune]
    told += [embed.need, embed.kind]
    return sign(secret, PURPOSE, told, until)


def read_embed(secret: bytes, token: str, now: datetime) -> Embed | None:
    """What a token says; ``None`` where it is forged, of another purpose, or has run out."""
    told = read(secret, PURPOSE, token, now)
    if told is None or len(told) != 5 or not told[0] or not told[1]:
        return None
    departments, origins, *question = told
    return Embed(tuple(departments.split()), tuple(origins.split()), *question)


def read_ended_embed(secret: bytes, token: str) -> Embed | None:
    """What a token says that may have run out: enough to say so where it stood."""
    return read_embed(secret, token, _LONG_AGO)


def scope_of_embed(embed: Embed, token: str) -> Scope:
    """Whom the bearer of a token may see; the log names the token by a hash of it."""
    name = blake2b(token.encode(), digest_size=6).hexdigest()
    return Scope(Role.EMBED, f"embed:{name}", embed.departments)

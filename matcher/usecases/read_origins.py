"""Read origins of other sites, as a browser names them: who may frame us, or ask from a page."""

import re
from collections.abc import Iterable

from matcher.errors import InvalidInput, NotReady
from matcher.settings import Settings

_HOST = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
_ORIGIN = re.compile(
    rf"https://{_HOST}(?::[0-9]{{1,5}})?|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{{1,5}})?"
)
"""What may stand in a header as it is. Not encrypted only on the machine itself, to try."""
LONGEST = 200


def read_origins(typed: Iterable[str]) -> tuple[str, ...]:
    """Origins in order, each once; raises InvalidInput ``origin-invalid`` for anything else.

    No path, no joker, no last slash: whoever is allowed is named.
    """
    found: list[str] = []
    for text in typed:
        origin = text.strip().lower()
        if len(origin) > LONGEST or not _ORIGIN.fullmatch(origin):
            raise InvalidInput("origin-invalid", pointer="origin", typed=text[:80])
        found.append(origin)
    return tuple(sorted(set(found)))


def origins_that_may_ask(settings: Settings) -> tuple[str, ...]:
    """The allow-list of ``SYNERGIES_CORS_ORIGINS``, empty where it is not set.

    Raises NotReady ``cors-origins`` where it cannot be read: nobody is let in by a guess.
    """
    parts = (part for part in (settings.cors_origins or "").split(",") if part.strip())
    try:
        return read_origins(parts)
    except InvalidInput as error:
        raise NotReady("cors-origins", typed=error.parameters["typed"]) from error

"""What is wrong with a field, in the words of a page."""

from api.web.pages import LANGUAGE
from matcher.errors import InvalidInput, NotFound
from matcher.wording.words import Words

FRENCH = Words(LANGUAGE)


def fault_text(error: InvalidInput | NotFound) -> str:
    """Say it without what was typed: that stands in the field, and nowhere else."""
    code = f"page.fault.{error.code}"
    code = code if FRENCH.knows(code) else f"error.{error.code}"
    return FRENCH.say(code, **{**error.parameters, "typed": "…"})

"""Mails from their templates: one folder a mail, with its subject, its page and its plain text."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

import css_inline
from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined

from matcher.wording.words import Words

NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail before it has an envelope. ``html`` has its styles inline and loads nothing."""

    subject: str
    html: str
    text: str


def render(mail: str, **content: object) -> Rendered:
    """Fill the three templates of ``mail``; raises jinja2.UndefinedError on a forgotten value."""
    subject, page, text = (
        _environment().get_template(f"{mail}/{part}").render(content)
        for part in ("subject.txt", "body.html", "body.txt")
    )
    one_line = " ".join(subject.replace(NBSP, "\0").split()).replace("\0", NBSP)
    return Rendered(one_line, _inlined(page), re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n")


@cache
def _environment() -> Environment:
    """Everything that is not a template of ours is escaped, in pages; a text needs no escape."""
    environment = Environment(
        loader=PackageLoader("matcher.mailing"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Words("fr")
    environment.globals["say"] = words.say
    environment.filters |= {"month": _month, "of": words.of, "at": words.at, "sentence": _sentence}
    return environment


def _month(day: date) -> str:
    """« décembre 2026 »."""
    return format_date(day, "MMMM y", locale="fr")


def _sentence(text: str) -> str:
    """What the lexicon says without a full stop, with one."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _inlined(page: str) -> str:
    """Styles beside what they style: many readers of mail drop those of the head."""
    return css_inline.inline(page, keep_style_tags=True, load_remote_stylesheets=False)

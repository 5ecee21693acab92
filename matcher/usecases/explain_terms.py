"""Explain to one side the terms of the other that a reason quotes or names."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from matcher.engine.profiles import Actor, Kind
from matcher.engine.reasons import Reason
from matcher.engine.recommending import Match
from matcher.engine.remembering import remembers_texts
from matcher.usecases.answers import GlossAnswer
from matcher.wording.reasons import shown_name
from models.french import terms
from models.lexicon import load_lexicon

REMEMBERED = 4096
"""Names and quotes whose terms are remembered: those of one département come again and again."""


def explain_terms(reason: Reason, match: Match, reader: Kind | None) -> list[GlossAnswer]:
    """Terms of one reason that the reader may not know, each once, in the order of the sentence.

    A ``reader`` of one side is the asker and knows what it wrote itself; ``None`` reads for both
    sides, as a coordinator does.
    """
    glosses: dict[str, GlossAnswer] = {}
    for author, text in _texts(reason, match):
        if reader is None or author is not match.actor:
            for gloss in _explained(text, reader, author.kind):
                glosses.setdefault(gloss.expansion, gloss)
    return list(glosses.values())


def shown_terms(text: str, glossary: Iterable[GlossAnswer]) -> list[GlossAnswer]:
    """Of the terms explained, those that a sentence shows: it may have cut the others away."""
    shown = set(terms(text))
    return [gloss for gloss in glossary if set(terms(gloss.term)) <= shown]


@remembers_texts
@lru_cache(maxsize=REMEMBERED)
def _explained(text: str, reader: Kind | None, writer: Kind) -> tuple[GlossAnswer, ...]:
    glosses = load_lexicon().explain(text, reader, writer)
    return tuple(GlossAnswer(**gloss._asdict()) for gloss in glosses)


def _texts(reason: Reason, match: Match) -> Iterator[tuple[Actor, str]]:
    """The name and the quote of the giver, then those of the needy, each with its author."""
    authors = {actor.id: actor for actor in (match.actor, match.partner)}
    for quote in reversed(reason.evidence):
        author = authors[quote.actor_id]
        yield author, shown_name(author)
        yield author, quote.quote

"""Explain to one side the terms of the other that a reason quotes or names."""

from collections.abc import Iterator

from matcher.engine.profiles import Actor, Kind
from matcher.engine.reasons import Reason
from matcher.engine.recommending import Match
from matcher.usecases.answers import GlossAnswer
from matcher.wording.reasons import shown_name
from models.lexicon import load_lexicon


def explain_terms(reason: Reason, match: Match, reader: Kind | None) -> list[GlossAnswer]:
    """Terms of one reason that the reader may not know, each once, in the order of the sentence.

    A ``reader`` of one side is the asker and knows what it wrote itself; ``None`` reads for both
    sides, as a coordinator does.
    """
    glosses: dict[str, GlossAnswer] = {}
    for author, text in _texts(reason, match):
        if reader is None or author is not match.actor:
            for gloss in load_lexicon().explain(text, reader, author.kind):
                glosses.setdefault(gloss.expansion, GlossAnswer(**gloss._asdict()))
    return list(glosses.values())


def _texts(reason: Reason, match: Match) -> Iterator[tuple[Actor, str]]:
    """The name and the quote of the giver, then those of the needy, each with its author."""
    authors = {actor.id: actor for actor in (match.actor, match.partner)}
    for quote in reversed(reason.evidence):
        author = authors[quote.actor_id]
        yield author, shown_name(author)
        yield author, quote.quote

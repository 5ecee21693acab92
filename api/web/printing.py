"""Sheets to print: one synergy on a page, or the introductions of a territory one below another."""

from dataclasses import dataclass

from api.web.names_shown import called
from matcher.usecases.answers import GlossAnswer, RecommendationItem
from matcher.usecases.explain_terms import shown_terms
from matcher.usecases.export_synergies import quotes
from matcher.wording.scores import SHOWN_CERTAINTY, score_word
from matcher.wording.words import Words

FRENCH = Words("fr")
MOST_REASONS, MOST_TERMS, LONGEST_QUOTE = 3, 6, 420
"""What fits on a sheet of paper with room left to write."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One synergy as paper shows it: everything in words, the quotes whole where they fit."""

    item: RecommendationItem
    word: str
    score: float
    kind: str
    doing: str
    distance: str | None
    reasons: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]
    terms: tuple[GlossAnswer, ...]


def printed(item: RecommendationItem) -> Printed:
    """Choose what to print of a synergy."""
    reasons = item.reasons[:MOST_REASONS]
    terms: dict[str, GlossAnswer] = {}
    for reason in reasons:
        terms |= {one.term: one for one in shown_terms(reason.text, reason.glossary)}
    said = zip((item.actor, item.partner), quotes(item), strict=True)
    score = min(item.score, SHOWN_CERTAINTY)
    return Printed(
        item=item,
        word=FRENCH.say(f"score.{score_word(item.score)}"),
        score=score,
        kind=FRENCH.say(f"synergy.{item.kind}"),
        doing=FRENCH.say(f"mail.kind.{item.kind}"),
        distance=None if item.distance_km is None else FRENCH.kilometres(item.distance_km),
        reasons=tuple(reason.text for reason in reasons),
        quotes=tuple((called(one), _short(quote)) for one, quote in said if quote),
        terms=tuple(terms.values())[:MOST_TERMS],
    )


def _short(quote: str) -> str:
    if len(quote) <= LONGEST_QUOTE:
        return quote
    return quote[:LONGEST_QUOTE].rpartition(" ")[0] + " […]"

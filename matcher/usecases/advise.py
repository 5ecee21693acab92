"""What would help when little or nothing can be recommended: which question to answer."""

from collections.abc import Iterator

from matcher.engine.profiles import Actor
from matcher.engine.recommending import Question
from matcher.usecases.answers import AdviceAnswer
from matcher.wording.words import Words

SHORT = 25
"""Characters under which a statement says too little to be matched well."""


def advise(
    asker: Actor | None,
    question: Question,
    *,
    stored: int,
    found: int,
    wanted: int,
    words: Words,
) -> list[AdviceAnswer]:
    """Advice for an answer shorter than what was wanted; none when there was enough.

    ``stored`` is how many actors there are to recommend at all.
    """
    if found >= wanted:
        return []
    given = _on_nobody() if not stored else _on_profile(asker) if asker else _on_territory(found)
    advice = [(code, field) for code, field in given]
    if stored and asker is not None and _narrowed(question):
        advice.append(("widen-filters", None))
    return [AdviceAnswer(code=c, text=words.say(f"advice.{c}"), field=f) for c, f in advice]


def advise_on_kinds(*, looked_at: int, more: bool, words: Words) -> list[AdviceAnswer]:
    """Advice for a page with fewer synergies of some kinds than wanted.

    ``looked_at`` is how many of the best, of all kinds, were looked at; ``more`` whether others
    were not.
    """
    code = "kind-is-rare" if more else "no-other-of-kind"
    return [
        AdviceAnswer(code=code, text=words.say(f"advice.{code}", looked_at=looked_at), field=None)
    ]


def _on_nobody() -> Iterator[tuple[str, str | None]]:
    yield "nobody-yet", None


def _on_profile(asker: Actor) -> Iterator[tuple[str, str | None]]:
    if not asker.needs:
        yield "say-needs", "needs"
    if not asker.offers:
        yield "say-offers", "offers"
    if any(len(statement.text) < SHORT for statement in (*asker.needs, *asker.offers)):
        yield "say-more", "needs"
    if asker.place is None:
        yield "say-where", "commune"


def _on_territory(found: int) -> Iterator[tuple[str, str | None]]:
    yield ("few-in-territory" if found else "none-in-territory"), None


def _narrowed(question: Question) -> bool:
    filters = question.filters
    return bool(filters.radius_km or filters.domains or filters.publics or filters.direction)

"""Recommend partners to an actor, or synergies to a territory: what the product is for."""

from dataclasses import replace
from typing import NamedTuple

from matcher.bootstrap import Application
from matcher.engine.apart import Apart
from matcher.engine.index import Snapshot
from matcher.engine.profiles import Actor
from matcher.engine.recommending import Match, Question, fetch, partners_of, synergies_of
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.advise import advise, advise_on_kinds
from matcher.usecases.answers import AdviceAnswer, RecommendationItem, Recommendations
from matcher.usecases.paging import Cursor, fingerprint
from matcher.usecases.present import present
from matcher.usecases.read_profile import read_profile
from matcher.usecases.read_question import RecommendationQuery, read_question
from matcher.usecases.seeing import Sight, Told, unknown_actor, unmatched
from matcher.usecases.side_by_side import side_by_side
from matcher.wording.words import Words

LOOKED_AT = 400
"""Best matches, of all kinds, that one page of some kinds is taken from: the kind follows from
what both say, and reading that of everybody would take too long."""

READ_AT_ONCE = 50


class _Shown(NamedTuple):
    """How many are on the page, where the next one begins, and whether there is one."""

    on_page: int
    following: int
    more: bool


def recommend(
    application: Application, query: RecommendationQuery, words: Words, scope: Scope
) -> Recommendations:
    """Answer one question; the same question on the same snapshot gets the same answer.

    Whoever is out of ``scope`` neither asks nor is proposed. Raises InvalidInput for a value that
    is wrong, NotFound for an actor that does not exist.
    """
    sight = Sight(application, scope)
    question = _read(sight, query)
    asker = _asker(sight, query)
    question, told = _bounded(sight, query, question)
    asked = _fingerprint(query, asker, scope)
    snapshot, offset = _snapshot(sight, query.cursor, asked)
    version = sight.version(snapshot)
    # One more than the page, to know whether another follows; ordering them all can take minutes.
    first = offset + (LOOKED_AT if query.kinds else query.limit) + 1
    matches = _matches(sight, snapshot, query, question, asker, first)
    page, following = _page(matches, offset, query)
    page = _still_willing(sight, page, query, asker)
    fetch(page)
    shown = [one.id for match in page for one in (match.actor, match.partner)]
    application.recorder.seen(scope, "recommendations", shown)
    more = following < len(matches)
    cursor = Cursor(version, asked, following) if more else None
    shown_now = _Shown(len(page), following, more)
    advice = _advice(query, asker, question, shown_now, sight.count(snapshot), words)
    return Recommendations(
        items=[_present(match, words, asker, told) for match in page],
        next_cursor=cursor.encode() if cursor else None,
        index_version=version,
        model=snapshot.model.model_id,
        weights=dict(question.weights),
        advice=advice,
    )


def question_of(sight: Sight, query: RecommendationQuery) -> Question:
    """What the engine is asked of a territory, as far as somebody sees it; raises InvalidInput."""
    return _bounded(sight, query, _read(sight, query))[0]


def _read(sight: Sight, query: RecommendationQuery) -> Question:
    application, matching = sight.application, sight.application.matching
    return read_question(query, application.referential, matching.weights, matching.minimum_score)


def _bounded(sight: Sight, query: RecommendationQuery, question: Question) -> tuple[Question, Told]:
    told = sight.told(query.actor_id, exclude_known=query.exclude_known)
    stored = query.profile is None or query.actor_id is not None
    apart = Apart(told.apart) if told.apart and stored else None
    filters = replace(question.filters, bounds=sight.bounds, apart=apart)
    return replace(question, filters=filters), told


def _page(matches: list[Match], offset: int, query: RecommendationQuery) -> tuple[list[Match], int]:
    """The matches to show from ``offset`` on, and where the next page begins."""
    if not query.kinds:
        page = matches[offset : offset + query.limit]
        return page, offset + len(page)
    page, end = [], min(len(matches), offset + LOOKED_AT)
    for start in range(offset, end, READ_AT_ONCE):
        some = matches[start : min(start + READ_AT_ONCE, end)]
        fetch(some)
        for position, match in enumerate(some, start):
            if match.explanation.kind.value in query.kinds:
                page.append(match)
            if len(page) == query.limit:
                return page, position + 1
    return page, end


def _advice(
    query: RecommendationQuery,
    asker: Actor | None,
    question: Question,
    shown: _Shown,
    stored: int,
    words: Words,
) -> list[AdviceAnswer]:
    if query.kinds and stored:
        if shown.on_page >= query.limit:
            return []
        return advise_on_kinds(looked_at=shown.following, more=shown.more, words=words)
    found, wanted = shown.following, query.limit
    return advise(asker, question, stored=stored, found=found, wanted=wanted, words=words)


def _present(match: Match, words: Words, asker: Actor | None, told: Told) -> RecommendationItem:
    item = present(match, words, asker.kind if asker else None)
    one, other = sorted((match.actor.id, match.partner.id))
    met = (one, other) in told.met
    return item.model_copy(update={"relation": "in_contact"}) if met else item


def _fingerprint(query: RecommendationQuery, asker: Actor | None, scope: Scope) -> str:
    """Name the question, whatever page of it is asked and however its profile was spelled."""
    seen = (scope.departments, scope.actor_id)
    unsaved = replace(asker, place=None) if asker and query.profile is not None else None
    return fingerprint((replace(query, profile=None, cursor=None, limit=1), unsaved, *seen))


def _snapshot(sight: Sight, typed: str | None, asked: str) -> tuple[Snapshot, int]:
    if typed is None:
        return sight.application.snapshot(), 0
    cursor = Cursor.decode(typed)
    if cursor.question != asked:
        raise InvalidInput("cursor-of-another-question", pointer="cursor")
    snapshot = sight.snapshot_named(cursor.index_version)
    if snapshot is None:
        raise InvalidInput("cursor-outdated", pointer="cursor")
    return snapshot, cursor.offset


def _asker(sight: Sight, query: RecommendationQuery) -> Actor | None:
    application = sight.application
    if query.profile is not None and sight.scope.actor_id is None:
        asker = read_profile(query.profile, application.referential, application.today())
        # A stored actor as it would be if it were written so: what was said of it still counts.
        return (
            asker if query.actor_id is None else replace(asker, id=sight.actor(query.actor_id).id)
        )
    if query.actor_id is not None:
        return _stored(sight, query.actor_id)
    if not query.territories:
        raise InvalidInput("question-empty", pointer="actor_id")
    if sight.scope.actor_id is not None:
        raise unknown_actor("")
    return None


def _stored(sight: Sight, actor_id: str) -> Actor:
    stored = sight.find(sight.application.snapshot(), actor_id)
    if stored is not None:
        return stored[0].actors[stored[1]]
    return _willing(sight, actor_id)


def _willing(sight: Sight, actor_id: str) -> Actor:
    """The actor as it is stored now; raises NotFound, and as ``unmatched`` where it refuses."""
    actor = sight.actor(actor_id)
    if not actor.profiling:
        raise unmatched(sight.scope, actor_id)
    return actor


def _still_willing(
    sight: Sight, page: list[Match], query: RecommendationQuery, asker: Actor | None
) -> list[Match]:
    """The page without those who refused or left since the snapshot, as the database has it now.

    Raises NotFound or InvalidInput where the asker is one of them.
    """
    ends = [(match.one.ids[match.a], match.many.ids[match.b]) for match in page]
    mine = set() if asker is None else {asker.id}
    stored = mine if query.profile is None else set()
    willing = sight.application.willing({*stored, *(name for pair in ends for name in pair)})
    for name in stored - willing:
        _willing(sight, name)
    allowed = willing | mine
    return [match for match, pair in zip(page, ends, strict=True) if allowed.issuperset(pair)]


def _matches(
    sight: Sight,
    snapshot: Snapshot,
    query: RecommendationQuery,
    question: Question,
    asker: Actor | None,
    first: int,
) -> list[Match]:
    application = sight.application
    if asker is None:
        kept = application.kept_pairs(snapshot.version)
        return synergies_of(snapshot, question, first, kept, side_by_side)
    stored = snapshot.find(asker.id) if query.profile is None else None
    one, a = stored or (application.probe(asker), 0)
    return partners_of(one, a, snapshot, question, first)

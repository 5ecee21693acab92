"""Recommend partners to an actor, or synergies to a territory: what the product is for."""

from dataclasses import replace

from matcher.bootstrap import Application
from matcher.engine.index import Snapshot
from matcher.engine.profiles import Actor
from matcher.engine.recommending import Match, Question, fetch, partners_of, synergies_of
from matcher.errors import InvalidInput, NotFound
from matcher.usecases.advise import advise
from matcher.usecases.answers import Recommendations
from matcher.usecases.paging import Cursor, fingerprint
from matcher.usecases.present import present
from matcher.usecases.read_profile import read_profile
from matcher.usecases.read_question import RecommendationQuery, read_question
from matcher.wording.words import Words


def recommend(
    application: Application, query: RecommendationQuery, words: Words
) -> Recommendations:
    """Answer one question; the same question on the same snapshot gets the same answer.

    Raises InvalidInput for a value that is wrong, NotFound for an actor that does not exist.
    """
    matching = application.matching
    question = read_question(
        query, application.referential, matching.weights, matching.minimum_score
    )
    asker = _asker(application, query)
    asked = _fingerprint(query, asker)
    snapshot, offset = _snapshot(application, query.cursor, asked)
    # One more than the page, to know whether another follows; ordering them all can take minutes.
    first = offset + query.limit + 1
    matches = _matches(application, snapshot, query, question, asker, first)
    page = matches[offset : offset + query.limit]
    fetch(page)
    following = offset + len(page)
    cursor = Cursor(snapshot.version, asked, following) if following < len(matches) else None
    return Recommendations(
        items=[present(match, words, asker.kind if asker else None) for match in page],
        next_cursor=cursor.encode() if cursor else None,
        index_version=snapshot.version,
        model=snapshot.model.model_id,
        weights=dict(question.weights),
        advice=advise(
            asker,
            question,
            stored=len(snapshot),
            found=following,
            wanted=query.limit,
            words=words,
        ),
    )


def _fingerprint(query: RecommendationQuery, asker: Actor | None) -> str:
    """Name the question, whatever page of it is asked and however its profile was spelled."""
    unsaved = replace(asker, place=None) if asker and query.profile is not None else None
    return fingerprint((replace(query, profile=None, cursor=None, limit=1), unsaved))


def _snapshot(application: Application, typed: str | None, asked: str) -> tuple[Snapshot, int]:
    if typed is None:
        return application.snapshot(), 0
    cursor = Cursor.decode(typed)
    if cursor.question != asked:
        raise InvalidInput("cursor-of-another-question", pointer="cursor")
    snapshot = application.snapshot_named(cursor.index_version)
    if snapshot is None:
        raise InvalidInput("cursor-outdated", pointer="cursor")
    return snapshot, cursor.offset


def _asker(application: Application, query: RecommendationQuery) -> Actor | None:
    if query.profile is not None:
        return read_profile(query.profile, application.referential, application.today())
    if query.actor_id is not None:
        return _stored(application, query.actor_id)
    if not query.territories:
        raise InvalidInput("question-empty", pointer="actor_id")
    return None


def _stored(application: Application, actor_id: str) -> Actor:
    writable = actor_id.encode("utf-8", "ignore").decode() == actor_id  # no half characters
    stored = application.snapshot().find(actor_id)
    if stored is not None:
        return stored[0].actors[stored[1]]
    actor = application.actor(actor_id) if writable else None
    if actor is None:
        raise NotFound("unknown-actor", pointer="actor_id", actor_id=actor_id[:80])
    if not actor.profiling:
        raise InvalidInput("actor-opted-out", pointer="actor_id")
    return actor


def _matches(
    application: Application,
    snapshot: Snapshot,
    query: RecommendationQuery,
    question: Question,
    asker: Actor | None,
    first: int,
) -> list[Match]:
    if asker is None:
        return synergies_of(snapshot, question, first, application.kept_pairs(snapshot.version))
    stored = snapshot.find(asker.id) if query.profile is None else None
    one, a = stored or (application.probe(asker), 0)
    return partners_of(one, a, snapshot, question, first)

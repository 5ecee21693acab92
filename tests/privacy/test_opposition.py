"""Who refuses to be matched, or written to, is obeyed at once, by every process, for good."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.usecases.import_actors import import_actors
from matcher.usecases.match_all import match_all
from matcher.usecases.oppose import oppose
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

FRENCH, EVERYTHING = Words("fr"), Scope.everything()
Install = Callable[[Path], Application]


@pytest.mark.parametrize("queries", [300, pytest.param(10_000, marks=pytest.mark.slow(minutes=2))])
def test_nobody_sees_it_from_the_acknowledgement_on(
    application: Application,
    folder: Path,
    install: Install,
    canary: str,
    queries: int,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    """Even a worker that still answers from the snapshot it had before."""
    late = install(folder / "synergies.db")
    snapshot = late.snapshot()
    frozen = [actor_id for part in snapshot.parts for actor_id in part.ids]
    late.snapshot = lambda: snapshot  # type: ignore[method-assign]
    workers, random = (application, late), Random(1)
    assert _is_shown(late, canary, "ami")

    oppose(application, canary, EVERYTHING, profiling=True)

    seen = 0
    for number in range(queries):
        worker = workers[number % 2]
        if number % 10 == 0:
            asked = RecommendationQuery(territories={"department": "95"}, limit=50)
        else:
            asked = RecommendationQuery(actor_id=random.choice(frozen), limit=20)
        seen += _appears(worker, asked, canary)
    count("privacy", questions_after_a_refusal=queries, appearances=seen)
    assert seen == 0
    with pytest.raises(InvalidInput) as refused:
        recommend(late, RecommendationQuery(actor_id=canary), FRENCH, EVERYTHING)
    assert refused.value.code == "actor-opted-out"
    tell(f"{queries} questions after the acknowledgement, {seen} appearances")
    late.close()


def test_a_page_in_progress_no_longer_shows_it(application: Application, canary: str) -> None:
    first = recommend(application, RecommendationQuery(actor_id="ami", limit=1), FRENCH, EVERYTHING)
    assert first.next_cursor
    oppose(application, canary, EVERYTHING, profiling=True)
    following = RecommendationQuery(actor_id="ami", limit=50, cursor=first.next_cursor)
    assert canary not in recommend(application, following, FRENCH, EVERYTHING).model_dump_json()


def test_a_batch_that_was_under_way_does_not_name_it(
    application: Application, folder: Path, canary: str
) -> None:
    acted = False

    def act(done: int, total: int) -> None:
        nonlocal acted
        if not acted:
            acted = True
            oppose(application, canary, EVERYTHING, profiling=True)

    match_all(application, folder / "outputs", progress=act)
    assert acted
    assert canary.encode() not in (folder / "outputs" / "partners.parquet").read_bytes()


def test_no_import_undoes_a_refusal(application: Application, source: Path, canary: str) -> None:
    oppose(application, canary, EVERYTHING, profiling=True, mail=True)
    again = import_actors(
        [source],
        database=application.database,
        referential=application.referential,
        scope=EVERYTHING,
        today=application.today(),
    )
    actor = application.actor(canary, None)
    assert actor is not None
    assert (actor.profiling, actor.consent_email) == (False, False)
    assert {warning.code for warning in again.warnings} >= {"mail-objection-kept"}


def test_refusing_mail_and_refusing_to_be_matched_are_two_things(
    application: Application, canary: str
) -> None:
    state = oppose(application, canary, EVERYTHING, mail=True)
    actor = application.actor(canary, None)
    assert actor is not None
    assert (state.profiling, state.mail, actor.profiling, actor.consent_email) == (
        *(False, True),
        *(True, False),
    )
    assert _is_shown(application, canary, "ami")


def test_taking_a_refusal_back_matches_again_but_gives_no_consent_to_mail(
    application: Application, canary: str
) -> None:
    oppose(application, canary, EVERYTHING, profiling=True, mail=True)
    state = oppose(application, canary, EVERYTHING, profiling=False, mail=False)
    actor = application.actor(canary, None)
    assert actor is not None
    assert (state.profiling, state.mail) == (False, False)
    assert (actor.profiling, actor.consent_email) == (True, False)
    assert _is_shown(application, canary, "ami")


def test_refusing_twice_changes_nothing(application: Application, canary: str) -> None:
    first = oppose(application, canary, EVERYTHING, profiling=True)
    before = application.snapshot().version
    assert oppose(application, canary, EVERYTHING, profiling=True) == first
    assert application.snapshot().version == before


def test_nobody_can_refuse_for_somebody_unknown(application: Application) -> None:
    with pytest.raises(NotFound):
        oppose(application, "personne", EVERYTHING, mail=True)


def _is_shown(application: Application, canary: str, asker: str) -> bool:
    return _appears(application, RecommendationQuery(actor_id=asker, limit=50), canary)


def _appears(application: Application, query: RecommendationQuery, canary: str) -> bool:
    try:
        answer = recommend(application, query, FRENCH, EVERYTHING)
    except InvalidInput:
        return False
    return any(canary in (item.actor.id, item.partner.id) for item in answer.items)

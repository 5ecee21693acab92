"""Find actors by their id or by what they are called, as a person types it."""

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.store.actors import find_actors
from matcher.store.searching import search_actors as search
from matcher.usecases.answers import ActorSummary
from matcher.usecases.locate import located
from matcher.usecases.present import summary
from matcher.wording.words import Words

LONGEST = 200
"""Characters of what is typed."""


def search_actors(
    application: Application, typed: str, words: Words, scope: Scope, limit: int = 8
) -> list[ActorSummary]:
    """Those in ``scope`` who accept to be matched and bear what was typed, ``limit`` at most.

    Raises InvalidInput ``reason-too-long`` for more than :data:`LONGEST` characters.
    """
    if len(typed) > LONGEST:
        raise InvalidInput("reason-too-long", pointer="typed", maximum=LONGEST)
    if typed.encode("utf-8", "ignore").decode() != typed:  # half a character is nobody's
        return []
    departments = scope.departments
    with application.database.read(departments) as connection:
        found = search(connection, typed, departments, limit)
        whole = find_actors(connection, [one.id for one in found], departments)
    shown = [located(whole[one.id], application.referential) for one in found if one.id in whole]
    application.recorder.seen(scope, "search", [actor.id for actor in shown])
    return [summary(actor, words) for actor in shown]

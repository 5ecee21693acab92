"""Read the profile of somebody who is not stored, with the rules of an actor file."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput
from matcher.store.importers.locating import Locator
from matcher.store.importers.problems import Refused
from matcher.store.importers.rows import Terms, read_actor
from matcher.territory import Referential
from matcher.usecases.locate import located

UNSAVED = "unsaved"
"""Id of a profile that has none; no stored actor can bear it in an answer."""


def read_profile(values: Mapping[str, object], referential: Referential, today: date) -> Actor:
    """An actor with its place, from the fields of an actor file; neither name nor place needed.

    Raises InvalidInput for the first field that is wrong, with a pointer below ``profile``.
    """
    try:
        read = read_actor(values, Locator(referential), Terms(required=frozenset()))
    except Refused as refused:
        problem = refused.problems[0]
        pointer = f"profile/{problem.field}" if problem.field else "profile"
        raise InvalidInput(problem.code, pointer=pointer, **problem.parameters) from refused
    actor = replace(read.actor, profiling=True, updated=today)
    if read.generated_id:
        actor = replace(actor, id=UNSAVED)
    if not values.get("name"):
        actor = replace(actor, name="")
    return located(actor, referential)

"""`/acteur`: one actor, its partners in both directions, what it lacks, what happened to it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.web.pages import desk_page
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.answers import Recommendations
from matcher.usecases.find_by_name import LONGEST, find_by_name
from matcher.usecases.find_gaps import find_gaps
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.show_actor import find_actor, show_actor
from matcher.usecases.show_cards import show_cards
from matcher.usecases.show_history import show_history
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
DIRECTIONS = ("", "needs", "offers", "mutual")
"""In which direction partners are listed; empty for every one."""
DONE = frozenset({"enregistre", "cree"})
"""What the page may say was done: ``page.actor.done.<code>``."""


@router.get("/acteur")
def actor_page(
    request: Request,
    application: Installation,
    scope: Seen,
    actor_id: Annotated[str, Query(alias="id")] = "",
    direction: str = "",
    cursor: str = "",
    fait: str = "",
) -> Response:
    """Show an actor of the caller's territory; of anybody else, that nobody has this id."""
    actor = find_actor(application, actor_id, scope)
    way = direction if direction in DIRECTIONS else ""
    found = _partners(application, actor_id, way, cursor, scope) if actor.profiling else None
    return desk_page(
        request,
        "actor",
        card=show_actor(application, actor, FRENCH, scope),
        capacity=actor.capacity_per_month,
        gaps=find_gaps(actor, application.today(), FRENCH),
        found=found,
        partners=show_cards(application, found.items, FRENCH, scope) if found else [],
        advice=[one for one in found.advice if one.code == "widen-filters"] if found else [],
        direction=way,
        directions=DIRECTIONS,
        is_following=bool(cursor),
        address=lambda **more: _address(actor_id, way, more),
        events=show_history(application, actor_id, FRENCH, scope),
        today=application.today(),
        done=fait if fait in DONE else "",
    )


@router.get("/acteurs")
def names_page(
    request: Request,
    application: Installation,
    scope: Seen,
    nom: str = "",
    page: int = 1,
) -> Response:
    """List the actors of the caller's territory who bear a name; everybody where none is typed."""
    found = find_by_name(application, nom, page, FRENCH, scope)

    def address(number: int) -> str:
        return urlencode({"nom": nom[:LONGEST], "page": number})

    return desk_page(request, "actors", typed=nom[:LONGEST], found=found, address=address)


def _partners(
    application: Application, actor_id: str, direction: str, cursor: str, scope: Scope
) -> Recommendations:
    """A page of partners; from the beginning where the place in the list no longer holds."""
    query = RecommendationQuery(
        actor_id=actor_id, direction=direction or None, cursor=cursor or None
    )
    try:
        return recommend(application, query, FRENCH, scope)
    except InvalidInput as error:
        if error.pointer != "cursor":
            raise
        return _partners(application, actor_id, direction, "", scope)


def _address(actor_id: str, direction: str, more: dict[str, str]) -> str:
    """The query of the same page with something else."""
    told = {"id": actor_id, "direction": direction} | more
    return urlencode({name: text for name, text in told.items() if text})

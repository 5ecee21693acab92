"""`/territoire`: the best synergies of a territory, why, and what to do with them."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.fault_text import fault_text
from api.web.map_drawing import drawn
from api.web.pages import asks_fragment, desk_page
from api.web.territory_form import TerritoryForm, read_territory_form
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.choose_territory import territories_to_propose
from matcher.usecases.list_choices import list_choices
from matcher.usecases.list_synergies import Listing, Order, list_synergies
from matcher.usecases.map_territory import map_territory
from matcher.usecases.paging import Cursor
from matcher.usecases.show_balance import show_balance
from matcher.usecases.show_cards import show_cards
from matcher.usecases.weight_profiles import list_profiles
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
PAGE = 10
"""Synergies on a page: as many as one arranges in a month."""

TRAIL = "pages"
"""Where earlier pages began, so that one can go back: a page of a rare kind begins anywhere."""

LONGEST_TRAIL = 200


@router.get("/territoire")
def territory(request: Request, application: Installation, scope: Seen) -> Response:
    """Show the best synergies of a territory, with the filters that led to them."""
    form = read_territory_form(application, request.query_params, scope, PAGE)
    content, status = _results(request, application, form, scope)
    if asks_fragment(request):
        return desk_page(request, "parts/territory_results", status, **content)
    content |= {
        "choices": list_choices(),
        "orders": tuple(Order),
        "profiles": [one.name for one in list_profiles(application, scope)],
        "places": territories_to_propose(application, scope),
    }
    return desk_page(request, "territory", status, **content)


@router.get("/territoire/equilibre")
def balance(request: Request, application: Installation, scope: Seen) -> Response:
    """Show who of a territory has no partner, and who is everybody's."""
    form = read_territory_form(application, request.query_params, scope, PAGE)
    shown = None
    if form.territory is not None and not form.faults:
        shown = show_balance(application, form.territory.level, form.territory.id, FRENCH, scope)
    status = 422 if form.faults else 200
    return desk_page(request, "balance", status, form=form, balance=shown)


def _results(
    request: Request, application: Application, form: TerritoryForm, scope: Scope
) -> tuple[dict[str, object], int]:
    """What the changing part of the page shows, and the status that goes with it."""
    content: dict[str, object] = {
        **{"form": form, "faults": dict(form.faults), "listing": None},
        "fragment": asks_fragment(request),
    }
    if form.faults or form.territory is None:
        return content, 422 if form.faults else 200
    try:
        listing = list_synergies(application, form.query, form.order, FRENCH, scope)
    except InvalidInput as error:
        content["faults"] = {str(error.pointer): fault_text(error)}
        return content, 422
    cards = show_cards(application, listing.found.items, FRENCH, scope)
    seats = [card.seats for card in cards]
    content |= {
        "listing": listing,
        "cards": cards,
        "map": drawn(map_territory(application, form.territory.id, seats, scope)),
        **_around(form, listing, _trail(request)),
    }
    return content, 200


def _trail(request: Request) -> list[int]:
    typed = request.query_params.get(TRAIL, "")[:LONGEST_TRAIL]
    return [int(one) for one in typed.split(".") if one.isascii() and one.isdigit()]


def _around(form: TerritoryForm, listing: Listing, trail: Sequence[int]) -> dict[str, object]:
    """The addresses of the pages before and after, ``None`` where there is none."""
    cursor = form.query.cursor
    following = None
    if listing.found.next_cursor:
        passed = ".".join(str(one) for one in (*trail, listing.offset))
        following = form.address(cursor=listing.found.next_cursor, pages=passed)
    previous: str | None = None
    if cursor and listing.offset:
        start = trail[-1] if trail else max(0, listing.offset - PAGE)
        back = Cursor.decode(cursor)
        before = Cursor(back.index_version, back.question, start).encode() if start else None
        left = ".".join(str(one) for one in trail[:-1]) or None
        previous = form.address(cursor=before, pages=left)
    number = len(trail) + 1 if trail else listing.offset // PAGE + 1
    return {"previous": previous, "following": following, "number": number}

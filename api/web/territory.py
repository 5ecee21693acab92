"""`/territoire`: the best synergies of a territory, why, and what to do with them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.pages import desk_page
from api.wiring import Installation, Seen
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.show_cards import show_cards
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")


@router.get("/territoire")
def territory(
    request: Request, application: Installation, scope: Seen, department: str = "95"
) -> Response:
    """Show the best synergies of a département."""
    query = RecommendationQuery(territories={"department": department})
    found = recommend(application, query, FRENCH, scope)
    cards = show_cards(application, found.items, FRENCH, scope)
    return desk_page(request, "territory", cards=cards)

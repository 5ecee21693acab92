"""`/territories/{code}`: one territory of the referential."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from api.answering import answered_if_changed
from api.conditions import CONDITIONAL, IF_NONE_MATCH
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Seen, Speaking
from matcher.usecases.editions import edition_of_territory
from matcher.usecases.show_territory import TerritoryCard, show_territory

router = APIRouter(tags=["Territoires"], dependencies=[Depends(OnlyParametersOf())])


@router.get(
    "/territories/{code}",
    summary="Un territoire",
    response_model=TerritoryCard,
    response_description="Le territoire.",
    responses={**CONDITIONAL, **refusals(404)},
    openapi_extra=IF_NONE_MATCH,
)
def get_territory(
    request: Request,
    code: Annotated[
        str,
        Path(
            min_length=1,
            max_length=200,
            description=(
                "Identifiant (`commune:95018`), code INSEE ou postal, ou nom (`val-d-oise`)."
            ),
            examples=["95"],
        ),
    ],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """Commune, intercommunalité, département ou région : ce qui le contient, son centre, ses
    voisins, et combien d’acteurs y sont installés.
    """
    edition = edition_of_territory(application, code, words, scope)
    return answered_if_changed(request, edition, lambda: show_territory(application, code, scope))

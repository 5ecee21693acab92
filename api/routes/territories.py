"""`/territories/{code}`: one territory of the referential."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from api.answering import answered
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Speaking
from matcher.usecases.show_territory import TerritoryCard, show_territory

router = APIRouter(tags=["Territoires"], dependencies=[Depends(OnlyParametersOf())])


@router.get(
    "/territories/{code}",
    summary="Un territoire",
    response_model=TerritoryCard,
    response_description="Le territoire.",
    responses=refusals(404),
)
def get_territory(
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
) -> Response:
    """Commune, intercommunalité, département ou région : ce qui le contient, son centre, ses
    voisins, et combien d’acteurs y sont installés.
    """
    return answered(show_territory(application, code, words))

"""`/algorithm`: what the processing does, with which weights and data, and what it refuses."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.answering import answered_if_changed
from api.conditions import CONDITIONAL, IF_NONE_MATCH
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Seen, Speaking
from matcher.usecases.describe_algorithm import AlgorithmSheet, describe_algorithm
from matcher.usecases.editions import edition_of_algorithm

router = APIRouter(tags=["Transparence"], dependencies=[Depends(OnlyParametersOf())])


@router.get(
    "/algorithm",
    summary="Les caractéristiques du traitement",
    response_model=AlgorithmSheet,
    response_description="La fiche de l’algorithme.",
    responses={**CONDITIONAL, **refusals()},
    openapi_extra=IF_NONE_MATCH,
)
def get_algorithm(
    request: Request, application: Installation, words: Speaking, scope: Seen
) -> Response:
    """À quoi sert l’algorithme, ce qu’il regarde et avec quel poids, sur quelles données, en
    quelles versions, et ce qu’il refuse de faire.
    """
    edition = edition_of_algorithm(application, words, scope)
    return answered_if_changed(
        request, edition, lambda: describe_algorithm(application, words, scope)
    )

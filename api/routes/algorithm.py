"""`/algorithm`: what the processing does, with which weights and data, and what it refuses."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.answering import answered
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Speaking
from matcher.usecases.describe_algorithm import AlgorithmSheet, describe_algorithm

router = APIRouter(tags=["Transparence"], dependencies=[Depends(OnlyParametersOf())])


@router.get(
    "/algorithm",
    summary="Les caractéristiques du traitement",
    response_model=AlgorithmSheet,
    response_description="La fiche de l’algorithme.",
    responses=refusals(),
)
def get_algorithm(application: Installation, words: Speaking) -> Response:
    """À quoi sert l’algorithme, ce qu’il regarde et avec quel poids, sur quelles données, en
    quelles versions, et ce qu’il refuse de faire.
    """
    return answered(describe_algorithm(application, words))

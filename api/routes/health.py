"""`/health`: is the process alive, can it answer."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from api.answering import answered
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Speaking
from matcher.usecases.check_readiness import Readiness, check_readiness

router = APIRouter(prefix="/health", tags=["Santé"], dependencies=[Depends(OnlyParametersOf())])


class Liveness(BaseModel):
    """Le processus répond."""

    status: str = "alive"


@router.get(
    "/live",
    summary="Le processus répond-il ?",
    response_model=Liveness,
    response_description="Oui.",
    responses=refusals(),
)
def live() -> Response:
    """Ne touche à rien : un échec veut dire qu’il faut relancer le processus."""
    return answered(Liveness())


@router.get(
    "/ready",
    summary="Le service peut-il recommander ?",
    response_model=Readiness,
    response_description="Oui ; chaque vérification est nommée.",
    responses={
        **refusals(),
        503: {"description": "Pas encore ; dit ce qui manque.", "model": Readiness},
    },
)
def ready(application: Installation, words: Speaking) -> Response:
    """Vérifie la base, le modèle de langue, l’index et les comptes. 503 tant que l’un manque."""
    readiness = check_readiness(application, words)
    return answered(readiness, 200 if readiness.ready else 503)

"""`/metrics`: what a Prometheus server collects."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from api.observing import exposition
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation

router = APIRouter(tags=["Santé"], dependencies=[Depends(OnlyParametersOf())])


@router.get(
    "/metrics",
    summary="Les mesures du service",
    response_class=Response,
    response_description="Le format texte de Prometheus.",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **refusals()},
)
def get_metrics(application: Installation) -> Response:
    """Requêtes par route, statut et durée ; retard de l’index sur la base. Aucune donnée sur
    personne.
    """
    return Response(exposition(application), media_type=CONTENT_TYPE_PLAIN_0_0_4)

"""`/actors/{actor_id}` again: what a person may ask for, have erased, refuse."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answering import answered
from api.body_reading import json_text, read_body
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Seen, Speaking
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.export_actor import ActorExport, export_actor, export_as_csv
from matcher.usecases.oppose import Opposition, oppose

router = APIRouter(tags=["Droits des personnes"])

ActorId = Annotated[str, Path(min_length=1, max_length=200, examples=["ts-argenteuil-hotel-01"])]
PRIVATE = {"Cache-Control": "no-store"}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/OppositionRequest"}}
        },
    }
}


class ExportFormat(StrEnum):
    """How an export is written."""

    JSON = "json"
    CSV = "csv"


class ExportParameters(BaseModel):
    """Parameters of `GET /actors/{actor_id}/export`."""

    model_config = ConfigDict(extra="forbid")

    format: ExportFormat = Field(ExportFormat.JSON, description="`csv` : une valeur par ligne.")


class OppositionRequest(BaseModel):
    """Ce qu’une personne refuse."""

    model_config = ConfigDict(extra="forbid", strict=True)

    profiling: bool = Field(description="Refuse d’être rapproché d’autres : ni proposé, ni servi.")
    mail: bool = Field(description="Refuse tout courriel.")


@router.get(
    "/actors/{actor_id}/export",
    summary="Tout ce qui est gardé sur un acteur",
    response_model=ActorExport,
    response_description="L’export, en JSON ou en CSV.",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **refusals(404)},
    dependencies=[Depends(OnlyParametersOf(ExportParameters))],
)
def get_export(
    actor_id: ActorId,
    parameters: Annotated[ExportParameters, Query()],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """Droit d’accès et à la portabilité : les lignes telles qu’elles sont enregistrées, d’où elles
    viennent, ce qui est proposé aujourd’hui et pourquoi. Les vecteurs sont comptés, jamais donnés.
    """
    export = export_actor(application, actor_id, words, scope)
    if parameters.format is ExportFormat.CSV:
        return Response(export_as_csv(export), 200, PRIVATE, media_type="text/csv")
    return answered(export, headers=PRIVATE)


@router.delete(
    "/actors/{actor_id}",
    summary="Effacer un acteur",
    status_code=204,
    response_class=Response,
    response_description="L’acteur est effacé.",
    responses=refusals(404),
    dependencies=[Depends(OnlyParametersOf())],
)
def delete_actor(actor_id: ActorId, application: Installation, scope: Seen) -> Response:
    """Droit à l’effacement : lignes, textes, vecteurs et index. Ni un nouvel import ni une
    sauvegarde restaurée ne ramènent la personne.
    """
    erase_actor(application, actor_id, scope)
    return Response(status_code=204)


@router.put(
    "/actors/{actor_id}/opposition",
    summary="S’opposer au profilage ou aux courriels",
    response_model=Opposition,
    response_description="Ce que la personne refuse désormais.",
    responses=refusals(404, 413, 415),
    dependencies=[Depends(OnlyParametersOf())],
    openapi_extra=BODY,
)
def put_opposition(
    actor_id: ActorId,
    raw: Annotated[bytes, Depends(json_text)],
    application: Installation,
    scope: Seen,
) -> Response:
    """Droit d’opposition, à l’un ou à l’autre : dès la réponse, l’acteur n’est plus proposé ni
    servi, et aucun import n’y change rien. Retirer une opposition aux courriels ne vaut pas
    consentement.
    """
    wanted = read_body(raw, OppositionRequest)
    state = oppose(application, actor_id, scope, profiling=wanted.profiling, mail=wanted.mail)
    return answered(state, headers=PRIVATE)

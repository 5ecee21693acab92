"""`/batches`: the suggestions of a month, asked by a program and worked on beside."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answering import answered
from api.body_reading import json_text, read_body
from api.faults import Fault, Refused
from api.query_reading import OnlyParametersOf
from api.questions import Typed
from api.responses import refusals
from api.wiring import Installation, Seen, Speaking
from matcher.usecases.plan_questions import CAPACITY, MINIMUM_SCORE, MOST
from matcher.usecases.run_batches import BatchAnswer, BatchRequest, ask_batch, read_batch

router = APIRouter(tags=["Courriels"])

BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BatchBody"}}},
    }
}
LONGEST_KEY = 200


class BatchBody(BaseModel):
    """Un lot de suggestions : pour quel territoire, quel mois, et s’il part vraiment."""

    model_config = ConfigDict(extra="forbid", strict=True)

    department: Typed | None = Field(None, description="Code ou nom.", examples=["95"])
    region: Typed | None = Field(None, description="Nom ou code INSEE.", examples=["Île-de-France"])
    month: Typed | None = Field(
        None, description="`AAAA-MM`, le mois en cours ou à venir.", examples=["2026-12"]
    )
    limit: int = Field(
        MOST,
        description="Suggestions par courriel.",
        json_schema_extra={"minimum": 1, "maximum": 10},
    )
    capacity: int = Field(
        CAPACITY,
        description="Nouveaux contacts par mois de qui n’a rien déclaré.",
        json_schema_extra={"minimum": 0, "maximum": 100},
    )
    minimum_score: Annotated[float, Field(allow_inf_nan=False)] = Field(
        MINIMUM_SCORE,
        description="Score à partir duquel une paire mérite un courriel.",
        json_schema_extra={"minimum": 0, "maximum": 1},
    )
    dry_run: bool = Field(
        False, description="Planifie et rend compte ; rien n’est gardé ni envoyé."
    )


@router.post(
    "/batches",
    summary="Envoyer les suggestions d’un mois",
    status_code=202,
    response_model=BatchAnswer,
    response_description="Le lot est accepté ; `Location` dit où le suivre.",
    responses=refusals(404, 413, 415),
    dependencies=[Depends(OnlyParametersOf())],
    openapi_extra=BODY,
)
def post_batch(
    raw: Annotated[bytes, Depends(json_text)],
    application: Installation,
    words: Speaking,
    scope: Seen,
    key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            description="Une valeur par lot voulu : la même demande répétée est le même lot.",
        ),
    ] = "",
) -> Response:
    """Le lot d’un territoire et d’un mois n’est planifié et envoyé qu’une fois, même demandé sous
    deux clés. Le travail se fait à côté : `GET /batches/{batch_id}` dit où il en est. Un lot qui a
    échoué reprend où il en était quand la même demande est répétée.
    """
    key = key.strip()
    if not key or len(key) > LONGEST_KEY:
        fault = Fault("idempotency-key-required", parameter="Idempotency-Key")
        raise Refused(422, [fault])
    body = read_body(raw, BatchBody)
    batch = ask_batch(application, BatchRequest(**body.model_dump()), key, words, scope)
    return answered(batch, 202, {"Location": f"/batches/{batch.id}"})


@router.get(
    "/batches/{batch_id}",
    summary="Où en est un lot",
    response_model=BatchAnswer,
    response_description="L’état du lot, ses courriels par état, son compte rendu.",
    responses=refusals(404),
    dependencies=[Depends(OnlyParametersOf())],
)
def get_batch(
    batch_id: Annotated[str, Path(min_length=1, max_length=80, examples=["lot-0123456789ab"])],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """`done` : tout ce qui devait partir est parti, ou attend le début du mois."""
    return answered(read_batch(application, batch_id, words, scope))

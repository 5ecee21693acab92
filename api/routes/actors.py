"""`/actors`: the card of one, the import of many."""

from collections.abc import Iterator
from functools import partial
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answering import answered, answered_if_changed
from api.body_reading import json_text, ndjson_file, read_body
from api.conditions import CONDITIONAL, IF_NONE_MATCH
from api.faults import MAXIMUM_FAULTS, Fault, Refused, pointer_to, steps_of
from api.profiles import ProfileBody
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Installation, Seen, Speaking
from matcher.usecases.change_actor import change_actor
from matcher.usecases.editions import edition_of_actor
from matcher.usecases.import_actors import ImportReport
from matcher.usecases.import_answers import ImportAnswer, imported
from matcher.usecases.import_stream import import_stream
from matcher.usecases.show_actor import ActorCard, find_actor, show_actor

router = APIRouter(tags=["Acteurs"])

CHUNK_BYTES = 64 * 1024
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": "Un acteur par ligne, en JSON, en UTF-8.",
                },
                "example": (
                    '{"kind": "social_worker", "name": "CCAS fictif", "commune": "Argenteuil", '
                    '"needs": ["Un atelier où des jeunes découvrent un métier"]}\n'
                ),
            }
        },
    }
}


PROFILE = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProfileBody"}}},
    }
}
ActorId = Annotated[str, Path(min_length=1, max_length=200, examples=["ts-argenteuil-hotel-01"])]


class ImportParameters(BaseModel):
    """Parameters of `POST /actors/import`."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["social_worker", "social_entrepreneur"] | None = Field(
        None, description="Le côté des lignes qui ne le disent pas."
    )
    dry_run: bool = Field(False, description="Tout vérifier sans rien écrire.")


@router.get(
    "/actors/{actor_id}",
    summary="Un acteur",
    response_model=ActorCard,
    response_description="La fiche.",
    responses={**CONDITIONAL, **refusals(404)},
    openapi_extra=IF_NONE_MATCH,
    dependencies=[Depends(OnlyParametersOf())],
)
def get_actor(
    request: Request,
    actor_id: ActorId,
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """La fiche qu’un autre acteur peut voir : ce qu’il cherche, ce qu’il apporte et où il
    intervient ; ni adresse électronique, ni vecteurs.
    """
    actor = find_actor(application, actor_id, scope)
    edition = edition_of_actor(application, actor, words)
    return answered_if_changed(
        request, edition, lambda: show_actor(application, actor, words, scope)
    )


@router.put(
    "/actors/{actor_id}",
    summary="Écrire la fiche d’un acteur",
    response_model=ActorCard,
    response_description="La fiche, remplacée.",
    responses={
        201: {"description": "La fiche, nouvelle.", "model": ActorCard},
        **refusals(404, 413, 415),
    },
    dependencies=[Depends(OnlyParametersOf())],
    openapi_extra=PROFILE,
)
def put_actor(
    actor_id: ActorId,
    raw: Annotated[bytes, Depends(json_text)],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """Remplace toute la fiche par celle du corps, avec les champs d’un fichier d’acteurs ; ce qui
    n’y est pas est vidé. Seule une clé `admin` crée un acteur sous un identifiant choisi. Une
    opposition au profilage n’est levée que par l’acteur lui-même.
    """
    profile = read_body(raw, ProfileBody).model_dump(exclude_unset=True, exclude_none=True)
    actor, created = change_actor(application, actor_id, profile, scope)
    return answered(show_actor(application, actor, words, scope), 201 if created else 200)


@router.post(
    "/actors/import",
    summary="Importer des acteurs",
    response_model=ImportAnswer,
    response_description="Ce que l’import a changé.",
    responses=refusals(413, 415),
    dependencies=[Depends(OnlyParametersOf(ImportParameters))],
    openapi_extra=BODY,
)
def import_actors(
    parameters: Annotated[ImportParameters, Query()],
    file: Annotated[IO[bytes], Depends(ndjson_file)],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """Un acteur par ligne (NDJSON), d’au plus 50 Mo. Les lignes bonnes sont enregistrées en une
    transaction, les autres sont nommées avec leur raison ; importer deux fois ne change rien.
    422 quand aucune ligne n’est utilisable.
    """
    report = import_stream(
        application,
        _chunks(file),
        scope=scope,
        side=parameters.side,
        dry_run=parameters.dry_run,
    )
    if not report.created + report.updated + report.unchanged + len(report.skipped):
        raise _nothing_usable(report)
    return answered(imported(report, words))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, CHUNK_BYTES), b"")


def _nothing_usable(report: ImportReport) -> Refused:
    faults = [
        Fault(
            problem.code,
            pointer_to(steps_of(problem.field)) if problem.field else None,
            None,
            problem.parameters,
            problem.line,
            "import",
        )
        for problem in report.rejected[:MAXIMUM_FAULTS]
    ]
    return Refused(422, faults or [Fault("import-empty", "#")])

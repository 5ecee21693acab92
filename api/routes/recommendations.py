"""`/recommendations`: partners of an actor, synergies of a territory, partners of a profile."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from api.answering import answered, answered_if_changed
from api.body_reading import json_text, read_body
from api.conditions import CONDITIONAL, IF_NONE_MATCH
from api.query_reading import OnlyParametersOf
from api.questions import FeedbackBody, RecommendationParameters, RecommendationRequest
from api.responses import refusals
from api.wiring import Installation, Seen, Speaking
from matcher.usecases.answers import Recommendations
from matcher.usecases.editions import edition_of_page
from matcher.usecases.give_feedback import Feedback, FeedbackAnswer, give_feedback
from matcher.usecases.recommend import recommend

router = APIRouter(tags=["Recommandations"])

BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/RecommendationRequest"}}
        },
    }
}


@router.get(
    "/recommendations",
    summary="Partenaires d’un acteur, ou synergies d’un territoire",
    response_model=Recommendations,
    response_description="Une page de recommandations.",
    responses={**CONDITIONAL, **refusals(404)},
    openapi_extra=IF_NONE_MATCH,
    dependencies=[Depends(OnlyParametersOf(RecommendationParameters))],
)
def get_recommendations(
    request: Request,
    parameters: Annotated[RecommendationParameters, Query()],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """Avec `actor_id`, les partenaires de cet acteur, du plus au moins prometteur. Avec un
    territoire seul, les meilleures paires dont les deux acteurs interviennent dans le territoire
    et dont l’un au moins y est installé. Chaque élément dit pourquoi, avec les phrases des profils
    qui le prouvent.

    L’ordre suit le score, à ceci près qu’un acteur ou une organisation déjà montrés reculent, et
    que ceux qui n’ont plus de disponibilité viennent après : une liste ne répète pas les mêmes.
    """
    query = parameters.query(actor_id=parameters.actor_id)
    edition = edition_of_page(application, query, words, scope)
    return answered_if_changed(
        request, edition, lambda: recommend(application, query, words, scope)
    )


@router.post(
    "/recommendations",
    summary="Partenaires d’un profil non enregistré",
    response_model=Recommendations,
    response_description="Une page de recommandations.",
    responses=refusals(413, 415),
    dependencies=[Depends(OnlyParametersOf())],
    openapi_extra=BODY,
)
def post_recommendations(
    raw: Annotated[bytes, Depends(json_text)],
    application: Installation,
    words: Speaking,
    scope: Seen,
) -> Response:
    """La même question pour un profil envoyé dans le corps. Rien n’en est gardé. `weights` change
    les poids du score pour cette question seulement.
    """
    request = read_body(raw, RecommendationRequest)
    profile = request.profile.model_dump(exclude_unset=True, exclude_none=True)
    query = request.query(profile=profile, weights=request.weights or None)
    return answered(recommend(application, query, words, scope))


@router.post(
    "/recommendations/{pair_id}/feedback",
    summary="Dire ce qu’il advient d’une paire",
    response_model=FeedbackAnswer,
    response_description="Ce qui a été gardé.",
    responses=refusals(404, 413, 415),
    dependencies=[Depends(OnlyParametersOf())],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/FeedbackBody"}}
            },
        }
    },
)
def post_feedback(
    pair_id: Annotated[str, Path(min_length=1, max_length=80, examples=["syn-0123456789abcdef01"])],
    raw: Annotated[bytes, Depends(json_text)],
    application: Installation,
    scope: Seen,
) -> Response:
    """`declined` : la paire n’est plus proposée, ni à l’un ni à l’autre. `accepted` et `known` :
    elle est « en contact », et `exclude_known` la laisse de côté. `note` ne change rien. Chacun
    garde un avis par paire : le dernier.
    """
    body = read_body(raw, FeedbackBody)
    said = Feedback(body.actor_id, body.partner_id, body.verdict, body.reason)
    return answered(give_feedback(application, pair_id, said, scope))

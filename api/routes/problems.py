"""`/problems/{code}`: where the `type` of a problem document leads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.answering import answered
from api.faults import refuse
from api.query_reading import OnlyParametersOf
from api.responses import refusals
from api.wiring import Speaking

router = APIRouter(tags=["Problèmes"], dependencies=[Depends(OnlyParametersOf())])


class ProblemType(BaseModel):
    """Un type de problème."""

    code: str
    text: str = Field(description="Le message ; ce qui est entre accolades dépend de la demande.")


@router.get(
    "/problems/{code}",
    summary="Expliquer un type de problème",
    response_model=ProblemType,
    response_description="L’explication.",
    responses=refusals(404),
)
def get_problem(
    code: Annotated[str, Path(max_length=80, examples=["unknown-actor"])], words: Speaking
) -> Response:
    """Le message qui va avec le `type` d’un problème."""
    for message in (f"error.{code}", f"import.{code}"):
        if words.knows(message):
            return answered(ProblemType(code=code, text=words.say(message)))
    raise refuse(404, "unknown-problem")

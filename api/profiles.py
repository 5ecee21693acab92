"""A profile inside a question: the fields of an actor file, none of which is stored."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

MAXIMUM_STATEMENTS = 30
MAXIMUM_CHARACTERS = 20_000
"""Of all needs and offers together: what one question may cost is bounded."""

Short = Annotated[str, Field(max_length=300)]
Codes = Annotated[list[Short], Field(max_length=100)]
Sentence = Annotated[str, Field(min_length=1, max_length=4000)]


class StatementBody(BaseModel):
    """Un besoin ou une offre, avec ce qui ne vaut que pour lui."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Sentence
    domains: Codes = []
    publics: Codes = []
    expires: Short | None = Field(
        None, description="Dernier jour où cela compte encore.", examples=["2027-06-30"]
    )


def _spoken(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Said = Annotated[
    StatementBody, BeforeValidator(_spoken, json_schema_input_type=str | StatementBody)
]
Statements = Annotated[list[Said], Field(max_length=MAXIMUM_STATEMENTS)]


class ProfileBody(BaseModel):
    """Le profil d’un acteur qui n’est pas enregistré, avec les champs d’un fichier d’acteurs.

    `email`, `consent_email`, `profiling`, `source` et `updated` sont acceptés et ne servent à rien
    ici : une question ne laisse pas de trace.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "kind": "social_worker",
                "commune": "Argenteuil",
                "needs": ["Trouver un atelier où des jeunes sans diplôme découvrent un métier"],
                "offers": ["Une salle de réunion pour vingt personnes, libre le jeudi"],
                "domains": ["preparer-sa-candidature"],
                "publics": ["jeunes"],
            }
        },
    )

    kind: Literal["social_worker", "social_entrepreneur"] = Field(
        description=(
            "`social_worker` : travail social ; `social_entrepreneur` : entrepreneuriat social."
        )
    )
    id: Short | None = Field(
        None, description="Son identifiant s’il en a un : il n’est pas proposé à lui-même."
    )
    name: Short | None = None
    organization: Short | None = None
    structure_type: Short | None = Field(None, examples=["CCAS", "EI", "ESAT"])
    email: Short | None = None
    commune: Short | None = Field(None, description="Nom, code postal ou code INSEE.")
    department: Short | None = Field(
        None, description="Son département : précise la commune, ou en tient lieu."
    )
    zone: Codes = Field(
        [], description="Territoires où il intervient, en plus de sa commune.", examples=[["95"]]
    )
    radius_km: float | None = Field(
        None,
        description="Jusqu’où il se déplace, en kilomètres.",
        json_schema_extra={"minimum": 0, "maximum": 20_000},
    )
    domains: Codes = Field([], description="Thématiques data·inclusion.")
    publics: Codes = Field([], description="Publics data·inclusion.")
    description: Annotated[str, Field(max_length=MAXIMUM_CHARACTERS)] = ""
    needs: Statements = Field([], description="Ce qu’il cherche, une phrase par besoin.")
    offers: Statements = Field([], description="Ce qu’il apporte, une phrase par offre.")
    capacity_per_month: int | None = Field(
        None,
        description="Nouveaux contacts qu’il peut prendre par mois.",
        json_schema_extra={"minimum": 0, "maximum": 10_000},
    )
    known: Codes = Field([], description="Identifiants des acteurs qu’il connaît déjà.")
    consent_email: bool = False
    profiling: bool = True
    source: Short | None = None
    updated: Short | None = None

    @model_validator(mode="after")
    def _is_affordable(self) -> "ProfileBody":
        spoken = (*self.needs, *self.offers)
        length = sum(len(said.text) for said in spoken)
        if length > MAXIMUM_CHARACTERS:
            context = {"code": "profile-too-long", "max_length": MAXIMUM_CHARACTERS}
            raise PydanticCustomError("profile-too-long", "too long", context)
        return self

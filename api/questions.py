"""Questions about recommendations as callers ask them: query parameters, and the body of a POST.

Types and lengths are checked here, so that OpenAPI tells them; ranges, codes and places are
checked by the use case, so that the command line refuses the same values with the same words.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.profiles import ProfileBody
from matcher.usecases.read_question import MAXIMUM_LIMIT, MAXIMUM_RADIUS_KM, RecommendationQuery

LEVELS = ("commune", "epci", "department", "region")


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Typed = Annotated[str, Field(min_length=1, max_length=200)]
Several = Annotated[list[Typed], BeforeValidator(_several), Field(max_length=50)]


class Filters(BaseModel):
    """What both ways of asking share."""

    model_config = ConfigDict(extra="forbid")

    department: Typed | None = Field(
        None,
        description=(
            "Département où les deux acteurs interviennent : code ou nom, écrit comme on veut "
            "(`95`, `val-d-oise`, `Val d'Oise`)."
        ),
        examples=["95"],
    )
    commune: Typed | None = Field(
        None, description="Commune : nom, code postal ou code INSEE.", examples=["Argenteuil"]
    )
    epci: Typed | None = Field(
        None,
        description="Intercommunalité, ou MRC au Québec : nom ou code SIREN.",
        examples=["CA de Cergy-Pontoise"],
    )
    region: Typed | None = Field(
        None, description="Région : nom ou code INSEE.", examples=["Île-de-France"]
    )
    domain: Several = Field(
        default_factory=list,
        description=(
            "Thématique data·inclusion du partenaire, précise ou catégorie, déclarée ou lue dans "
            "une phrase dont l’auteur n’en donne aucune. Plusieurs valeurs : l’une d’elles suffit."
        ),
        examples=[["mobilite", "logement-hebergement--louer-un-logement"]],
    )
    public: Several = Field(
        default_factory=list,
        description="Public data·inclusion du partenaire. Plusieurs valeurs : l’une suffit.",
        examples=[["jeunes"]],
    )
    radius_km: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        None,
        description="Distance la plus grande entre les deux, en kilomètres à vol d’oiseau.",
        json_schema_extra={"exclusiveMinimum": 0, "maximum": MAXIMUM_RADIUS_KM},
        examples=[15],
    )
    sides: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        "cross",
        description=(
            "`cross` : des partenaires de l’autre côté (travail social ou entrepreneuriat "
            "social) ; `any` : aussi du même côté."
        ),
        json_schema_extra={"enum": ["cross", "any"]},
    )
    direction: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        None,
        description=(
            "`mutual` : chacun apporte à l’autre ; `needs` : le partenaire répond aux besoins "
            "de l’acteur ; `offers` : l’acteur répond à ceux du partenaire."
        ),
        json_schema_extra={"enum": ["mutual", "needs", "offers", None]},
    )
    minimum_score: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        None,
        description="Score en dessous duquel rien n’est proposé ; sinon celui de l’installation.",
        json_schema_extra={"minimum": 0, "maximum": 1},
        examples=[0.5],
    )
    exclude_known: bool = Field(
        False, description="Laisser de côté ceux que l’acteur connaît déjà."
    )
    kind: Several = Field(
        default_factory=list,
        description=(
            "Genre de synergie : `orienter`, `co-construire`, `mutualiser` ou `transposer`. "
            "Plusieurs valeurs : l’une suffit. Une page est cherchée parmi les 400 suivantes de "
            "tous genres : elle peut être courte et avoir une suite."
        ),
        examples=[["mutualiser"]],
    )
    limit: int = Field(
        10,
        description="Nombre d’éléments par page.",
        json_schema_extra={"minimum": 1, "maximum": MAXIMUM_LIMIT},
    )
    cursor: Annotated[str, Field(max_length=500)] | None = Field(
        None,
        description=(
            "`next_cursor` de la page précédente. Les pages d’une même question se suivent sans "
            "doublon ni oubli, même si les données changent entre-temps ; un curseur trop ancien, "
            "ou d’avant un changement de modèle, est refusé (422, `cursor-outdated`) : reprenez "
            "à la première page, sans `cursor`."
        ),
    )

    def territories(self) -> dict[str, str]:
        """The territories that were typed, by level."""
        typed = {level: getattr(self, level) for level in LEVELS}
        return {level: text for level, text in typed.items() if text is not None}

    def query(self, **of: Any) -> RecommendationQuery:
        """The question for the use case; ``of`` says who asks."""
        return RecommendationQuery(
            territories=self.territories(),
            domains=tuple(self.domain),
            publics=tuple(self.public),
            radius_km=self.radius_km,
            sides=self.sides,
            direction=self.direction,
            minimum_score=self.minimum_score,
            exclude_known=self.exclude_known,
            kinds=tuple(self.kind),
            limit=self.limit,
            cursor=self.cursor,
            **of,
        )


class RecommendationParameters(Filters):
    """Parameters of `GET /recommendations`: an actor, a territory, or both."""

    actor_id: Typed | None = Field(
        None,
        description=(
            "Acteur qui cherche des partenaires. Avec un territoire : des partenaires qui y "
            "interviennent. Sans acteur : les meilleures paires du territoire."
        ),
        examples=["ts-argenteuil-hotel-01"],
    )


class RecommendationRequest(Filters):
    """La même question pour un profil qui n’est pas enregistré, et ne le sera pas."""

    model_config = ConfigDict(extra="forbid", strict=True, title="RecommendationRequest")

    profile: ProfileBody = Field(description="Qui cherche des partenaires.")
    weights: dict[str, Annotated[float, Field(allow_inf_nan=False)]] = Field(
        default_factory=dict,
        max_length=50,
        description=(
            "Poids à la place de ceux de l’installation, pour cette question seulement ; "
            "`GET /algorithm` les nomme."
        ),
        examples=[{"territory": 2.5}],
    )


class FeedbackBody(BaseModel):
    """Ce que quelqu’un dit d’une paire proposée."""

    model_config = ConfigDict(extra="forbid", strict=True)

    actor_id: Typed = Field(description="`actor.id` de l’élément proposé.")
    partner_id: Typed = Field(description="`partner.id` de l’élément proposé.")
    verdict: Literal["accepted", "declined", "known", "note"]
    reason: Annotated[str, Field(max_length=2000)] = ""

"""`/reglages`: the weights of the score, what others would change, and those that have a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.web.fault_text import fault_text
from api.web.forms import Posted
from api.web.pages import asks_fragment, desk_page
from api.wiring import Installation, Seen
from matcher.errors import InvalidInput, NotFound
from matcher.usecases.compare_weights import compare_weights
from matcher.usecases.partners_of_each import BEST
from matcher.usecases.weight_profiles import (
    list_profiles,
    remove_profile,
    save_profile,
    weights_of,
)
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
DONE = ("enregistre", "supprime")


@dataclass(frozen=True, slots=True)
class Slider:
    """One weight that can be moved: ``features`` take the same, so that nobody's side counts more.

    In nats per unit of the feature, between ``least`` and ``most``.
    """

    name: str
    features: tuple[str, ...]
    label: str
    meaning: str
    least: float
    most: float


SLIDERS = (
    Slider(
        "apports",
        ("a_to_b", "b_to_a"),
        "Ce que les deux s’apportent",
        "À quel point les offres de l’un répondent aux besoins de l’autre, dans les deux sens.",
        0,
        5,
    ),
    Slider(
        "territory",
        ("territory",),
        "Proximité",
        "Même commune, même intercommunalité, même département, distance, zone déclarée.",
        0,
        5,
    ),
    Slider(
        "domain",
        ("domain",),
        "Thématiques en commun",
        "Thématiques déclarées des deux côtés : mobilité, logement, numérique…",
        0,
        5,
    ),
    Slider(
        "publics",
        ("publics",),
        "Publics en commun",
        "Les mêmes personnes accueillies ; compte en moins quand les publics s’excluent.",
        0,
        5,
    ),
    Slider(
        "one_way",
        ("one_way",),
        "Échange possible dans un seul sens",
        "Quand l’un des deux ne dit aucun besoin, ou aucune offre, que l’autre pourrait servir.",
        -2,
        2,
    ),
    Slider(
        "relation",
        ("relation",),
        "Se connaissent déjà",
        "En dessous de zéro, ceux qui se connaissent passent après ; au-dessus, avant.",
        -3,
        3,
    ),
    Slider(
        "freshness",
        ("freshness",),
        "Profils à jour",
        "Plus le profil le plus ancien des deux est récent, plus la paire monte.",
        0,
        3,
    ),
)


@router.get("/reglages")
def show(request: Request, application: Installation, scope: Seen) -> Response:
    """Show the weights that are asked for, and what they would change in a territory."""
    asked = request.query_params
    return _show(request, application, scope, {name: asked[name] for name in asked})


def _show(
    request: Request,
    application: Installation,
    scope: Seen,
    asked: Mapping[str, str],
    fault: str | None = None,
    status: int = 200,
) -> Response:
    usual = application.matching.weights
    department = asked.get("department") or _home(scope)
    name = asked.get("reglage", "")
    weights, comparison, faults = dict[str, float](), None, dict[str, str]()
    try:
        weights = weights_of(application, name, scope) if name else {}
        weights |= _typed(asked, usual)
        comparison = compare_weights(
            application, {"department": department}, weights, FRENCH, scope
        )
    except (InvalidInput, NotFound) as error:
        faults[_field_of(error)] = fault_text(error)
    content = {
        "sliders": SLIDERS,
        "usual": usual,
        "weights": {**usual, **weights},
        "changed": {one: weight for one, weight in weights.items() if weight != usual[one]},
        "department": department,
        "compared": None if faults else department,
        "comparison": comparison,
        "best": BEST,
        "faults": faults,
        "fault": fault,
        "name": asked.get("nom", name),
        "chosen": name,
        "done": asked.get("fait") if asked.get("fait") in DONE else None,
    }
    status = 422 if faults and status == 200 else status
    if asks_fragment(request):
        return desk_page(request, "parts/weights_preview", status, **content)
    profiles = list_profiles(application, scope)
    return desk_page(request, "weights", status, profiles=profiles, seen=scope, **content)


@router.post("/reglages/enregistrer")
def save(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Keep the weights that were shown under a name."""
    told = {name: values[-1] for name, values in fields.items()}
    try:
        weights = _typed(told, application.matching.weights)
        name = save_profile(application, told.get("nom", ""), weights, scope)
    except InvalidInput as error:
        return _show(request, application, scope, told, fault_text(error), 422)
    department = quote(told.get("department", ""))
    return _back(request, f"reglage={quote(name)}&department={department}&fait=enregistre")


@router.post("/reglages/supprimer")
def remove(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Let go of a setting."""
    try:
        remove_profile(application, fields.get("reglage", [""])[-1], scope)
    except NotFound as error:
        return _show(request, application, scope, {}, fault_text(error), 404)
    return _back(request, "fait=supprime")


def _typed(asked: Mapping[str, str], usual: Mapping[str, float]) -> dict[str, float]:
    """The weights of the sliders that were sent; a slider that was not moved is the usual one."""
    weights = {}
    for slider in SLIDERS:
        text = asked.get(f"poids_{slider.name}")
        if text is None:
            continue
        weight = _number(text)
        if weight is None or not slider.least <= weight <= slider.most:
            raise InvalidInput(
                "slider-out-of-range",
                pointer=f"poids_{slider.name}",
                label=slider.label,
                minimum=slider.least,
                maximum=slider.most,
            )
        for feature in slider.features:
            as_shown = round(usual[feature], 1)
            weights[feature] = usual[feature] if weight == as_shown else weight
    return weights


def _number(text: str) -> float | None:
    try:
        return round(float(text.replace(",", ".")), 1) if len(text) < 12 else None
    except (ValueError, OverflowError):
        return None


def _field_of(error: InvalidInput | NotFound) -> str:
    return error.pointer or "department"


def _home(scope: Seen) -> str:
    return scope.departments[0].partition(":")[2] if scope.departments else "95"


def _back(request: Request, query: str) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/reglages?{query}", 303)

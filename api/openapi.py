"""The OpenAPI description, completed with what FastAPI cannot see; `python -m api.openapi`."""

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.access_table import ACCESS, Access, Reach
from api.problems import Problem
from api.questions import FeedbackBody, RecommendationRequest
from api.responses import refusals
from api.routes.batches import BatchBody
from api.routes.rights import OppositionRequest

BODIES: tuple[type[BaseModel], ...] = (
    RecommendationRequest,
    BatchBody,
    FeedbackBody,
    OppositionRequest,
)
KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "Une clé (`synergies keys create`), le jeton du lien d’un acteur (`synergies link`) ou "
        "celui d’une page de portail (`synergies widget-link`). "
        "Inutile avec `SYNERGIES_AUTH=off`."
    ),
}
FRENCH = {
    Reach.EVERYBODY: "tout le monde",
    Reach.DEPARTMENTS: "les acteurs de ses départements",
    Reach.ITSELF: "sa propre fiche et ses partenaires",
}
TITLE = "Synergies"
VERSION = "1"
DESCRIPTION = """\
Qui devrait rencontrer qui, dans quelle ville, pour quel besoin, et pourquoi : des coopérations
entre travailleurs sociaux et entrepreneurs sociaux, avec les phrases des profils qui les motivent.

Synergies propose des coopérations entre organisations et professionnels. Il ne classe jamais de
candidats à un emploi, n’attribue pas de marché et ne décide d’aucun droit ; une personne décide
toujours. `GET /algorithm` dit comment les scores sont calculés.

- Les réponses sont en JSON, les textes à montrer en français, ou en anglais avec
  `Accept-Language: en`.
- Les erreurs suivent la RFC 9457 (`application/problem+json`) : `code` est stable, `detail` se
  montre tel quel, `errors` nomme chaque champ à corriger. `GET /problems/{code}` les explique.
- Un paramètre inconnu est une erreur. Les listes se suivent avec `cursor` et `next_cursor`.
- Les réponses aux `GET` de données portent un `ETag` ; renvoyé dans `If-None-Match`, il obtient un
  304 sans contenu tant que la réponse est la même.
- Avec `SYNERGIES_AUTH=on`, chaque demande porte `Authorization: Bearer <clé>`. Qui est hors du
  périmètre d’une clé n’existe pas pour elle : ni montré, ni compté, ni nommé par une erreur.
- Au-delà d’une limite, la réponse est 429 ; `Retry-After` dit quand revenir, `RateLimit` ce qui
  reste.
- Chaque réponse porte un `X-Request-ID`, à citer pour retrouver une demande dans le journal.
"""
TAGS = [
    {"name": "Recommandations", "description": "Qui rencontrer, et pourquoi."},
    {"name": "Acteurs", "description": "Les profils, et leur import."},
    {
        "name": "Droits des personnes",
        "description": "Accéder à ses données, les faire effacer, s’opposer.",
    },
    {"name": "Courriels", "description": "Les suggestions du mois, envoyées une fois."},
    {"name": "Territoires", "description": "Communes, intercommunalités, départements, régions."},
    {
        "name": "Transparence",
        "description": "Ce que fait l’algorithme, et ce qu’il refuse de faire.",
    },
    {"name": "Problèmes", "description": "Ce que veulent dire les erreurs."},
    {"name": "Santé", "description": "Pour la supervision."},
]


def install(app: FastAPI) -> None:
    """Give the application its description, worked out once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=TITLE, version=VERSION, description=DESCRIPTION, routes=app.routes, tags=TAGS
    )
    _, ours = models_json_schema(
        [(Problem, "validation"), *((body, "validation") for body in BODIES)],
        ref_template="#/components/schemas/{model}",
    )
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(ours["$defs"])
    _declare_access(schema)
    schema["components"]["schemas"] = dict(sorted(schemas.items()))
    return schema


def _declare_access(schema: dict[str, Any]) -> None:
    """Say of each operation who may ask it and how it refuses, from the table of access."""
    schema["components"]["securitySchemes"] = {"key": KEY}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            access = ACCESS[f"{method.upper()} {path}"]
            late = (504, 408) if "requestBody" in operation else (504,)
            statuses = (429, *late) if access.is_open else (401, 403, 429, *late)
            refused = {str(code): found for code, found in refusals(*statuses).items()}
            responses = operation["responses"] | {
                str(code): refused[str(code)] for code in statuses
            }
            operation["responses"] = dict(sorted(responses.items()))
            operation["security"] = [] if access.is_open else [{"key": []}]
            if not access.is_open:
                roles = ", ".join(f"`{role}` ({FRENCH[reach]})" for role, reach in _roles(access))
                operation["description"] += f"\n\nClés : {roles}."


def _roles(access: Access) -> list[tuple[str, Reach]]:
    return sorted((role.value, reach) for role, reach in access.roles.items())


def text_of(schema: dict[str, Any]) -> str:
    """The description as it is kept in ``tests/api/openapi.json``."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Print the description: ``python -m api.openapi > tests/api/openapi.json``."""
    from api.app import create_app  # noqa: PLC0415 - the application imports this module

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(text_of(create_app().openapi()))


if __name__ == "__main__":
    main()

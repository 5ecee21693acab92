"""The problem responses that routes declare: exactly the statuses they can answer with."""

from typing import Any

from api.problems import MEDIA_TYPE

DESCRIPTIONS: dict[int | str, str] = {
    401: "Il faut une clé, et une qui ouvre.",
    403: "Cette clé n’ouvre pas cette adresse.",
    404: "Ce que l’adresse nomme n’existe pas.",
    408: "Le corps n’est pas arrivé à temps.",
    413: "Le corps de la demande est trop grand.",
    414: "L’adresse est trop longue.",
    415: "Le type ou la compression du corps n’est pas accepté.",
    422: "Une valeur est incorrecte ; chaque point à corriger est nommé.",
    429: "Trop de demandes ; `Retry-After` dit quand revenir.",
    503: "Le service n’est pas encore prêt.",
    504: "La réponse demandait trop de temps.",
    "5XX": "Erreur imprévue, sans détail : elle est dans le journal, sous son X-Request-ID.",
}
REFERENCE = {"$ref": "#/components/schemas/Problem"}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for these statuses, and for those that any route may answer."""
    declared: list[int | str] = [*sorted({*statuses, 414, 422, 503}), "5XX"]
    content = {MEDIA_TYPE: {"schema": REFERENCE}}
    return {
        status: {"description": DESCRIPTIONS[status], "content": content} for status in declared
    }

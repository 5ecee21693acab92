"""The one declaration of who may ask which route, and whom they see there.

Everything is made from this table: what each request is checked against, the OpenAPI description,
and the tests that walk every route. A route that is not in it answers nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.scope import Role


class Reach(StrEnum):
    """Whom a role sees through a route."""

    EVERYBODY = "everybody"
    DEPARTMENTS = "departments"
    """Actors who belong to one of the key's or token's départements; both ends of a pair."""
    ITSELF = "itself"
    """The actor of the link, and the partners that it is recommended."""


class Cost(StrEnum):
    """What a request costs: each has a limit of its own."""

    OPEN = "open"
    READING = "reading"
    QUESTION = "question"
    CHANGE = "change"
    IMPORT = "import"
    SIGN_IN = "sign_in"
    """Asking for a link, and trying one."""
    REFUSED = "refused"
    """A request without a key, or with one that opens nothing."""


@dataclass(frozen=True, slots=True)
class Access:
    """Roles that may ask a route, with their reach; none for a route that needs no key.

    ``by_token``: the address itself bears the signed token of a link, which says for whom it is.
    ``sign_in``: a page by which one signs in; it is shown to everybody and tells of nobody.
    ``page``: a page of the coordinators' desk, where somebody who has signed in needs no key.
    """

    roles: Mapping[Role, Reach]
    cost: Cost
    by_token: bool = False
    page: bool = False
    sign_in: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anybody may ask, without a key."""
        return not self.roles

    @property
    def is_for_people(self) -> bool:
        """Whether the route answers with pages, and so says what is wrong on one too."""
        return self.page or self.by_token or self.sign_in


_ADMIN = {Role.ADMIN: Reach.EVERYBODY}
_COORDINATOR = {Role.COORDINATOR: Reach.DEPARTMENTS}
_PORTAL = {Role.PORTAL: Reach.EVERYBODY}
_PRACTITIONER = {Role.PRACTITIONER: Reach.ITSELF}
_EMBED = {Role.EMBED: Reach.DEPARTMENTS}
_DESK = _ADMIN | _COORDINATOR
_ALL = _ADMIN | _COORDINATOR | _PORTAL | _PRACTITIONER

OPEN = Access({}, Cost.OPEN)
BY_TOKEN = Access({}, Cost.OPEN, by_token=True)
SIGN_IN = Access({}, Cost.SIGN_IN, sign_in=True)

_MINE = Access({}, Cost.QUESTION, by_token=True)
_CHANGING_MINE = Access({}, Cost.CHANGE, by_token=True)

ACCESS: Mapping[str, Access] = {
    "GET /recommendations": Access(_ALL | _EMBED, Cost.QUESTION),
    "POST /recommendations": Access(_ADMIN | _COORDINATOR | _PORTAL, Cost.QUESTION),
    "POST /recommendations/{pair_id}/feedback": Access(_ALL, Cost.CHANGE),
    "GET /actors/{actor_id}": Access(_ALL, Cost.READING),
    "PUT /actors/{actor_id}": Access(_ADMIN | _COORDINATOR | _PRACTITIONER, Cost.CHANGE),
    "DELETE /actors/{actor_id}": Access(_ADMIN | _COORDINATOR | _PRACTITIONER, Cost.CHANGE),
    "GET /actors/{actor_id}/export": Access(_ADMIN | _PRACTITIONER, Cost.QUESTION),
    "PUT /actors/{actor_id}/opposition": Access(_ADMIN | _COORDINATOR | _PRACTITIONER, Cost.CHANGE),
    "POST /actors/import": Access(_ADMIN | _COORDINATOR, Cost.IMPORT),
    "GET /territories/{code}": Access(_ADMIN | _COORDINATOR | _PORTAL, Cost.READING),
    "GET /algorithm": Access(_ALL, Cost.READING),
    "POST /batches": Access(_ADMIN | _COORDINATOR, Cost.CHANGE),
    "GET /batches/{batch_id}": Access(_ADMIN | _COORDINATOR, Cost.READING),
    "GET /metrics": Access(_ADMIN, Cost.READING),
    "GET /problems/{code}": OPEN,
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /docs": OPEN,
    "GET /docs/style.css": OPEN,
    "GET /openapi.json": OPEN,
    "GET /pages/{file}": OPEN,
    "GET /favicon.ico": OPEN,
    "GET /": Access(_DESK, Cost.READING, page=True),
    "GET /territoire": Access(_DESK, Cost.QUESTION, page=True),
    "GET /territoire.csv": Access(_DESK, Cost.QUESTION, page=True),
    "GET /territoire.xlsx": Access(_DESK, Cost.QUESTION, page=True),
    "GET /territoire/fiches": Access(_DESK, Cost.QUESTION, page=True),
    "GET /synergie": Access(_DESK, Cost.QUESTION, page=True),
    "POST /synergie/reponse": Access(_DESK, Cost.CHANGE, page=True),
    "GET /synergie/introduction": Access(_DESK, Cost.QUESTION, page=True),
    "POST /synergie/introduction": Access(_DESK, Cost.CHANGE, page=True),
    "GET /synergie/fiche": Access(_DESK, Cost.QUESTION, page=True),
    "GET /synergie/rendez-vous.ics": Access(_DESK, Cost.QUESTION, page=True),
    "GET /import": Access(_DESK, Cost.READING, page=True),
    "POST /import": Access(_DESK, Cost.IMPORT, page=True),
    "GET /import/verification": Access(_DESK, Cost.QUESTION, page=True),
    "POST /import/verification": Access(_DESK, Cost.CHANGE, page=True),
    "POST /import/confirmation": Access(_DESK, Cost.IMPORT, page=True),
    "POST /import/abandon": Access(_DESK, Cost.CHANGE, page=True),
    "GET /reglages": Access(_DESK, Cost.QUESTION, page=True),
    "POST /reglages/enregistrer": Access(_DESK, Cost.CHANGE, page=True),
    "POST /reglages/supprimer": Access(_DESK, Cost.CHANGE, page=True),
    "GET /integration/widget": Access({}, Cost.QUESTION, by_token=True),
    "GET /territoire/equilibre": Access(_DESK, Cost.QUESTION, page=True),
    "GET /acteur": Access(_DESK, Cost.QUESTION, page=True),
    "GET /acteur/modifier": Access(_DESK, Cost.QUESTION, page=True),
    "POST /acteur/modifier": Access(_DESK, Cost.CHANGE, page=True),
    "POST /acteur/modifier/apercu": Access(_DESK, Cost.QUESTION, page=True),
    "GET /acteur/nouveau": Access(_DESK, Cost.READING, page=True),
    "POST /acteur/nouveau": Access(_DESK, Cost.CHANGE, page=True),
    "POST /acteur/nouveau/apercu": Access(_DESK, Cost.QUESTION, page=True),
    "GET /acteurs": Access(_DESK, Cost.READING, page=True),
    "GET /besoin": Access(_DESK, Cost.QUESTION, page=True),
    "GET /reponses/{token}": BY_TOKEN,
    "POST /reponses/{token}": BY_TOKEN,
    "GET /desinscription/{token}": BY_TOKEN,
    "POST /desinscription/{token}": BY_TOKEN,
    "GET /connexion": Access({}, Cost.OPEN, sign_in=True),
    "POST /connexion": SIGN_IN,
    "GET /connexion/{token}": SIGN_IN,
    "POST /connexion/{token}": SIGN_IN,
    "POST /deconnexion": Access(_DESK, Cost.CHANGE, page=True),
    "GET /algorithme": OPEN,
    "GET /mes-donnees/{token}": _MINE,
    "GET /mes-donnees/{token}/export.json": _MINE,
    "GET /mes-donnees/{token}/export.csv": _MINE,
    "GET /mes-donnees/{token}/profil": _MINE,
    "POST /mes-donnees/{token}/profil": _CHANGING_MINE,
    "POST /mes-donnees/{token}/courriels": _CHANGING_MINE,
    "POST /mes-donnees/{token}/rapprochements": _CHANGING_MINE,
    "GET /mes-donnees/{token}/effacement": _MINE,
    "POST /mes-donnees/{token}/effacement": _CHANGING_MINE,
}

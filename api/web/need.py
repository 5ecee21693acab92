"""`/besoin`: type a need, see who could answer it; the address holds the question, nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.web.fault_text import fault_text
from api.web.pages import asks_fragment, desk_page
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.answers import Recommendations
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.show_cards import show_cards
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
LONGEST = 1_000
"""Signs of a need that an address can still carry."""
LEAST = 3
"""Signs under which nothing is asked yet: somebody is still typing."""
KINDS = ("social_worker", "social_entrepreneur")
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "social_worker": (
        "Un atelier où des jeunes sans diplôme découvrent un métier manuel",
        "Faire réparer sa voiture à petit prix pour garder un emploi en horaires décalés",
        "Une salle et un professionnel pour apprendre à remplir ses démarches en ligne",
    ),
    "social_entrepreneur": (
        "Des personnes au RSA à accueillir dans notre chantier d’insertion",
        "Une assistante sociale qui tienne une permanence dans nos locaux",
    ),
}
"""Needs as people write them, of each side."""

_FIELDS = {
    "profile/needs": "need",
    "profile/offers": "offer",
    "profile/commune": "commune",
    "profile/department": "department",
    "profile/kind": "kind",
    "department": "department",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as it was."""

    need: str = ""
    offer: str = ""
    kind: str = "social_worker"
    commune: str = ""
    department: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is a sentence to look for."""
        return max(len(self.need.strip()), len(self.offer.strip())) >= LEAST

    def address(self, **more: str) -> str:
        """The query of the same question."""
        typed = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return urlencode({name: text for name, text in (typed | more).items() if text})

    def query(self, cursor: str) -> RecommendationQuery:
        """The question for the use case, about a profile that is stored nowhere."""
        profile: dict[str, object] = {"kind": self.kind}
        said = {"needs": self.need.strip(), "offers": self.offer.strip()}
        profile |= {name: [text] for name, text in said.items() if text}
        where = {"commune": self.commune.strip(), "department": self.department.strip()}
        profile |= {name: text for name, text in where.items() if text}
        territories = {"department": where["department"]} if where["department"] else {}
        return RecommendationQuery(profile=profile, territories=territories, cursor=cursor or None)


Text = Annotated[str, Query()]


@router.get("/besoin")
def need_page(
    request: Request,
    application: Installation,
    scope: Seen,
    need: Text = "",
    offer: Text = "",
    kind: Text = "social_worker",
    commune: Text = "",
    department: Annotated[str | None, Query()] = None,
    cursor: Text = "",
) -> Response:
    """Show who could answer what is typed; nothing of it is kept."""
    where = _own_department(scope) if department is None else department
    asked = Asked(need, offer, kind, commune, where)
    wrong = _too_long(asked)
    found: Recommendations | None = None
    if asked.says_something and not wrong:
        try:
            found = _found(application, asked, cursor, scope)
        except InvalidInput as error:
            wrong = {_field(error): fault_text(error)}
    return desk_page(
        request,
        "parts/need_results" if asks_fragment(request) else "need",
        422 if wrong else 200,
        alone=asks_fragment(request),
        asked=asked,
        found=found,
        cards=show_cards(application, found.items, FRENCH, scope) if found else [],
        following=asked.address(cursor=found.next_cursor or "") if found else "",
        is_following=bool(cursor),
        link=str(request.url.replace(query=asked.address(), fragment="")),
        wrong=wrong,
        examples={one: _examples(one, where) for one in KINDS},
        longest=LONGEST,
    )


def _found(application: Application, asked: Asked, cursor: str, scope: Scope) -> Recommendations:
    """The answer; from its beginning where the place in it no longer holds."""
    try:
        return recommend(application, asked.query(cursor), FRENCH, scope)
    except InvalidInput as error:
        if error.pointer != "cursor":
            raise
        return recommend(application, asked.query(""), FRENCH, scope)


def _own_department(scope: Scope) -> str:
    """Where a coordinator of one département asks for, until it says otherwise."""
    own = scope.departments or ()
    return own[0].partition(":")[2] if len(own) == 1 else ""


def _too_long(asked: Asked) -> dict[str, str]:
    texts = {"need": asked.need, "offer": asked.offer}
    return {
        name: FRENCH.say("page.need.too-long", length=len(text), limit=LONGEST)
        for name, text in texts.items()
        if len(text) > LONGEST
    }


def _field(error: InvalidInput) -> str:
    """The field of the form that a pointer of the question leads to."""
    place = (error.pointer or "").partition("[")[0]
    return _FIELDS.get(place, "need")


def _examples(kind: str, department: str) -> list[tuple[str, str]]:
    """Needs of one side, each with the query that asks it."""
    return [
        (text, Asked(need=text, kind=kind, department=department).address())
        for text in EXAMPLES[kind]
    ]

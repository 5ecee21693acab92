"""`/synergie`: two actors side by side, why they should meet, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.query_reading import OnlyParametersOf
from api.web.exports import PairParameters
from api.web.fault_text import fault_text
from api.web.forms import Posted
from api.web.pages import LANGUAGE, desk_page
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.usecases.answer_pair import answer_pair
from matcher.usecases.answer_suggestion import LONGEST_WORDS, REASONS
from matcher.usecases.answers import ActorSummary
from matcher.usecases.compare_pair import compare_pair
from matcher.usecases.find_by_name import LONGEST, find_by_name
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.show_cards import show_cards
from matcher.usecases.why_not import WhyNot, why_not
from matcher.usecases.write_meeting import LONGEST as LONGEST_MEETING
from matcher.usecases.write_meeting import SHORTEST as SHORTEST_MEETING
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words(LANGUAGE)
DONE = frozenset({"accepted", "declined", "known", "note", "introduced", "waiting"})
"""What the page may say was done: ``page.synergy.done.<code>``."""


class SynergyParameters(PairParameters):
    """A synergy, whom else its page is asked about, and what was done on it."""

    contre: str = ""
    fait: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """*Pourquoi pas X ?*: what was typed, then an answer, or several to choose from, or a fault."""

    typed: str
    answer: WhyNot | None = None
    choices: tuple[ActorSummary, ...] = ()
    total: int = 0
    fault: str | None = None


@router.get("/synergie", dependencies=[Depends(OnlyParametersOf(SynergyParameters))])
def synergy(
    request: Request,
    parameters: Annotated[SynergyParameters, Query()],
    application: Installation,
    scope: Seen,
) -> Response:
    """Show a pair of the caller's territory; of anybody else, that nobody has this id."""
    pair = (parameters.actor, parameters.partner)
    other = _other(application, pair[0], parameters.contre, scope)
    done = parameters.fait if parameters.fait in DONE else ""
    return _show(request, application, scope, pair, other=other, done=done)


@router.post("/synergie/reponse")
def answer(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Keep what the caller says of a pair; what is wrong with it is said beside its field."""
    told = {name: values[-1] for name, values in fields.items()}
    pair = (told.get("actor", ""), told.get("partner", ""))
    verdict = told.get("verdict", "")
    try:
        answer_pair(
            *(application, *pair, verdict, scope), told.get("reason", ""), told.get("words", "")
        )
    except InvalidInput as error:
        if error.pointer not in {"reason", "words"}:
            raise
        faults = {error.pointer: fault_text(error)}
        return _show(request, application, scope, pair, typed=told, faults=faults)
    return back(request, pair, verdict)


def back(request: Request, pair: tuple[str, str], done: str) -> Response:
    """Lead back to the page of a pair, which says what was done."""
    query = urlencode({"actor": pair[0], "partner": pair[1], "fait": done})
    return RedirectResponse(f"{request.scope.get('root_path', '')}/synergie?{query}", 303)


def _show(
    request: Request,
    application: Application,
    scope: Scope,
    pair: tuple[str, str],
    *,
    other: Other | None = None,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    done: str = "",
) -> Response:
    shown = compare_pair(application, *pair, FRENCH, scope)
    (card,) = show_cards(application, [shown.item], FRENCH, scope)
    answered = next((one.verdict for one in shown.history if one.mine), "")
    return desk_page(
        request,
        "synergy",
        422 if faults else 200,
        **{"shown": shown, "card": card, "answered": answered, "done": done},
        total=sum(part.points for part in shown.parts),
        widest=max(abs(part.points) for part in shown.parts) or 1,
        other=other or Other(""),
        typed={"verdict": "", "reason": "", "words": "", **(typed or {})},
        faults=faults or {},
        **{"reasons": REASONS, "longest": LONGEST_WORDS, "longest_name": LONGEST},
        meeting={
            **{"actor": pair[0], "partner": pair[1]},
            **{"start": "", "minutes": "60", "place": ""},
        },
        wrong={},
        unshown={},
        bounds={"shortest": SHORTEST_MEETING, "longest": LONGEST_MEETING},
        query=urlencode({"actor": pair[0], "partner": pair[1]}),
    )


def _other(application: Application, actor_id: str, typed: str, scope: Scope) -> Other:
    """Find who is meant, and say why it is not proposed; the actor itself is never meant."""
    typed = typed[:LONGEST]
    if not typed.strip():
        return Other("")
    found = find_by_name(application, typed, 1, FRENCH, scope)
    others = tuple(one for one in found.shown if one.id != actor_id)
    if not others:
        return Other(typed, fault=FRENCH.say("page.synergy.nobody_named"))
    if len(others) > 1 and others[0].id != typed.strip():
        return Other(typed, choices=others, total=found.total)
    question = RecommendationQuery(actor_id=actor_id)
    try:
        return Other(typed, why_not(application, question, others[0].id, FRENCH, scope))
    except NotFound:  # left since
        return Other(typed, fault=FRENCH.say("page.synergy.nobody_named"))
    except InvalidInput as error:
        return Other(typed, fault=fault_text(error))

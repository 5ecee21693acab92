"""What leaves the desk: a territory as a file or on paper, a synergy on paper, a meeting."""

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.query_reading import OnlyParametersOf
from api.questions import Filters, Typed
from api.web.names_shown import called
from api.web.pages import LANGUAGE, desk_page
from api.web.printing import printed
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.describe_question import describe_question, territory_name
from matcher.usecases.export_synergies import export_synergies, synergies_as_csv
from matcher.usecases.judge_pair import judge_pair
from matcher.usecases.list_synergies import Order, list_synergies
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.synergies_workbook import synergies_as_xlsx
from matcher.usecases.weight_profiles import weights_of
from matcher.usecases.write_meeting import (
    LONGEST,
    SHORTEST,
    TypedMeeting,
    is_day_and_hour,
    meeting_faults,
    read_meeting,
    write_meeting,
)
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words(LANGUAGE)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PairParameters(BaseModel):
    """Which synergy."""

    model_config = ConfigDict(extra="forbid")

    actor: Typed
    partner: Typed


class MeetingParameters(PairParameters):
    """A meeting as the form of the synergy sends it; what is wrong is said beside the field."""

    start: Annotated[str, Field(max_length=1_000)] = ""
    minutes: Annotated[str, Field(max_length=1_000)] = "60"
    place: Annotated[str, Field(max_length=1_000)] = ""

    def typed(self) -> TypedMeeting:
        """What the form was filled with."""
        return TypedMeeting(self.start, self.minutes, self.place)


class ListParameters(Filters):
    """A list as the page of a territory shows it: filtered, weighed by a setting, in an order."""

    reglage: Annotated[str, Field(max_length=200)] = ""
    sort: Annotated[str, Field(max_length=40)] = Order.BEST.value

    def order(self) -> Order:
        """What comes first; raises InvalidInput."""
        if self.sort not in list(Order):
            accepted = list(Order)
            raise InvalidInput("not-one-of", pointer="sort", typed=self.sort, accepted=accepted)
        return Order(self.sort)

    def asked(self, application: Application, scope: Scope) -> RecommendationQuery:
        """The question with the weights of its setting; raises NotFound for one of nobody's."""
        weights = weights_of(application, self.reglage, scope) if self.reglage else None
        return self.query(weights=weights)


@router.get("/territoire.csv", dependencies=[Depends(OnlyParametersOf(ListParameters))])
def territory_csv(
    parameters: Annotated[ListParameters, Query()], application: Installation, scope: Seen
) -> Response:
    """Every synergy of the question, for a spreadsheet."""
    query = parameters.asked(application, scope)
    export = export_synergies(application, query, FRENCH, scope, parameters.order())
    return _file(
        synergies_as_csv(export, FRENCH),
        "text/csv; charset=utf-8",
        f"{_called(application, parameters)}.csv",
    )


@router.get("/territoire.xlsx", dependencies=[Depends(OnlyParametersOf(ListParameters))])
def territory_xlsx(
    parameters: Annotated[ListParameters, Query()], application: Installation, scope: Seen
) -> Response:
    """The same as a workbook, which also tells what was asked and when."""
    query = parameters.asked(application, scope)
    export = export_synergies(application, query, FRENCH, scope, parameters.order())
    about = _told(application, parameters, query)
    about[FRENCH.say("sheet.day")] = FRENCH.write(application.today())
    return _file(
        synergies_as_xlsx(export, about, FRENCH),
        XLSX,
        f"{_called(application, parameters)}.xlsx",
    )


@router.get("/territoire/fiches", dependencies=[Depends(OnlyParametersOf(ListParameters))])
def introductions(
    request: Request,
    parameters: Annotated[ListParameters, Query()],
    application: Installation,
    scope: Seen,
) -> Response:
    """The first synergies of the question as a list to print, and to write on."""
    query = parameters.asked(application, scope)
    listing = list_synergies(application, query, parameters.order(), FRENCH, scope)
    return desk_page(
        request,
        "introductions",
        sheets=[printed(item) for item in listing.found.items],
        place=territory_name(application, query),
        asked=_told(application, parameters, query),
        order=parameters.order(),
        sorted_among=listing.sorted_among,
        day=application.today(),
    )


@router.get("/synergie/fiche", dependencies=[Depends(OnlyParametersOf(PairParameters))])
def synergy_sheet(
    request: Request,
    parameters: Annotated[PairParameters, Query()],
    application: Installation,
    scope: Seen,
) -> Response:
    """One synergy on one sheet of paper."""
    item = judge_pair(application, parameters.actor, parameters.partner, FRENCH, scope)
    return desk_page(request, "synergy_sheet", sheet=printed(item), day=application.today())


@router.get(
    "/synergie/rendez-vous.ics", dependencies=[Depends(OnlyParametersOf(MeetingParameters))]
)
def meeting(
    request: Request,
    parameters: Annotated[MeetingParameters, Query()],
    application: Installation,
    scope: Seen,
) -> Response:
    """A meeting for a calendar; what is wrong with it is said on a page with the form again."""
    item = judge_pair(application, parameters.actor, parameters.partner, FRENCH, scope)
    typed, today = parameters.typed(), application.today()
    if faults := meeting_faults(typed, today):
        return desk_page(
            request,
            "meeting",
            422,
            names=[called(item.actor), called(item.partner)],
            meeting=parameters.model_dump(),
            wrong={str(fault.pointer): FRENCH.error(fault) for fault in faults},
            unshown=_unshown(typed),
            bounds={"shortest": SHORTEST, "longest": LONGEST},
        )
    content = write_meeting(item, read_meeting(typed, today), FRENCH, datetime.now(UTC))
    return _file(content, "text/calendar; charset=utf-8; method=PUBLISH", "rencontre.ics")


def _unshown(typed: TypedMeeting) -> dict[str, str]:
    """What was typed, by its field, that a field of its kind cannot show."""
    unshown = {} if is_day_and_hour(typed.start) else {"start": typed.start}
    number = typed.minutes.isascii() and typed.minutes.isdecimal()
    return unshown if number else unshown | {"minutes": typed.minutes}


def _told(
    application: Application, parameters: ListParameters, query: RecommendationQuery
) -> dict[str, str]:
    """What was asked, in words."""
    return describe_question(
        application, query, FRENCH, order=parameters.order(), profile=parameters.reglage
    )


def _called(application: Application, parameters: Filters) -> str:
    """What a file is called: where and when, in letters that every system takes."""
    typed = "-".join(parameters.territories().values())
    place = re.sub(r"[^a-z0-9]+", "-", typed.casefold())[:40].strip("-")
    return "-".join(filter(None, ("synergies", place, application.today().isoformat())))


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=media_type)

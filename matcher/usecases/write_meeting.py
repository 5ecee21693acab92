"""Put a meeting of two actors into a calendar file (iCalendar, RFC 5545)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from matcher.errors import InvalidInput
from matcher.usecases.answers import ActorSummary, RecommendationItem
from matcher.wording.words import Words

PARIS = ZoneInfo("Europe/Paris")
SHORTEST, LONGEST = 15, 480
"""Minutes of a meeting."""
FURTHEST = timedelta(days=730)
LONGEST_PLACE = 200
MEETINGS = UUID("6d5f5f55-2c0d-4c53-9f0b-6f5a1f0f7b0e")
"""The name space of our meetings: the same pair at the same hour is the same meeting."""

_DAY_AND_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where: ``start`` with its time zone."""

    start: datetime
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class TypedMeeting:
    """When and where as somebody typed it.

    ``start`` is local French time as a form of a browser sends it, « 2026-12-03T14:00 ».
    """

    start: str
    minutes: str
    place: str


def read_meeting(typed: TypedMeeting, today: date) -> Meeting:
    """Check what somebody typed; raises the first of :func:`meeting_faults`."""
    for fault in meeting_faults(typed, today):
        raise fault
    start = _read_start(typed.start, today)
    return Meeting(start, int(typed.minutes), " ".join(typed.place.split()))


def meeting_faults(typed: TypedMeeting, today: date) -> list[InvalidInput]:
    """All that is wrong, in the order of the form: each points at its field."""
    faults = []
    try:
        _read_start(typed.start, today)
    except InvalidInput as error:
        faults.append(error)
    minutes = typed.minutes
    whole = minutes.isascii() and minutes.isdecimal() and len(minutes) <= 4
    if not (whole and SHORTEST <= int(minutes) <= LONGEST):
        faults.append(_wrong_minutes())
    if len(typed.place) > LONGEST_PLACE:
        too_long = InvalidInput("meeting-place-too-long", pointer="place", maximum=LONGEST_PLACE)
        faults.append(too_long)
    return faults


def is_day_and_hour(typed: str) -> bool:
    """Whether a field of a day and an hour can show what was typed, right or wrong."""
    if _DAY_AND_HOUR.fullmatch(typed) is None:
        return False
    try:
        datetime.fromisoformat(typed)
    except ValueError:
        return False
    return True


def write_meeting(
    item: RecommendationItem, meeting: Meeting, words: Words, written: datetime
) -> bytes:
    """The file: one event, its UID the same each time, with why these two should meet.

    No address is in it: who opens the file invites whom it wants.
    """
    event = Event()
    names = [_named(one) for one in (item.actor, item.partner)]
    event.add("uid", str(uuid5(MEETINGS, f"{item.id} {meeting.start.isoformat()}")))
    event.add("dtstamp", written.astimezone(UTC))
    # In UTC, which every calendar shows in its reader's time: no rules of summer time to copy.
    start = meeting.start.astimezone(UTC)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=meeting.minutes))
    event.add("summary", _clean(words.say("meeting.summary", one=names[0], other=names[1])))
    if meeting.place:
        event.add("location", _clean(meeting.place))
    event.add("description", _clean(_described(item, words)))
    event.add("status", "TENTATIVE")
    calendar = Calendar()
    calendar.add("prodid", "-//Synergies//Rencontres//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _read_start(typed: str, today: date) -> datetime:
    if not is_day_and_hour(typed):
        raise InvalidInput("meeting-start-invalid", pointer="start")
    start = datetime.fromisoformat(typed).replace(tzinfo=PARIS)
    if not today <= start.date() <= today + FURTHEST:
        raise InvalidInput("meeting-start-out-of-range", pointer="start")
    if start.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != start.replace(tzinfo=None):
        # An hour that the clocks skip in March.
        raise InvalidInput("meeting-start-invalid", pointer="start")
    return start


def _wrong_minutes() -> InvalidInput:
    return InvalidInput(
        "meeting-minutes-out-of-range", pointer="minutes", minimum=SHORTEST, maximum=LONGEST
    )


def _described(item: RecommendationItem, words: Words) -> str:
    who = [
        ", ".join(part for part in (one.name, one.organization, one.commune) if part)
        for one in (item.actor, item.partner)
    ]
    why = [item.reasons[0].text] if item.reasons else []
    return "\n".join([*who, "", *why, words.say("meeting.footer")])


def _named(actor: ActorSummary) -> str:
    return actor.organization or actor.name


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text)

"""A meeting as a calendar file, read back by a library that is not ours."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from matcher.errors import InvalidInput
from matcher.usecases.answers import ActorSummary, ReasonAnswer, RecommendationItem, Scores
from matcher.usecases.write_meeting import TypedMeeting, meeting_faults, read_meeting, write_meeting
from matcher.wording.words import Words

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FRENCH = Words("fr")
PLACE = "Maison de quartier, 3 rue de l’Été ; salle 2 \\ étage"
HOSTILE = "x\r\nEND:VEVENT\r\nATTACH:http://evil.test\x00\x1b;,\\n" + "é" * 200


def item(said: str = "MECS Les Quatre Vents") -> RecommendationItem:
    one = ActorSummary(
        id="a",
        kind="social_worker",
        name="Julien",
        organization=said,
        commune="Cergy",
        department="95",
    )
    reason = ReasonAnswer(
        code="offer_answers_need", direction="a_to_b", text=said, evidence=[], glossary=[]
    )
    return RecommendationItem(
        id="syn-1",
        actor=one,
        partner=one.model_copy(update={"id": "b", "name": said, "organization": None}),
        kind="orienter",
        score=0.9,
        scores=Scores(territory=1, domain=0, complementarity=0.9, a_to_b=0.9, b_to_a=0),
        contributions=[],
        reasons=[reason],
        distance_km=1.0,
        relation="unknown",
        availability="available",
    )


def written(start: str = "2026-12-03T14:00", said: str = "MECS Les Quatre Vents") -> bytes:
    meeting = read_meeting(TypedMeeting(start, "90", PLACE), TODAY)
    return write_meeting(item(said), meeting, FRENCH, NOW)


def test_a_calendar_reads_back_what_was_asked() -> None:
    (event,) = Calendar.from_ical(written()).events
    assert event.start == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert event.end == datetime(2026, 12, 3, 14, 30, tzinfo=UTC)
    assert str(event["location"]) == PLACE
    assert str(event["summary"]).startswith("Rencontre\N{NO-BREAK SPACE}: MECS Les")
    assert "Julien" in str(event["description"])
    assert event.DTSTAMP == NOW


def test_summer_is_two_hours_from_greenwich() -> None:
    (event,) = Calendar.from_ical(written("2027-07-01T14:00")).events
    assert event.start == datetime(2027, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("said", ["MECS Les Quatre Vents", HOSTILE])
def test_lines_are_as_the_standard_wants_them(said: str) -> None:
    content = written(said=said)
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert not any(byte < 32 for line in lines for byte in line)
    assert content.count(b"\nBEGIN:VEVENT") == content.count(b"\nEND:VEVENT") == 1
    (event,) = Calendar.from_ical(content).events
    assert set(event) == {
        *("SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "DESCRIPTION", "LOCATION", "STATUS")
    }


def test_the_same_meeting_is_the_same_event_and_another_hour_another() -> None:
    uids = [
        Calendar.from_ical(written(start)).events[0]["uid"]
        for start in ("2026-12-03T14:00", "2026-12-03T14:00", "2026-12-03T15:00")
    ]
    assert uids[0] == uids[1] != uids[2]


@pytest.mark.parametrize(
    ("start", "minutes", "place", "field"),
    [
        ("", "60", "", "start"),
        ("demain", "60", "", "start"),
        ("2026-02-30T10:00", "60", "", "start"),
        ("2026-12-03 14:00", "60", "", "start"),
        ("2026-12-03T14:00+09:00", "60", "", "start"),
        ("٢٠٢٦-12-03T14:00", "60", "", "start"),
        ("2027-03-28T02:30", "60", "", "start"),
        ("2026-11-22T10:00", "60", "", "start"),
        ("2036-11-22T10:00", "60", "", "start"),
        ("2026-12-03T14:00", "", "", "minutes"),
        ("2026-12-03T14:00", "0", "", "minutes"),
        ("2026-12-03T14:00", "-60", "", "minutes"),
        ("2026-12-03T14:00", "1e3", "", "minutes"),
        ("2026-12-03T14:00", "²", "", "minutes"),
        ("2026-12-03T14:00", "9" * 5000, "", "minutes"),
        ("2026-12-03T14:00", "60", "x" * 201, "place"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    start: str, minutes: str, place: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_meeting(TypedMeeting(start, minutes, place), TODAY)
    assert refused.value.pointer == field


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_form() -> None:
    faults = meeting_faults(TypedMeeting("demain", "5", "x" * 201), TODAY)
    assert [fault.pointer for fault in faults] == ["start", "minutes", "place"]
    assert meeting_faults(TypedMeeting("2026-12-03T14:00", "60", ""), TODAY) == []

"""What is missing in a profile is said once, with where to write it."""

from dataclasses import replace
from datetime import date

import pytest

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.usecases.find_gaps import find_gaps
from matcher.wording.words import Words

TODAY = date(2026, 11, 23)
NEED = Statement(Role.NEED, "Un atelier de réparation de vélos pour des jeunes")
OFFER = Statement(Role.OFFER, "Une salle de réunion pour vingt personnes")
WHOLE = Actor(
    "a",
    Kind.SOCIAL_WORKER,
    "Anna",
    email="anna@exemple.fr",
    commune="95018",
    zone=("department:95",),
    domains=("mobilite",),
    publics=("jeunes",),
    needs=(NEED,),
    offers=(OFFER,),
    consent_email=True,
    updated=date(2026, 10, 1),
)


def codes(actor: Actor) -> list[str]:
    return [gap.code for gap in find_gaps(actor, TODAY, Words("fr"))]


def test_a_whole_profile_misses_nothing() -> None:
    assert codes(WHOLE) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"needs": ()}, "no-needs"),
        ({"offers": ()}, "no-offers"),
        ({"needs": (), "offers": ()}, "says-nothing"),
        ({"needs": (replace(NEED, text="Vélo"),)}, "short-need"),
        ({"offers": (replace(OFFER, text="Salle"),)}, "short-offer"),
        ({"needs": (replace(NEED, expires=date(2026, 11, 22)),)}, "expired-need"),
        ({"offers": (replace(OFFER, expires=date(2026, 11, 22)),)}, "expired-offer"),
        ({"commune": None, "zone": ()}, "no-place"),
        ({"zone": ()}, "no-zone"),
        ({"publics": ()}, "no-publics"),
        ({"domains": ()}, "no-domains"),
        ({"capacity_per_month": 0}, "no-capacity"),
        ({"email": None}, "no-mail"),
        ({"consent_email": False}, "no-mail"),
        ({"updated": date(2025, 11, 22)}, "old"),
        ({"profiling": False}, "refuses-profiling"),
    ],
)
def test_one_thing_that_is_missing_is_one_gap(changed: dict[str, object], code: str) -> None:
    (gap,) = find_gaps(replace(WHOLE, **changed), TODAY, Words("fr"))  # type: ignore[arg-type]
    assert gap.code == code
    assert not gap.text.startswith("gap.")


def test_a_statement_counts_on_its_last_day() -> None:
    assert codes(replace(WHOLE, needs=(replace(NEED, expires=TODAY),))) == []


def test_a_public_or_a_domain_of_a_statement_is_enough() -> None:
    said = replace(NEED, domains=("mobilite",), publics=("jeunes",))
    assert codes(replace(WHOLE, domains=(), publics=(), needs=(said,))) == []


def test_a_gap_of_a_statement_quotes_it_and_says_where_it_is() -> None:
    (gap,) = find_gaps(replace(WHOLE, needs=(NEED, replace(NEED, text="Vélo"))), TODAY, Words())
    assert (gap.quote, gap.field) == ("Vélo", "needs.1.text")


def test_what_stops_everything_comes_first() -> None:
    gaps = find_gaps(replace(WHOLE, publics=(), profiling=False), TODAY, Words("fr"))
    assert [gap.stops for gap in gaps] == [True, False]

"""*Et si… ?*: what is imagined is worth exactly what it would be worth once imported."""

from collections.abc import Callable
from typing import Any

import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.usecases.counterfactual import WhatIf, counterfactual, what_ifs
from matcher.usecases.edit_profile import profile_values
from matcher.usecases.imagine import Imagined, imagine
from matcher.usecases.pair_in_sight import PairInSight, pair_in_sight
from matcher.wording.words import Words

Stored = Callable[..., None]
Row = dict[str, Any]
ALL, FRENCH = Scope.everything(), Words("fr")
IN_95 = Scope(Role.COORDINATOR, "syn_abcdefgh", ("department:95",))
PAIR = ("odile", "roues")
EVERYTHING = {
    *("without_need", "without_offer", "farther", "nearer", "wider", "acquainted"),
    *("shared_domain", "shared_public", "up_to_date"),
}
ALWAYS = {"without_need", "without_offer", "farther"}

pytestmark = pytest.mark.sqlite_only


def imagined(pair: PairInSight) -> list[Imagined]:
    explanation = pair.match.explanation
    quotes = [quote for reason in explanation.reasons for quote in reason.evidence]
    application = pair.application
    return list(
        imagine(
            pair.actor,
            pair.partner,
            quotes,
            explanation.distance_km,
            application.referential,
            application.today(),
        )
    )


def row_of(actor: Actor) -> Row:
    """A profile as a row of a file, as old as it is: one without a date is taken for new."""
    return profile_values(actor) | {"id": actor.id, "updated": str(actor.updated)}


@pytest.fixture
def detailed(worker_row: Row, entrepreneur_row: Row) -> tuple[Row, Row]:
    """Both with something of everything that can be imagined otherwise."""
    worker_row |= {"domains": ["mobilite--entretenir-reparer-son-vehicule"], "publics": ["jeunes"]}
    worker_row |= {"radius_km": 5}
    entrepreneur_row |= {"domains": ["remobilisation--activites-sportives-et-culturelles"]}
    return worker_row, entrepreneur_row | {"publics": ["seniors"], "radius_km": 8}


def test_each_is_worth_what_it_is_worth_once_imported(
    almost_empty: Application, store: Stored, detailed: tuple[Row, Row]
) -> None:
    store(*detailed)
    before = pair_in_sight(almost_empty, *PAIR, ALL)
    said = what_ifs(before, FRENCH)
    imported: dict[str, list[float]] = {}
    for otherwise in imagined(before):
        store(*map(row_of, (otherwise.one, otherwise.other)))
        score = pair_in_sight(almost_empty, *PAIR, ALL).match.score.score
        imported.setdefault(otherwise.code, []).append(score)
    assert set(imported) == EVERYTHING
    assert {one.code for one in said} >= ALWAYS
    for one in said:
        assert one.score in imported[one.code]
    store(*detailed)
    again = pair_in_sight(almost_empty, *PAIR, ALL)
    assert again.match.score.score == before.match.score.score


def by_code(application: Application, pair: tuple[str, str] = PAIR) -> dict[str, list[WhatIf]]:
    found: dict[str, list[WhatIf]] = {}
    for one in counterfactual(application, *pair, FRENCH, ALL):
        found.setdefault(one.code, []).append(one)
    return found


def test_what_is_said_of_the_outcome_is_what_comes_of_it(desk: Application) -> None:
    here = pair_in_sight(desk, *PAIR, ALL).match.score.score
    for one in counterfactual(desk, *PAIR, FRENCH, ALL):
        if one.outcome in {"weaker", "stronger"}:
            assert (one.score > here) == (one.outcome == "stronger")
        assert one.proposed == (one.outcome not in {"lost", "still_not"})
        assert one.word in one.text or one.outcome in {"lost", "still_not"} or not one.proposed
        for text in (one.condition, one.text):
            assert not text.startswith("what_if.")
            assert "{" not in text


def test_every_statement_of_a_reason_is_taken_away_by_itself(desk: Application) -> None:
    found = by_code(desk)
    taken = [one.evidence for one in found["without_need"] + found["without_offer"]]
    assert {(said.actor_id, said.field) for said in taken if said} == {
        ("odile", "needs[0]"),
        ("odile", "offers[0]"),
        ("roues", "needs[0]"),
        ("roues", "offers[1]"),
    }
    for one in found["without_offer"]:
        assert one.score < pair_in_sight(desk, *PAIR, ALL).match.score.score


def test_the_only_exchange_taken_away_leaves_nothing_to_propose(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> None:
    store(worker_row | {"offers": []}, entrepreneur_row | {"needs": []})
    found = by_code(almost_empty)
    for one in (*found["without_need"], *found["without_offer"]):
        assert (one.outcome, one.proposed) == ("lost", False)


def test_farther_names_a_commune_as_far_as_it_says(desk: Application) -> None:
    (one,) = by_code(desk)["farther"]
    assert "Atelier Roues" in one.condition
    assert "\N{NO-BREAK SPACE}km" in one.condition


def test_an_acquaintance_is_imagined_away_or_into_being(
    almost_empty: Application, store: Stored, worker_row: Row, entrepreneur_row: Row
) -> None:
    store(worker_row, entrepreneur_row | {"known": ["odile"]})
    found = by_code(almost_empty)
    assert "acquainted" not in found
    (one,) = found["strangers"]
    assert one.score > pair_in_sight(almost_empty, *PAIR, ALL).match.score.score


def test_nothing_is_stored(desk: Application) -> None:
    before = desk.snapshot().version
    counterfactual(desk, *PAIR, FRENCH, ALL)
    assert desk.snapshot().version == before


def test_who_is_out_of_scope_is_nobody(application: Application) -> None:
    for hidden in ("es-bondy-cuisine-01", "nobody"):
        with pytest.raises(NotFound, match="unknown-actor"):
            counterfactual(application, "ts-cergy-mecs-01", hidden, FRENCH, IN_95)

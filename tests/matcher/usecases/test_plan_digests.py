"""Six months of suggestions: nobody above capacity, no pair twice, nobody forgotten."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.population import population as population_of
from matcher.population.homes import Homes, load_homes
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.actors import save_actors
from matcher.store.bounces import Bounced, note_bounce
from matcher.store.database import Database
from matcher.store.feedback import write_feedback
from matcher.store.mail_tables import outbox
from matcher.store.oppositions import MAIL, set_opposition
from matcher.store.outbox import Queued, enqueue
from matcher.store.suggestions import Run, count_unanswered, write_run
from matcher.usecases.import_actors import import_actors
from matcher.usecases.plan_digests import Plan, plan_digests
from matcher.usecases.plan_questions import PlanQuestion, read_plan_question

FIXTURES = Path(__file__).parents[3] / "data" / "fixtures" / "actors.jsonl"
TODAY = date(2026, 11, 23)
MONTHS = ("2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05")
NEEDS = ("un garage solidaire", "des vêtements d’hiver", "une cuisine partagée", "un jardin calme")


def asked(installed: Application, month: str = "2026-12") -> PlanQuestion:
    territory = {"department": "95"}
    everything = Scope.everything()
    return read_plan_question(installed, territory, month, everything, minimum_score=0.2)


def kept(application: Application, plan: Plan) -> None:
    """Write a plan as a batch does."""
    question = plan.question
    run = Run(question.run_id, question.territory, question.month, 0, plan.report.model_dump())
    with application.database.write() as connection:
        write_run(connection, run, plan.pairs)


def made_up(number: int, kind: Kind) -> Actor:
    """One of a small country of people who ask for four things and offer them."""
    need, offer = NEEDS[number % 4], NEEDS[(number + 1 + (kind is Kind.SOCIAL_WORKER)) % 4]
    return Actor(
        id=f"{kind.value}-{number:02}",
        kind=kind,
        name=f"Personne {number} (fictive)",
        email=f"{kind.value}-{number}@exemple.test",
        commune="95018",
        zone=("department:95",),
        needs=(Statement(Role.NEED, f"Nous cherchons {need} pour {number + 2} familles"),),
        offers=(Statement(Role.OFFER, f"Nous proposons {offer} chaque semaine"),),
        capacity_per_month=(None, 1, 2, 0)[number % 4] if number % 5 == 0 else None,
        consent_email=number % 7 != 0,
    )


def _installed(folder: Path) -> Application:
    url = f"sqlite:///{folder}/synergies.db"
    settings = Settings(database_url=url, model="hashing", index_folder=folder / "index")
    return Application(settings, Database.open(url), today=lambda: TODAY)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Application]:
    """An installation with 48 made-up actors."""
    made = _installed(tmp_path)
    people = [made_up(number, kind) for number in range(24) for kind in Kind]
    with made.database.write() as connection:
        save_actors(connection, people, today=TODAY)
    yield made
    made.close()


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Application]:
    """An installation with the fixtures."""
    made = _installed(tmp_path)
    import_actors(
        [FIXTURES],
        database=made.database,
        referential=made.referential,
        today=TODAY,
        scope=Scope.everything(),
    )
    yield made
    made.close()


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[Application]:
    """An installation with 400 actors of a made-up country, all in Val-d’Oise."""
    made, country = _installed(tmp_path), load_homes()
    here = [k for k, home in enumerate(country.homes) if home.department == "department:95"]
    people = np.array([country.populations[k] for k in here])
    homes = Homes(
        tuple(country.homes[k] for k in here), tuple(people), np.cumsum(people) / people.sum()
    )
    some = [
        replace(one, email=f"{one.id}@exemple.invalid", consent_email=True)
        for one in population_of(400, 1, communes=homes)
    ]
    with made.database.write() as connection:
        save_actors(connection, some, today=TODAY)
    yield made
    made.close()


@pytest.fixture(params=["real", "small", "drawn"])
def population(request: pytest.FixtureRequest) -> Application:
    found: Application = request.getfixturevalue(request.param)
    return found


def test_in_six_months_nobody_is_above_capacity_and_no_pair_comes_twice(
    population: Application,
) -> None:
    seen, months = set[tuple[str, str]](), 0
    for month in MONTHS:
        question = asked(population, month)
        with population.database.read() as connection:
            waiting = count_unanswered(connection, question.waiting_since)
        plan = plan_digests(population, question)
        kept(population, plan)
        pairs = {(min(one, other), max(one, other)) for one, other, _ in plan.pairs}
        assert not pairs & seen
        seen |= pairs
        months += bool(pairs)
        for name, count in Counter(name for pair in pairs for name in pair).items():
            declared = plan.members[name].capacity
            room = question.capacity if declared is None else declared
            assert count <= min(room - waiting[name], question.most), name
    assert months >= 3


def test_a_plan_covers_both_sides_at_least_as_well_as_everybodys_best(
    population: Application,
) -> None:
    report = plan_digests(population, asked(population)).report
    for kind, side in report.chosen.sides.items():
        assert side.coverage >= report.plain_top.sides[kind].coverage
        assert side.gini <= report.plain_top.sides[kind].gini + 0.02
    assert 0 <= report.gap <= 0.01
    assert report.fairness_cost <= 0.05
    assert report.chosen.pairs >= report.plain_top.pairs


def test_everybody_gets_a_mail_or_a_reason(population: Application) -> None:
    plan = plan_digests(population, asked(population))
    assert set(plan.members) == set(plan.partners) | set(plan.left_out)
    assert not set(plan.partners) & set(plan.left_out)
    assert plan.report.mails == len(plan.partners)
    assert sum(plan.report.left_out.values()) == len(plan.left_out)
    for name, partners in plan.partners.items():
        assert plan.members[name].consent
        assert plan.members[name].email
        assert 1 <= len(partners) <= plan.question.most
        scores = [score for _, score in partners]
        assert scores == sorted(scores, reverse=True)


def test_known_declined_and_accepted_pairs_are_not_suggested(real: Application) -> None:
    first = plan_digests(real, asked(real))
    apart = [sorted(pair[:2]) for pair in first.pairs[:6]]
    with real.database.write() as connection:
        for number, pair in enumerate(apart):
            verdict = ("declined", "accepted", "known")[number % 3]
            write_feedback(connection, pair, "key", verdict, "", datetime(2026, 11, 1, tzinfo=UTC))
    pairs = plan_digests(real, asked(real)).pairs
    assert not {tuple(pair) for pair in apart} & {tuple(sorted(pair[:2])) for pair in pairs}
    known = {"ts-goussainville-rsa-01", "es-goussainville-maraichage-01"}
    assert all({one, other} != known for one, other, _ in pairs)


def test_each_who_gets_nothing_is_told_why(real: Application) -> None:
    left_out = plan_digests(real, asked(real)).left_out
    assert left_out["ts-osny-mjpm-01"] == "opposed"
    assert left_out["ts-argenteuil-cs-01"] == "no-consent"
    assert left_out["ts-montmorency-tisf-01"] == "capacity-zero"
    assert left_out["ts-garges-ml-02"] == "same-address"


def told_again(application: Application, *people: Actor) -> Plan:
    with application.database.write() as connection:
        save_actors(connection, people, today=TODAY)
    return plan_digests(application, asked(application))


def test_an_address_that_bounced_and_who_asked_to_stop_are_listed(small: Application) -> None:
    first = plan_digests(small, asked(small))
    kept(small, first)
    came_back, stops = list(first.partners)[:2]
    address = first.members[came_back].email or ""
    queued = Queued(first.question.run_id, came_back, "<a@b.test>", address.upper(), b"", 0, 1)
    with small.database.write() as connection:
        enqueue(connection, [queued])
        note_bounce(connection, Bounced("<a@b.test>", "digest", True, "5.1.1", 0))
        set_opposition(connection, stops, MAIL, opposed=True, today=TODAY)
    plan = plan_digests(small, asked(small, "2027-06"))
    assert plan.left_out[came_back] == "bounced"
    assert plan.left_out[stops] == "stopped"
    assert not {came_back, stops} & set(plan.partners)
    assert {came_back, stops} & {name for one, other, _ in plan.pairs for name in (one, other)}


def test_colleagues_of_one_address_take_turns_and_both_can_be_suggested(
    small: Application,
) -> None:
    shared = "accueil@exemple.test"
    one, other = (
        replace(made_up(number, Kind.SOCIAL_WORKER), email=address, consent_email=True)
        for number, address in ((1, shared), (2, shared.title()))
    )
    plan = told_again(small, one, other)
    assert one.id in plan.partners
    assert plan.left_out[other.id] == "shared-address"
    assert other.id in {name for pair in plan.pairs for name in pair[:2]}
    kept(small, plan)
    long_ago = Queued(plan.question.run_id, one.id, "<a@b.test>", shared, b"", 0, 1)
    with small.database.write() as connection:
        enqueue(connection, [long_ago])
        connection.execute(update(outbox).values(state="sent", changed=1))
    following = plan_digests(small, asked(small, "2027-06"))
    assert other.id in following.partners
    assert following.left_out[one.id] == "shared-address"


def test_a_person_under_two_profiles_is_one_person(small: Application) -> None:
    one, other = (
        replace(made_up(number, Kind.SOCIAL_WORKER), email="x@exemple.test", name=name)
        for number, name in ((1, "Zoé Le Gall"), (2, "LE GALL Zoe"))
    )
    plan = told_again(small, one, other)
    assert plan.left_out[other.id] == "same-address"
    assert other.id not in {name for pair in plan.pairs for name in pair[:2]}


def test_who_has_answered_nothing_waits_and_who_answers_does_not(small: Application) -> None:
    first = plan_digests(small, asked(small))
    kept(small, first)
    full = [
        name
        for name, partners in first.partners.items()
        if len(partners) == (first.members[name].capacity or first.question.capacity)
    ]
    waits, answers = full[0], full[1]
    with small.database.write() as connection:
        for one, other, _ in first.pairs:
            if answers in {one, other}:
                told = (f"actor:{answers}", "accepted", "", datetime(2026, 12, 2, tzinfo=UTC))
                write_feedback(connection, (one, other), *told)
    following = plan_digests(small, asked(small, "2027-01"))
    assert following.left_out[waits] == "unanswered"
    assert following.left_out.get(answers) != "unanswered"


def test_who_refuses_mail_is_suggested_and_who_refuses_profiling_is_not(
    small: Application,
) -> None:
    silent = {
        one for one, who in plan_digests(small, asked(small)).members.items() if not who.consent
    }
    pairs = plan_digests(small, asked(small)).pairs
    assert silent & {name for one, other, _ in pairs for name in (one, other)}
    assert not any({one, other} <= silent for one, other, _ in pairs)
    refusing = replace(made_up(1, Kind.SOCIAL_WORKER), profiling=False)
    with small.database.write() as connection:
        save_actors(connection, [refusing], today=TODAY)
    plan = plan_digests(small, asked(small))
    assert plan.left_out[refusing.id] == "opposed"
    assert all(refusing.id not in (one, other) for one, other, _ in plan.pairs)

"""Who is drawn: the same at every run, spread like real people, and nobody real."""

import json
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from matcher.engine.profiles import Actor, Kind, Role, Statement
from matcher.population import population
from matcher.population.homes import at, load_homes
from matcher.population.sources import load_sources, typeset
from matcher.population.variations import parts
from matcher.store.actors import actor_row
from matcher.store.importers.locating import Locator
from matcher.store.importers.rows import Terms, read_actor
from matcher.territory import load_referential

ADDRESS = re.compile(r"@|https?:|\b0[1-9](?:[ .]?\d{2}){4}\b")
BADLY_SET = re.compile(
    r"'|\"|\.\.\.|  |\w[;:?!](?:\s|$)| [;:?!](?:\s|$)|\( | \)|,,|, ,|\bde octobre"
)
ROLES = {Role.NEED: "needs", Role.OFFER: "offers"}


def statements(actors: list[Actor]) -> list[Statement]:
    return [said for actor in actors for role in Role for said in actor.statements(role)]


def row_of(actor: Actor) -> dict[str, Any]:
    """An actor as a line of an actor file."""
    row = actor_row(actor, actor.updated or pytest.fail("not dated"), change=1)
    del row["changed"], row["departments"]
    for role, field in ROLES.items():
        row[field] = [
            {"text": said.text, "domains": list(said.domains), "publics": list(said.publics)}
            for said in actor.statements(role)
        ]
    told: dict[str, Any] = json.loads(json.dumps(row, default=str))
    return told


def test_the_same_number_and_seed_give_the_same_actors(drawn: list[Actor]) -> None:
    assert list(islice(population(9000, 3), 5000)) == drawn[:5000]


def test_another_seed_gives_others(drawn: list[Actor]) -> None:
    others = islice(population(9000, 4), 100)
    assert all(a.needs != b.needs for a, b in zip(others, drawn, strict=False))


def test_a_smaller_population_is_the_beginning_of_a_larger_one(drawn: list[Actor]) -> None:
    fewer = list(population(100, 3))
    assert [(a.id, a.commune, a.needs) for a in fewer] == [
        (a.id, a.commune, a.needs) for a in drawn[:100]
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 4097])
def test_there_are_as_many_as_asked(count: int) -> None:
    ids = [actor.id for actor in population(count, 0)]
    assert len(ids) == len(set(ids)) == count


def test_two_actors_in_three_are_social_workers(drawn: list[Actor]) -> None:
    assert Counter(actor.kind for actor in drawn) == {
        Kind.SOCIAL_WORKER: 6000,
        Kind.SOCIAL_ENTREPRENEUR: 3000,
    }


def test_they_are_spread_like_the_inhabitants_of_departments(drawn: list[Actor]) -> None:
    homes = load_homes()
    lived: Counter[str] = Counter()
    for home, inhabitants in zip(homes.homes, homes.populations, strict=True):
        lived[home.department] += inhabitants
    department = {home.code: home.department for home in homes.homes}
    found = Counter(department[actor.commune] for actor in drawn if actor.commune)
    total, everybody = sum(found.values()), sum(lived.values())
    for name, inhabitants in lived.most_common(40):
        expected = total * inhabitants / everybody
        assert abs(found[name] - expected) < 4.5 * expected**0.5, name
    assert len({actor.commune for actor in drawn}) > 2500


def test_nobody_lives_in_a_city_and_in_its_arrondissements_at_once() -> None:
    codes = {home.code for home in load_homes().homes}
    assert not codes & {"75056", "13055", "69123"}
    assert {"75101", "75120", "13216", "69389"} <= codes
    assert not any(code.startswith("QC") for code in codes)
    assert 67e6 < sum(load_homes().populations) < 71e6


def test_most_act_nearby_and_few_far_away(drawn: list[Actor]) -> None:
    levels = Counter(actor.zone[0].partition(":")[0] if actor.zone else "none" for actor in drawn)
    share = {level: count / len(drawn) for level, count in levels.items()}
    assert share["commune"] + share["epci"] > 0.6
    assert 0.15 < share["department"] < 0.3
    assert 0.01 < share["region"] < 0.06
    assert 0.005 < share["country"] < 0.04
    assert 0.1 < sum(actor.radius_km is not None for actor in drawn) / len(drawn) < 0.2
    assert 0.003 < sum(actor.commune is None for actor in drawn) / len(drawn) < 0.03


def test_each_says_one_to_three_needs_and_offers_four_in_all(drawn: list[Actor]) -> None:
    assert all(1 <= len(actor.statements(role)) <= 3 for actor in drawn for role in Role)
    assert 3.8 < len(statements(drawn)) / len(drawn) < 4.2


def test_domains_and_publics_come_in_the_shares_of_the_fixtures(drawn: list[Actor]) -> None:
    declared = Counter(code for actor in drawn for code in actor.domains)
    weights = load_sources().domains
    assert set(declared) == set(weights)
    assert declared.most_common(1)[0][0] in sorted(weights, key=lambda c: -weights[c])[:4]
    assert 0.05 < sum(not actor.domains for actor in drawn) / len(drawn) < 0.11
    assert 0.18 < sum(bool(s.domains) for s in statements(drawn)) / len(statements(drawn)) < 0.28


def test_a_statement_is_about_a_domain_of_its_actor(drawn: list[Actor]) -> None:
    phrases = load_sources().phrases
    for actor in drawn[:1500]:
        for role in Role if actor.domains else ():
            theirs = {phrase for code in actor.domains for phrase in phrases[role][code]}
            assert all(parts(said.text, theirs) for said in actor.statements(role))


def test_hardly_two_statements_are_the_same(drawn: list[Actor]) -> None:
    texts = [said.text for said in statements(drawn)]
    assert len(set(texts)) > 0.97 * len(texts)
    assert max(map(len, texts)) <= 280


def test_every_actor_passes_for_a_line_of_an_actor_file(drawn: list[Actor]) -> None:
    locator = Locator(load_referential())
    for actor in drawn[::15]:
        assert read_actor(row_of(actor), locator, Terms()).actor == actor


def test_known_actors_exist_and_are_somebody_else(drawn: list[Actor]) -> None:
    ids = {actor.id for actor in drawn}
    knowing = [actor for actor in drawn if actor.known]
    assert len(knowing) > 300
    assert all(set(actor.known) <= ids - {actor.id} for actor in knowing)


def test_nobody_can_be_reached_and_every_organisation_says_that_it_is_fictitious(
    drawn: list[Actor],
) -> None:
    assert {(actor.email, actor.consent_email) for actor in drawn} == {(None, False)}
    assert all((actor.organization or "").endswith("(fictif)") for actor in drawn)
    assert {actor.source for actor in drawn} == {"bench: fictitious"}
    told = [f"{actor.name} {actor.organization}" for actor in drawn]
    assert [
        text for text in [*told, *(s.text for s in statements(drawn))] if ADDRESS.search(text)
    ] == []


def test_texts_are_set_as_french_is_printed(drawn: list[Actor]) -> None:
    texts = {said.text for said in statements(drawn)} | {a.organization or "" for a in drawn}
    assert [text for text in texts if BADLY_SET.search(text)] == []
    assert [text for text in texts if text != text.strip()] == []


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'eau , c'est cher...", "l’eau , c’est cher…"),
        ("qui peut ? Vite!", "qui peut\N{NO-BREAK SPACE}? Vite\N{NO-BREAK SPACE}!"),
        ("le soir ; un lit.", "le soir\N{NO-BREAK SPACE}; un lit"),
        ("à 20:30", "à 20:30"),
    ],
)
def test_a_phrase_is_typeset(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Bondy", "à Bondy"),
        ("Le Havre", "au Havre"),
        ("Les Ulis", "aux Ulis"),
        ("La Rochelle", "à La Rochelle"),
        ("L'Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
        ("Paris 13e Arrondissement", "à Paris 13e"),
    ],
)
def test_a_commune_is_said_as_one_says_it(name: str, said: str) -> None:
    assert at(name) == said


def test_no_phrase_comes_from_a_labelled_set() -> None:
    labelled = Path(__file__).parents[3] / "data" / "labelled"
    assert labelled.is_dir()
    bank = {typeset(line) for line in _bank_texts()}
    assert all(set(load_sources().bank(role)) <= bank for role in Role)


def _bank_texts() -> list[str]:
    data = Path(__file__).parents[3] / "data"
    found = []
    for name in ("vocabularies/domain_phrases.jsonl", "fixtures/actors.jsonl"):
        for line in (data / name).read_text(encoding="utf-8").splitlines():
            for field in ROLES.values():
                said = json.loads(line).get(field, ())
                found += [one if isinstance(one, str) else one["text"] for one in said]
    return found

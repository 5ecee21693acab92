"""The index and the store agree on who belongs where, whatever a profile says of its place."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.territory.belonging import departments_of, departments_within
from matcher.usecases.seeing import Sight

TODAY = date(2026, 11, 23)
SEATS = [None, "95018", "93010", "75111", "78646", "97411"]
NAMED = [
    *("department:95", "department:93", "commune:93010", "commune:95018", "epci:200058519"),
    *("epci:200054781", "region:11", "country:FR", "department:974"),
]
ASKED = ["95", "93", "75", "78", "974", "59"]


def people() -> Iterator[Actor]:
    zones = [(), *((one,) for one in NAMED), *((NAMED[i], NAMED[-i - 1]) for i in range(4))]
    for seat in SEATS:
        for number, zone in enumerate(zones):
            name = f"a-{seat}-{number}"
            yield Actor(name, Kind.SOCIAL_WORKER, name, commune=seat, zone=zone)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    url = f"sqlite:///{tmp_path}/a.db"
    made = Application(Settings(url, model="hashing"), Database.open(url), lambda: TODAY)
    with made.database.write() as connection:
        save_actors(connection, people(), today=TODAY)
    yield made
    made.close()


def coordinator(*codes: str) -> Scope:
    departments = tuple(sorted(f"department:{code}" for code in codes))
    return Scope(Role.COORDINATOR, "syn_abcd1234", departments)


def sees(sight: Sight, actor_id: str) -> bool:
    try:
        sight.actor(actor_id)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("codes", [(code,) for code in ASKED] + [("95", "93"), ("59", "974")])
def test_index_and_store_see_the_same_people(
    application: Application, codes: tuple[str, ...]
) -> None:
    scope, referential = coordinator(*codes), application.referential
    sight, snapshot = Sight(application, scope), application.snapshot()
    expected = {
        actor.id
        for actor in people()
        if set(departments_of(actor.commune, actor.zone, referential))
        & set(scope.departments or ())
    }
    assert {actor.id for actor in people() if sight.find(snapshot, actor.id)} == expected
    assert {actor.id for actor in people() if sees(sight, actor.id)} == expected
    assert sight.count(snapshot) == len(expected)
    assert sight.bounds is not None
    members = [part.ids[p] for part in snapshot.parts for p in sight.bounds.members(part)]
    assert set(members) == expected
    assert all(np.all(np.diff(sight.bounds.members(part)) > 0) for part in snapshot.parts)


def test_whoever_runs_the_installation_sees_everybody(application: Application) -> None:
    sight, snapshot = Sight(application, Scope.everything()), application.snapshot()
    assert sight.count(snapshot) == len(list(people())) == len(snapshot)
    assert sight.version(snapshot) == snapshot.version


def test_the_departements_of_a_region_and_of_an_epci(application: Application) -> None:
    def within(identifier: str) -> list[str]:
        found = departments_within(identifier, application.referential)
        return [one.partition(":")[2] for one in found]

    assert within("department:95") == ["95"]
    assert within("commune:95018") == ["95"]
    assert within("epci:200058519") == ["78", "95"]
    assert within("region:11") == ["75", "77", "78", "91", "92", "93", "94", "95"]

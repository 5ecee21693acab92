"""`PUT /actors/{id}`: whole profiles, by those who may; and what the audit log keeps of it all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key, end_key
from matcher.usecases.read_audit import read_audit

ME = Scope.everything()
NEW = {"kind": "social_worker", "name": "CCAS neuf", "commune": "Cergy", "needs": ["Des vélos"]}
CCAS = "ccas-argenteuil"


@pytest.fixture
def locked(application: Application) -> Iterator[Application]:
    settings = replace(application.settings, auth="on", rate_limits="off")
    made = Application(settings, application.database, application.today)
    yield made
    made.recorder.close()


@pytest.fixture
def as_role(locked: Application) -> Callable[..., TestClient]:
    app = create_app(locked)

    def made(role: Role, actor_id: str = CCAS) -> TestClient:
        if role is Role.PRACTITIONER:
            shown = locked.gate.link(actor_id, datetime.now(UTC) + timedelta(days=1))
        else:
            territories = {"department": ["95"]} if role is Role.COORDINATOR else {}
            shown = create_key(locked, role, territories, "", ME).key
        return TestClient(app, headers={"Authorization": f"Bearer {shown}"})

    return made


def whats(application: Application, **asked: Any) -> list[tuple[str, int]]:
    told = read_audit(application, **{"actor_id": None, "since": None, "limit": 100, **asked})
    return [(entry.what, entry.count) for entry in told.entries]


def test_a_profile_is_replaced_and_counts_in_the_next_answer(client: TestClient) -> None:
    response = client.put(f"/actors/{CCAS}", json=NEW)
    assert response.status_code == 200
    card = client.get(f"/actors/{CCAS}").json()
    assert response.json() == card
    assert (card["name"], card["commune"]["name"]) == ("CCAS neuf", "Cergy")
    assert [need["text"] for need in card["needs"]] == ["Des vélos"]
    assert card["offers"] == []


def test_an_administrator_creates_an_actor(client: TestClient) -> None:
    assert client.put("/actors/tout-neuf", json=NEW).status_code == 201
    assert client.put("/actors/tout-neuf", json=NEW).status_code == 200
    assert client.get("/actors/tout-neuf").json()["name"] == "CCAS neuf"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"commune": "Nulle-Part-sur-Rien"}, "territory-unknown"),
        ({"name": None}, None),
        ({"kind": "autre"}, None),
        ({"id": "autre"}, "id-of-another"),
        ({"inconnu": 1}, None),
        ({"needs": ["x" * 5000]}, None),
    ],
)
def test_a_wrong_profile_changes_nothing(
    client: TestClient, problem_of: Callable[..., Any], wrong: dict[str, Any], code: str | None
) -> None:
    before = client.get(f"/actors/{CCAS}").json()
    problem = problem_of(client.put(f"/actors/{CCAS}", json=NEW | wrong), 422)
    assert code is None or problem["code"] == code
    assert client.get(f"/actors/{CCAS}").json() == before


def test_a_coordinator_changes_its_own_and_nobody_else(
    as_role: Callable[..., TestClient], problem_of: Callable[..., Any]
) -> None:
    client = as_role(Role.COORDINATOR)
    assert client.put(f"/actors/{CCAS}", json=NEW).status_code == 200
    outside = problem_of(client.put("/actors/velo-paris", json=NEW), 404)
    unknown = problem_of(client.put("/actors/personne", json=NEW), 404)
    assert outside["code"] == unknown["code"] == "unknown-actor"
    moved = client.put(f"/actors/{CCAS}", json=NEW | {"commune": "Paris"})
    assert problem_of(moved, 422)["code"] == "territory-not-yours"


def test_a_practitioner_changes_itself_alone(as_role: Callable[..., TestClient]) -> None:
    client = as_role(Role.PRACTITIONER)
    assert client.put(f"/actors/{CCAS}", json=NEW | {"commune": "Paris"}).status_code == 200
    assert client.put("/actors/mission-cergy", json=NEW).status_code == 404
    assert (
        as_role(Role.PRACTITIONER, "personne").put("/actors/personne", json=NEW).status_code == 404
    )


def test_an_objection_to_profiling_is_undone_by_the_actor_alone(
    as_role: Callable[..., TestClient], locked: Application
) -> None:
    himself, coordinator = as_role(Role.PRACTITIONER), as_role(Role.COORDINATOR)
    himself.put(f"/actors/{CCAS}", json=NEW | {"profiling": False})
    for client in (coordinator, as_role(Role.ADMIN)):
        client.put(f"/actors/{CCAS}", json=NEW | {"profiling": True, "description": "x"})
        actor = locked.actor(CCAS, None)
        assert actor is not None
        assert not actor.profiling
    himself.put(f"/actors/{CCAS}", json=NEW | {"profiling": True})
    actor = locked.actor(CCAS, None)
    assert actor is not None
    assert actor.profiling


def test_a_coordinator_imports_what_is_its_own(
    as_role: Callable[..., TestClient], problem_of: Callable[..., Any]
) -> None:
    client = as_role(Role.COORDINATOR)

    def imported(row: str) -> Any:
        kind = {"Content-Type": "application/x-ndjson"}
        return client.post("/actors/import", content=row.encode(), headers=kind)

    row = '{"id": "%s", "kind": "social_worker", "name": "%s", "commune": "%s"}'
    assert imported(row % (CCAS, CCAS, "Argenteuil")).status_code == 200
    taken = problem_of(imported(row % ("velo-paris", "velo-paris", "Cergy")), 422)
    fresh = problem_of(imported(row % ("libre", "Libre", "Cergy")), 422)
    assert taken["code"] == fresh["code"] == "id-not-yours"
    assert taken["detail"] == fresh["detail"]
    nameless = row.replace('"id": "%s", ', "")
    assert imported(nameless % ("Libre", "Cergy")).json()["created"] == 1
    assert imported(nameless % ("Libre", "Cergy")).json()["unchanged"] == 1
    away = problem_of(imported(nameless % ("Loin", "Lyon")), 422)
    assert away["code"] == "territory-not-yours"


def test_the_log_tells_who_saw_and_changed_whom(
    as_role: Callable[..., TestClient], locked: Application
) -> None:
    client = as_role(Role.COORDINATOR)
    client.get(f"/actors/{CCAS}")
    client.get("/recommendations?department=95&minimum_score=0")
    client.put(f"/actors/{CCAS}", json=NEW)

    told = read_audit(locked, actor_id=CCAS, since=None, limit=10).entries
    assert {entry.what for entry in told} >= {"edit", "card", "recommendations"}
    assert {entry.who for entry in told if entry.what != "import"} == {told[0].who}
    assert told[0].who.startswith("syn_")
    assert all(CCAS in entry.actor_ids for entry in told)
    assert whats(locked, actor_id="velo-paris")[0][0] == "import"
    assert whats(locked, since="2999-01-01") == []


def test_the_log_holds_imports_keys_and_links(locked: Application) -> None:
    made = create_key(locked, Role.PORTAL, {}, "", ME)
    end_key(locked, made.id, ME)
    told = read_audit(locked, actor_id=None, since=None, limit=10).entries
    assert [(entry.what, entry.count, entry.who) for entry in told] == [
        *(("key-revoke", 0, "local"), ("key-create", 0, "local"), ("import", 7, "local")),
    ]
    assert told[0].details == {"key": made.id}
    assert made.key not in str(told)


def test_nobody_is_noted_for_looking_where_no_keys_are_asked_for(
    client: TestClient, application: Application
) -> None:
    client.get(f"/actors/{CCAS}")
    assert whats(application) == [("import", 7)]


def test_a_change_that_fails_leaves_no_line(client: TestClient, application: Application) -> None:
    client.put(f"/actors/{CCAS}", json=NEW | {"commune": "Nulle-Part"})
    assert whats(application) == [("import", 7)]

"""Every route asks for a key, of the right role, and not too often: none is forgotten."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.access_table import ACCESS, Cost, Reach
from api.app import create_app
from matcher.access.embeds import Embed
from matcher.bootstrap import Application
from matcher.errors import NotReady
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key, end_key

ROUTES = sorted(
    f"{method} {found.path}"
    for found in iter_route_contexts(create_app().routes)
    for method in found.methods or ()
)
GUARDED = [route for route in ROUTES if not ACCESS[route].is_open and not ACCESS[route].page]
DESK = [route for route in ROUTES if ACCESS[route].page]
ME = Scope.everything()
EMBED = Embed(("department:95",), ("https://portail.example",))
Caller = Callable[[str | None], TestClient]


@pytest.fixture
def locked(application: Application) -> Iterator[Application]:
    """The same installation, where keys are asked for."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    made = Application(settings, application.database, application.today)
    yield made
    made.recorder.close()


@pytest.fixture
def calling(locked: Application) -> Caller:
    app = create_app(locked)

    def caller(credential: str | None) -> TestClient:
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        return TestClient(app, headers=headers)

    return caller


def credential_of(application: Application, role: Role) -> str:
    if role is Role.PRACTITIONER:
        return application.gate.link("ccas-argenteuil", datetime.now(UTC) + timedelta(days=1))
    if role is Role.EMBED:
        return application.gate.embed(EMBED, datetime.now(UTC) + timedelta(days=1))
    territories = {"department": ["95"]} if role is Role.COORDINATOR else {}
    return create_key(application, role, territories, "", ME).key


def ask(client: TestClient, route: str, **options: Any) -> Any:
    method, _, path = route.partition(" ")
    address = re.sub(r"\{\w+\}", "ccas-argenteuil", path)
    return client.request(method, address, follow_redirects=False, **options)


def test_every_route_is_declared_and_every_declaration_is_a_route() -> None:
    assert len(ROUTES) >= 13
    assert set(ROUTES) == set(ACCESS)


def test_only_what_tells_nothing_of_anybody_is_open() -> None:
    opened, tokens = (
        {
            route.partition(" ")[2]
            for route in ROUTES
            if ACCESS[route].is_open and ACCESS[route].by_token is by_token
        }
        for by_token in (False, True)
    )
    assert opened == {
        *("/health/live", "/health/ready", "/problems/{code}"),
        *(
            "/docs",
            "/docs/style.css",
            "/openapi.json",
            "/pages/{file}",
            "/favicon.ico",
            "/algorithme",
        ),
        *("/connexion", "/connexion/{token}"),
    }
    mine = ("", "/profil", "/courriels", "/rapprochements", "/effacement", "/export.json")
    assert tokens == {
        *("/reponses/{token}", "/desinscription/{token}", "/integration/widget"),
        *(f"/mes-donnees/{{token}}{path}" for path in (*mine, "/export.csv")),
    }


def test_a_coordinator_reaches_its_departements_and_a_practitioner_itself() -> None:
    for route in GUARDED:
        reached = ACCESS[route].roles
        assert reached.get(Role.COORDINATOR, Reach.DEPARTMENTS) is Reach.DEPARTMENTS, route
        assert reached.get(Role.PRACTITIONER, Reach.ITSELF) is Reach.ITSELF, route
        assert reached.get(Role.EMBED, Reach.DEPARTMENTS) is Reach.DEPARTMENTS, route
        assert reached[Role.ADMIN] is Reach.EVERYBODY, route


def test_the_token_of_a_page_opens_one_route_to_read() -> None:
    assert [route for route in ROUTES if Role.EMBED in ACCESS[route].roles] == [
        "GET /recommendations"
    ]


@pytest.mark.parametrize("route", GUARDED)
@pytest.mark.parametrize("shown", [None, "syn_abcdefgh_" + "x" * 43, "forged.token"])
def test_a_route_without_a_key_that_opens_is_401(
    calling: Caller, route: str, shown: str | None, problem_of: Callable[..., Any]
) -> None:
    response = ask(calling(shown), route)
    assert problem_of(response, 401)["code"] == "key-required"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", DESK)
@pytest.mark.parametrize("shown", [None, "syn_abcdefgh_" + "x" * 43, "forged.token"])
def test_a_page_of_the_desk_leads_whoever_has_not_signed_in_to_where_one_does(
    calling: Caller, route: str, shown: str | None
) -> None:
    response = ask(calling(shown), route)
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/connexion?suite=%2F")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_the_pages_that_the_table_says(
    locked: Application, calling: Caller, role: Role
) -> None:
    client = calling(credential_of(locked, role))
    for route in DESK:
        response = ask(client, route)
        refused = response.status_code == 403 and "Votre compte ne permet pas" in response.text
        assert refused is (role not in ACCESS[route].roles), route


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "x" * 5000, "Bearer é"])
def test_what_is_no_credential_is_401(calling: Caller, header: str) -> None:
    raw = {"Authorization": header.encode("latin-1")}
    assert ask(calling(None), "GET /algorithm", headers=raw).status_code == 401


def test_a_key_opens_as_a_bearer_and_in_no_other_way(locked: Application, calling: Caller) -> None:
    key = credential_of(locked, Role.ADMIN)
    shown = {"Basic": 401, "Token": 401, "bearer": 200, "Bearer": 200, "Bearer Bearer": 401}
    for way, status in shown.items():
        headers = {"Authorization": f"{way} {key}"}
        assert ask(calling(None), "GET /algorithm", headers=headers).status_code == status, way


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_the_table_says_and_nothing_else(
    locked: Application, calling: Caller, role: Role, problem_of: Callable[..., Any]
) -> None:
    client = calling(credential_of(locked, role))
    for route in GUARDED:
        response = ask(client, route)
        if role in ACCESS[route].roles:
            assert response.status_code not in {401, 403}, route
        else:
            assert problem_of(response, 403)["code"] == "not-allowed", route


@pytest.mark.parametrize("route", [route for route in ROUTES if ACCESS[route].is_open])
def test_an_open_route_needs_no_key(calling: Caller, route: str) -> None:
    assert ask(calling(None), route).status_code not in {401, 403}


def test_a_key_that_is_ended_is_401(locked: Application, calling: Caller) -> None:
    made = create_key(locked, Role.PORTAL, {}, "", ME)
    end_key(locked, made.id, ME)
    assert ask(calling(made.key), "GET /algorithm").status_code == 401


def test_without_auth_everybody_on_the_machine_is_an_administrator(client: TestClient) -> None:
    for route in ROUTES:
        assert ask(client, route).status_code not in {401, 403, 429}, route


def test_a_value_of_auth_that_nobody_knows_asks_for_keys(application: Application) -> None:
    for said in ("keys", "on", "oui", "0ff"):
        settings = replace(application.settings, auth=said)
        app = create_app(Application(settings, application.database, application.today))
        assert TestClient(app).get("/algorithm").status_code == 401


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_says_429_to_who_asks_too_often(
    locked: Application, route: str, problem_of: Callable[..., Any]
) -> None:
    # Counted by the day: a window of a minute may end between two requests.
    told = ",".join(f"{cost}=3/day" for cost in Cost)
    settings = replace(locked.settings, rate_limits=told)
    app = create_app(Application(settings, locked.database, locked.today))
    key = credential_of(locked, Role.ADMIN)
    client = TestClient(app, headers={"Authorization": f"Bearer {key}"})

    answers = [ask(client, route) for _ in range(4)]

    assert 429 not in [answer.status_code for answer in answers[:3]]
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == [
        *("r=2", "r=1", "r=0", "r=0")
    ]
    if ACCESS[route].is_for_people:
        assert "<h1>Trop de demandes</h1>" in answers[3].text
    else:
        assert problem_of(answers[3], 429)["code"] == "too-many-requests"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 86_400
    assert answers[0].headers["RateLimit-Policy"] == f'"{ACCESS[route].cost}";q=3;w=86400'


def test_who_has_no_key_is_counted_by_address_and_takes_nothing_from_others(
    locked: Application,
) -> None:
    settings = replace(locked.settings, rate_limits="refused=2/day")
    app = create_app(Application(settings, locked.database, locked.today))
    statuses = [TestClient(app).get("/algorithm").status_code for _ in range(3)]
    assert statuses == [401, 401, 429]

    headers = {"Authorization": f"Bearer {credential_of(locked, Role.PORTAL)}"}
    assert TestClient(app, headers=headers).get("/algorithm").status_code == 200
    elsewhere = TestClient(app, client=("2001:db8::1", 1))
    assert elsewhere.get("/algorithm").status_code == 401


def test_one_key_does_not_spend_the_limit_of_another(locked: Application) -> None:
    settings = replace(locked.settings, rate_limits="reading=1/day")
    app = create_app(Application(settings, locked.database, locked.today))
    for _ in range(2):
        headers = {"Authorization": f"Bearer {credential_of(locked, Role.PORTAL)}"}
        client = TestClient(app, headers=headers)
        statuses = [client.get("/algorithm").status_code for _ in range(2)]
        assert statuses == [200, 429]


@pytest.mark.parametrize("told", ["question", "question=lots", "other=3/minute"])
def test_limits_that_cannot_be_read_stop_the_start(application: Application, told: str) -> None:
    settings = replace(application.settings, rate_limits=told)
    with pytest.raises(NotReady, match="rate-limits"):
        create_app(Application(settings, application.database, application.today))


def test_the_description_says_who_may_ask() -> None:
    described = create_app().openapi()
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            access = ACCESS[f"{method.upper()} {path}"]
            needed = {"429"} if access.is_open else {"401", "403", "429"}
            assert needed <= set(operation["responses"]), path
            assert bool(operation["security"]) is not access.is_open, path

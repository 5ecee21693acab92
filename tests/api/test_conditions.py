from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes import recommendations
from matcher.bootstrap import Application

ADDRESSES = {
    "partners": "/recommendations?actor_id=ccas-argenteuil",
    "territory": "/recommendations?department=95",
    "actor": "/actors/ccas-argenteuil",
    "card of a territory": "/territories/95",
    "algorithm": "/algorithm",
}
PARTNERS = ADDRESSES["partners"]
each_address = pytest.mark.parametrize("address", ADDRESSES.values(), ids=list(ADDRESSES))
each_dated_address = pytest.mark.parametrize(
    "address", [address for name, address in ADDRESSES.items() if name != "actor"]
)


def tag_of(client: TestClient, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.text
    tag: str = response.headers["ETag"]
    return tag


def status_of(client: TestClient, address: str, tag: str, **headers: str) -> int:
    response = client.get(address, headers={"If-None-Match": tag, **headers})
    status: int = response.status_code
    return status


@each_address
def test_an_answer_that_the_caller_has_is_not_sent_again(client: TestClient, address: str) -> None:
    response = client.get(address, headers={"If-None-Match": tag_of(client, address)})
    assert (response.status_code, response.content) == (304, b"")
    assert "Content-Type" not in response.headers
    assert "Content-Language" not in response.headers


@each_address
def test_nobody_but_the_caller_keeps_an_answer_and_asks_each_time(
    client: TestClient, address: str
) -> None:
    for tag in ("", tag_of(client, address)):
        headers = client.get(address, headers={"If-None-Match": tag}).headers
        assert headers["Cache-Control"] == "private, no-cache"
        varying = {name.strip() for name in headers["Vary"].split(",")}
        assert varying == {"Accept-Language", "Authorization"}
        assert headers["ETag"].startswith('W/"')


@each_address
def test_another_language_is_another_answer(client: TestClient, address: str) -> None:
    french = tag_of(client, address)
    english = {"Accept-Language": "en"}
    assert tag_of(client, address, **english) != french
    assert status_of(client, address, french, **english) == 200


@each_dated_address
def test_a_new_day_is_another_answer(application: Application, address: str) -> None:
    tag = tag_of(TestClient(create_app(application)), address)
    tomorrow = Application(
        application.settings, application.database, today=lambda: date(2026, 11, 24)
    )
    assert status_of(TestClient(create_app(tomorrow)), address, tag) == 200


@each_dated_address
def test_a_changed_profile_is_another_answer(
    client: TestClient, add_actors: Any, address: str
) -> None:
    tag = tag_of(client, address)
    add_actors([changed("velo-argenteuil")])
    assert status_of(client, address, tag) == 200
    assert status_of(client, address, tag_of(client, address)) == 304


def test_a_card_is_the_same_until_its_own_actor_changes(
    client: TestClient, add_actors: Any
) -> None:
    address = "/actors/velo-argenteuil"
    tag = tag_of(client, address)
    add_actors([changed("bois-cergy")])
    assert status_of(client, address, tag) == 304
    add_actors([changed("velo-argenteuil")])
    assert status_of(client, address, tag) == 200


def test_other_weights_are_another_answer(application: Application) -> None:
    tags = []
    for minimum in (0.2, 0.3):
        mine = Application(application.settings, application.database, application.today)
        mine.matching = replace(application.matching, digest=f"least score {minimum}")
        tags.append(tag_of(TestClient(create_app(mine)), PARTNERS))
    assert tags[0] != tags[1]


def test_each_question_has_its_own_tag(client: TestClient) -> None:
    questions = ["", "&limit=2", "&department=95", "&sides=any", "&minimum_score=0.5"]
    tags = {tag_of(client, PARTNERS + question) for question in questions}
    assert len(tags) == len(questions)


def test_a_question_that_says_the_default_is_the_same_question(client: TestClient) -> None:
    assert tag_of(client, PARTNERS + "&limit=10") == tag_of(client, PARTNERS)


def test_processes_agree_on_the_tag(application: Application, client: TestClient) -> None:
    other = Application(application.settings, application.database, application.today)
    assert status_of(TestClient(create_app(other)), PARTNERS, tag_of(client, PARTNERS)) == 304


def test_an_unchanged_answer_costs_no_matching(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = tag_of(client, PARTNERS)
    monkeypatch.setattr(recommendations, "recommend", lambda *_: pytest.fail("it matched"))
    assert status_of(client, PARTNERS, tag) == 304


def test_pages_have_tags_that_hold_while_their_cursor_does(
    client: TestClient, add_actors: Any
) -> None:
    first = client.get(PARTNERS, params={"limit": 1, "actor_id": "ccas-argenteuil"})
    second = f"{PARTNERS}&limit=1&cursor={first.json()['next_cursor']}"
    tag = tag_of(client, second)
    assert tag != first.headers["ETag"]
    assert status_of(client, second, tag) == 304
    for day in range(6):
        add_actors([changed("bois-cergy", f"Menuiserie, édition {day}")])
        client.get(PARTNERS)
    assert status_of(client, second, tag) == 422


@pytest.mark.parametrize(
    "written",
    [
        "{weak}",
        "{strong}",
        '"other", {weak}',
        '  ,, "a,b" ,{strong} ,',
        'W/"other",\t{weak}',
        "*",
        " * ",
    ],
)
def test_lists_weak_tags_and_the_star_are_understood(client: TestClient, written: str) -> None:
    weak = tag_of(client, PARTNERS)
    header = written.format(weak=weak, strong=weak.removeprefix("W/"))
    assert status_of(client, PARTNERS, header) == 304


def test_a_tag_in_the_second_of_two_headers_counts(client: TestClient) -> None:
    headers = [("If-None-Match", '"other"'), ("If-None-Match", tag_of(client, PARTNERS))]
    assert client.get(PARTNERS, headers=headers).status_code == 304


@pytest.mark.parametrize(
    "header",
    [
        "",
        '"',
        "W/",
        'W/"',
        '"other"',
        "{bare}",
        '"{bare}',
        '*, "a"',
        "**",
        '""',
        "w/" * 20_000,
        '"' * 30_001,
        "é\x7f\x01",
        b'\xff\xfe"\x80"',
        '"{upper}"',
    ],
    ids=range(15),
)
def test_a_header_that_names_nothing_of_ours_is_passed_over(
    client: TestClient, header: str | bytes
) -> None:
    bare = tag_of(client, PARTNERS).removeprefix("W/").strip('"')
    if isinstance(header, str):
        header = header.format(bare=bare, upper=bare.upper()).encode()
    assert client.get(PARTNERS, headers={b"If-None-Match": header}).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/recommendations?actor_id=nobody", 404),
        ("/recommendations?department=nulle-part", 422),
        ("/recommendations?actor_id=ccas-argenteuil&limit=0", 422),
        ("/recommendations?actor_id=ccas-argenteuil&cursor=zzz", 422),
        ("/actors/nobody", 404),
        ("/territories/nulle-part", 404),
    ],
)
def test_what_is_refused_stays_refused_under_a_condition(
    client: TestClient, problem_of: Callable[..., Any], address: str, status: int
) -> None:
    for tag in ("*", '"x"'):
        response = client.get(address, headers={"If-None-Match": tag})
        problem_of(response, status)
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


def test_an_unsaved_profile_is_answered_without_a_tag(client: TestClient) -> None:
    profile = {"kind": "social_worker", "commune": "95018", "needs": ["Réparation de vélos"]}
    response = client.post("/recommendations", json={"profile": profile})
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_keys_come_before_conditions(application: Application, client: TestClient) -> None:
    tag = tag_of(client, PARTNERS)
    settings = replace(application.settings, auth="on")
    closed = TestClient(create_app(Application(settings, application.database, application.today)))
    assert status_of(closed, PARTNERS, tag) == 401
    assert status_of(closed, PARTNERS, "*") == 401


def changed(actor_id: str, offer: str = "Réparation de vélos, nouvel horaire") -> dict[str, Any]:
    return {
        "id": actor_id,
        "kind": "social_entrepreneur",
        "name": actor_id,
        "commune": "95018",
        "offers": [offer],
    }

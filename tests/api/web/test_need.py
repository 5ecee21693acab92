"""`/besoin`: partners of a need that is typed, a link that holds it, and nothing kept."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key

NEED = "Un atelier de réparation de vélos pour des jeunes sans emploi"
HOSTILE = "vélos\"><script>alert('x')</script><img src=x onerror=alert(1)>"
FRAGMENT = {"X-Fragment": "1"}

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def of_93(application: Application) -> Iterator[TestClient]:
    """A coordinator of another département than that of the actors."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    locked = Application(settings, application.database, application.today)
    everything = Scope.everything()
    key = create_key(locked, Role.COORDINATOR, {"department": ["93"]}, "", everything).key
    yield TestClient(create_app(locked), headers={"Authorization": f"Bearer {key}"})
    locked.recorder.close()


def partners(html: str) -> list[str]:
    """Names of those who are proposed, in order."""
    return [unescape(one) for one in re.findall(r'<h3 id="syn-[^"]+"><a [^>]+>([^<]+)</a>', html)]


def test_a_typed_need_finds_who_can_answer_it(client: TestClient) -> None:
    response = client.get("/besoin", params={"need": NEED, "department": "95"})
    assert response.status_code == 200
    assert partners(response.text)[0] == "velo-argenteuil"
    assert "velo-paris" not in partners(response.text)  # works elsewhere
    assert f">\n{NEED}</textarea>" in response.text


def test_an_entrepreneur_finds_social_workers(client: TestClient) -> None:
    asked = {"need": "Une salle de réunion", "kind": "social_entrepreneur"}
    found = partners(client.get("/besoin", params=asked).text)
    assert found
    assert set(found) <= {"ccas-argenteuil", "mission-cergy", "chrs-sarcelles"}


def test_an_offer_alone_finds_who_looks_for_it(client: TestClient) -> None:
    asked = {"offer": "Une salle de réunion"}
    assert partners(client.get("/besoin", params=asked).text)


def test_the_link_asks_the_same_question(client: TestClient) -> None:
    asked = {"need": NEED, "offer": "Une salle", "commune": "Argenteuil", "department": "95"}
    first = client.get("/besoin", params=asked)
    link = unescape(re.findall(r'id="lien" readonly value="([^"]+)"', first.text)[0])
    assert {name: text for name, (text,) in parse_qs(urlsplit(link).query).items()} == {
        **asked,
        "kind": "social_worker",
    }
    assert client.get(link).text == first.text


def test_nothing_that_is_typed_is_stored_or_logged(
    client: TestClient, application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "phrase-que-personne-ne-doit-retrouver"
    with caplog.at_level(logging.DEBUG):
        client.get("/besoin", params={"need": f"{NEED} {secret}"})
        client.get("/besoin", params={"need": secret, "department": "zzz"})
    application.recorder.flush()
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("httpx")]
    assert not any(secret in line for line in ours)
    with application.database.read() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
        for (table,) in tables.all():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            assert secret not in repr(rows), table


def test_while_one_types_only_the_list_is_fetched(client: TestClient) -> None:
    response = client.get("/besoin", params={"need": NEED}, headers=FRAGMENT)
    assert "<html" not in response.text
    assert partners(response.text) == partners(client.get("/besoin", params={"need": NEED}).text)
    assert re.search(r'data-said="\d partenaires\.', response.text)


def test_a_few_words_are_read_out_and_not_the_list(client: TestClient) -> None:
    page = client.get("/besoin", params={"need": NEED}).text
    (announced,) = re.findall(r'<p role="status" id="annonce">([^<]*)</p>', page)
    assert re.fullmatch(r"\d partenaires\.", announced.strip())
    assert 'data-tells="#annonce"' in page


def test_before_anything_is_typed_examples_can_be_followed(client: TestClient) -> None:
    page = client.get("/besoin").text
    links = [unescape(one) for one in re.findall(r'href="(/besoin\?[^"]+)"', page)]
    assert len(links) >= 4
    assert all(client.get(link).status_code == 200 for link in links)
    assert "Rien n’est encore cherché" in page


def test_a_letter_or_two_ask_nothing_yet(client: TestClient) -> None:
    assert "Rien n’est encore cherché" in client.get("/besoin", params={"need": "un"}).text


def test_what_finds_nobody_says_what_helps(client: TestClient) -> None:
    page = client.get("/besoin", params={"need": "Sous-marin nucléaire", "department": "2A"}).text
    assert "Aucun partenaire pour l’instant" in page
    assert "laisser le département vide" in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("department", "Nulle-Part-sur-Mer"),
        ("commune", "Nulle-Part-sur-Mer"),
        ("kind", "astronaute"),
        ("need", "x" * 1001),
        ("need", "un\x00besoin"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_kept(
    client: TestClient, field: str, typed: str
) -> None:
    response = client.get("/besoin", params={"need": NEED, field: typed})
    assert response.status_code == 422
    assert f'href="#champ-{field}"' in response.text
    assert f'id="champ-{field}-erreur"' in response.text
    assert re.search(rf'id="champ-{field}"[^>]* aria-invalid="true"', response.text)
    assert "<h1>Besoin libre</h1>" in response.text
    if field != "kind":
        assert typed in response.text


def test_pages_follow_each_other_without_repeating(
    client: TestClient, add_actors: Callable[..., None]
) -> None:
    offer = {"kind": "social_entrepreneur", "commune": "95018", "offers": [NEED]}
    add_actors([{**offer, "id": f"velo-{n:02}", "name": f"velo-{n:02}"} for n in range(14)])
    first = client.get("/besoin", params={"need": NEED}).text
    following = unescape(re.findall(r'class="next" href="([^"]+)"', first)[0])
    second = client.get(following).text
    assert len(partners(first)) == 10
    assert partners(second)
    assert not set(partners(first)) & set(partners(second))


def test_a_place_in_the_list_that_no_longer_holds_is_its_beginning(client: TestClient) -> None:
    asked = {"need": NEED, "cursor": "nothing"}
    assert partners(client.get("/besoin", params=asked).text)[0] == "velo-argenteuil"


def test_hostile_texts_are_only_text(client: TestClient) -> None:
    for field in ("need", "offer", "commune", "department", "kind"):
        page = client.get("/besoin", params={"need": NEED, field: HOSTILE}).text
        assert "<script>alert" not in page, field
        assert "<img" not in page, field


def test_a_coordinator_sees_partners_of_its_own_departement_alone(of_93: TestClient) -> None:
    page = of_93.get("/besoin", params={"need": NEED, "department": ""})
    assert page.status_code == 200
    assert partners(page.text) == []
    assert "velo-argenteuil" not in page.text


def test_a_coordinator_begins_in_its_own_departement(of_93: TestClient) -> None:
    assert re.search(r'name="department" value="93"', of_93.get("/besoin").text)

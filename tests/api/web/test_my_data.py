"""The page that a signed link opens: a person sees its data there and does with it what it may."""

import csv
import io
import random
import re
import string
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from matcher.bootstrap import Application
from matcher.errors import NotFound
from matcher.scope import Scope
from matcher.store.actors import find_actor
from matcher.store.tables import actors, audit, oppositions, statements
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.mail_links import AnswerLink, MailLinks
from matcher.usecases.show_my_data import reader_of_my_data

ME, PARTNER, STRANGER = "ccas-argenteuil", "velo-argenteuil", "chrs-sarcelles"
HOSTILE = "</textarea><script>alert(1)</script>"
KEPT = {"name": "CCAS", "commune": "Argenteuil (95)", "needs.0.text": "Un atelier vélo"}
GETS = ("", "/profil", "/effacement", "/export.json", "/export.csv")
POSTS = ("/profil", "/courriels", "/rapprochements", "/effacement")

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def client(application: Application) -> TestClient:
    """Anybody with a browser, where keys are asked for: a link needs none."""
    locked = replace(application.settings, auth="on", rate_limits="off")
    made = Application(locked, application.database, application.today)
    return TestClient(create_app(made), follow_redirects=False)


@pytest.fixture
def links(application: Application) -> MailLinks:
    return MailLinks("", application.gate.secret(), datetime.now(UTC))


@pytest.fixture
def mine(links: MailLinks) -> str:
    """The address in my mails."""
    return links.my_data(ME)


def held(application: Application) -> list[Any]:
    with application.database.read() as connection:
        return [
            [tuple(row) for row in connection.execute(select(table))]
            for table in (actors, statements, oppositions, audit)
        ]


def stored(application: Application) -> Any:
    with application.database.read() as connection:
        return find_actor(connection, ME)


def followed(client: TestClient, response: Any) -> str:
    """The page that a form leads back to, as a browser finds it."""
    assert response.status_code == 303, response.text[:300]
    place = response.headers["Location"]
    assert "//" not in place
    page = client.get(str(response.request.url.join(place)))
    assert page.status_code == 200
    return page.text


def test_it_shows_the_profile_the_partners_and_every_way_to_change_it(
    client: TestClient, mine: str
) -> None:
    page = client.get(mine)
    assert page.status_code == 200
    for said in (ME, f"{ME}@exemple.fr", "réparation de vélos", PARTNER, "Corriger mon profil"):
        assert said in page.text
    assert not re.search(r"page\.my_data|field\.\w|kind\.\w|score\.\w", page.text)
    token = mine.rpartition("/")[2]
    for path in (*GETS[1:], *POSTS):
        assert f'"{token}{path}"' in page.text or path == "/effacement"


def test_no_page_runs_anything_or_is_kept_or_tells_where_one_came_from(
    client: TestClient, mine: str
) -> None:
    for path in GETS:
        page = client.get(mine + path)
        assert page.status_code == 200, path
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in page.headers
        if "export" not in path:
            assert "script" not in page.headers["Content-Security-Policy"]
            assert not re.search(r"<script|\sstyle=|\son\w+=|https?://", page.text)
            style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page.text)
            assert style is not None
            assert client.get(str(page.request.url.join(style[1]))).status_code == 200


def test_looking_changes_nothing(application: Application, client: TestClient, mine: str) -> None:
    before = held(application)
    for path in GETS * 3:
        assert client.get(mine + path).status_code == 200
    assert held(application) == before


def test_a_correction_is_kept_and_said(
    application: Application, client: TestClient, mine: str
) -> None:
    typed = KEPT | {"radius_km": "15 km", "email": "neuf@exemple.fr", "zone_more": "Cergy"}
    page = followed(client, client.post(f"{mine}/profil", data=typed))
    assert 'role="status"' in page
    assert "votre profil est corrigé" in page
    now = stored(application)
    assert (now.name, now.commune, now.radius_km) == ("CCAS", "95018", 15)
    assert (now.email, now.zone) == ("neuf@exemple.fr", ("commune:95127",))
    assert [need.text for need in now.needs] == ["Un atelier vélo"]
    assert now.offers == ()


def test_a_mistake_keeps_what_was_typed_and_names_the_field(
    application: Application, client: TestClient, mine: str
) -> None:
    before = held(application)
    typed = KEPT | {"name": "", "commune": "Argenteul", "description": HOSTILE, "email": "x@"}
    page = client.post(f"{mine}/profil", data=typed)
    assert page.status_code == 422
    assert "<title>À corriger" in page.text
    for key in ("name", "email"):
        assert f'<a href="#champ-{key}">' in page.text
        assert f'id="champ-{key}-erreur1"' in page.text
    for kept in ('value="Argenteul"', "Un atelier vélo", "&lt;script&gt;", 'value="x@"'):
        assert kept in page.text
    assert "<script" not in page.text
    assert held(application) == before
    again = client.post(f"{mine}/profil", data=typed | {"name": "CCAS", "email": ""})
    assert "Vouliez-vous dire" in again.text


def test_the_address_of_who_was_erased_is_refused_without_saying_why(
    application: Application, client: TestClient, mine: str
) -> None:
    erase_actor(application, STRANGER, Scope.everything())
    page = client.post(f"{mine}/profil", data=KEPT | {"email": f"{STRANGER}@exemple.fr"})
    assert page.status_code == 422
    assert '<a href="#champ-email">' in page.text
    assert "effac" not in page.text


def test_mails_stop_at_once_and_start_again(
    application: Application, client: TestClient, mine: str
) -> None:
    followed(client, client.post(f"{mine}/courriels", data={"choix": "reprendre"}))
    assert stored(application).consent_email
    for _ in range(2):
        page = followed(client, client.post(f"{mine}/courriels", data={"choix": "arreter"}))
        assert "nous ne vous écrirons plus" in page
        assert not stored(application).consent_email
    assert held(application)[2]
    page = followed(client, client.post(f"{mine}/courriels", data={"choix": "reprendre"}))
    assert "nous vous écrirons de nouveau" in page
    assert stored(application).consent_email
    assert held(application)[2] == []


def test_nobody_is_written_to_without_an_address(
    application: Application, client: TestClient, mine: str
) -> None:
    client.post(f"{mine}/profil", data=KEPT)
    page = client.post(f"{mine}/courriels", data={"choix": "reprendre"})
    assert page.status_code == 422
    assert "pas d’adresse" in page.text
    assert not stored(application).consent_email


def test_profiling_stops_at_once_and_starts_again(
    application: Application, client: TestClient, mine: str
) -> None:
    everybody = TestClient(create_app(application))
    asked = f"/recommendations?actor_id={PARTNER}"
    page = followed(client, client.post(f"{mine}/rapprochements", data={"choix": "refuser"}))
    assert "vous n’êtes plus proposé à personne" in page
    assert ME not in everybody.get(asked).text
    page = followed(client, client.post(f"{mine}/rapprochements", data={"choix": "reprendre"}))
    assert "de nouveau rapproché" in page
    assert ME in everybody.get(asked).text


@pytest.mark.parametrize("path", ["/courriels", "/rapprochements"])
@pytest.mark.parametrize("choice", [{}, {"choix": HOSTILE}])
def test_a_choice_that_is_none_changes_nothing(
    application: Application, client: TestClient, mine: str, path: str, choice: dict[str, str]
) -> None:
    before = held(application)
    page = client.post(mine + path, data=choice)
    assert (page.status_code, "Rien n’a été modifié" in page.text) == (422, True)
    assert "<script" not in page.text
    assert held(application) == before


def test_an_erasure_is_confirmed_then_nothing_is_left(
    application: Application, client: TestClient, mine: str
) -> None:
    before = held(application)
    asked = client.post(f"{mine}/effacement")
    assert (asked.status_code, "cochez la case" in asked.text) == (422, True)
    assert held(application) == before
    done = client.post(f"{mine}/effacement", data={"compris": "oui"})
    assert done.status_code == 303
    page = client.get(str(done.request.url.join(done.headers["Location"])))
    assert (page.status_code, "plus rien sur vous" in page.text) == (410, True)
    assert stored(application) is None
    for path in GETS:
        page = client.get(mine + path)
        assert (page.status_code, ME in page.text) == (410, False)
    for path in POSTS:
        assert client.post(mine + path, data=KEPT).status_code == 410


def test_downloads_hold_everything_of_the_person_and_are_files(
    client: TestClient, mine: str
) -> None:
    told = client.get(f"{mine}/export.json")
    assert told.headers["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert told.json()["tables"]["actors"][0]["email"] == f"{ME}@exemple.fr"
    table = client.get(f"{mine}/export.csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {"actors", "statements", "recommendations"} <= {row["part"] for row in rows}


@pytest.mark.parametrize("path", GETS)
def test_nothing_private_of_another_is_shown(client: TestClient, mine: str, path: str) -> None:
    page = client.get(mine + path)
    for other in (STRANGER, "mission-cergy"):
        assert f"{other}@exemple.fr" not in page.text
    assert STRANGER not in page.text


def test_hostile_texts_of_both_ends_are_inert(
    client: TestClient, mine: str, add_actors: Any
) -> None:
    hostile = {"id": "mal", "kind": "social_entrepreneur", "name": HOSTILE, "commune": "95018"}
    add_actors([hostile | {"offers": [f"Atelier de réparation de vélos {HOSTILE}"]}])
    typed = KEPT | {"description": HOSTILE, "organization": HOSTILE, "offers.0.text": HOSTILE}
    assert client.post(f"{mine}/profil", data=typed).status_code == 303
    for path in GETS[:3]:
        page = client.get(mine + path)
        assert page.status_code == 200
        assert "<script" not in page.text
    assert "&lt;script&gt;" in client.get(mine).text
    assert "<script" not in client.get(f"{mine}?fait={HOSTILE}").text


def test_a_link_of_another_purpose_or_time_opens_nothing(
    application: Application, client: TestClient, links: MailLinks
) -> None:
    old = MailLinks("", application.gate.secret(), datetime.now(UTC) - timedelta(days=61))
    answer = links.answer(AnswerLink(ME, PARTNER, ME, "accepted"))
    for address in (links.stop(ME), answer, old.my_data(ME), "/x", "/syn_abcdefgh_" + "x" * 43):
        token = address.rpartition("/")[2]
        for path in GETS:
            page = client.get(f"/mes-donnees/{token}{path}")
            assert (page.status_code, "n’est pas valable" in page.text) == (404, True)
        for path in POSTS:
            assert client.post(f"/mes-donnees/{token}{path}", data=KEPT).status_code == 404


def test_no_forged_token_opens_anything(
    application: Application, links: MailLinks, tell: Any, count: Any
) -> None:
    lot, alphabet = random.Random(7), string.ascii_letters + string.digits + "-_."
    genuine = links.my_data(ME).rpartition("/")[2]
    content = genuine.rpartition(".")[0]
    opened = 0
    for number in range(100_000):
        place = lot.randrange(len(genuine) - 1)
        other = alphabet[(alphabet.index(genuine[place]) + 1 + number % 60) % len(alphabet)]
        token = (
            genuine[: place or 1],
            genuine[:place] + other + genuine[place + 1 :],
            f"{content}.{''.join(lot.choices(alphabet[:-1], k=43))}",
            "".join(lot.choices(alphabet, k=40)),
        )[number % 4]
        with suppress(NotFound):
            opened += reader_of_my_data(application, token) is not None
    count("tokens", forged=100_000, accepted=opened)
    assert opened == 0
    tell(f"100000 forged tokens: {opened} opened")

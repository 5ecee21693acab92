"""`/acteur` and `/acteurs`: an actor, its partners both ways, gaps and history; who is who."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.feedback import write_feedback
from matcher.store.suggestions import Run, write_run
from matcher.usecases.manage_keys import create_key
from matcher.usecases.oppose import oppose

CCAS = {"id": "ccas-argenteuil"}
HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
Import = Callable[[list[dict[str, Any]]], None]

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def coordinating(application: Application) -> Iterator[Callable[[str], TestClient]]:
    """Makes coordinators of a département."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    locked = Application(settings, application.database, application.today)
    app = create_app(locked)

    def caller(department: str) -> TestClient:
        everything = Scope.everything()
        key = create_key(locked, Role.COORDINATOR, {"department": [department]}, "", everything)
        return TestClient(app, headers={"Authorization": f"Bearer {key.key}"})

    yield caller
    locked.recorder.close()


def partners(html: str) -> list[str]:
    """Names of those who are proposed to the actor of a page, in order."""
    found = re.findall(r'<h3 id="syn-[^"]+"><a [^>]+>[^<]+<span.*?</span> ([^<]+)</a>', html)
    return [unescape(one) for one in found]


def part(html: str, name: str) -> str:
    """One section of the page."""
    return str(re.findall(rf'<section[^>]* id="{name}".*?</section>', html, re.S)[0])


def text_of(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def named(html: str) -> list[str]:
    """Who is on a list of names."""
    return [unescape(one) for one in re.findall(r'<li><a href="/acteur\?id=([^"]+)"', html)]


def test_the_card_says_everything_that_others_may_know(
    client: TestClient, add_actors: Import
) -> None:
    whole = {
        **{"id": "relais", "kind": "social_worker", "name": "Anna", "organization": "Le Relais"},
        **{"structure_type": "CCAS", "commune": "95018", "zone": ["95"], "radius_km": 12},
        **{"publics": ["jeunes"], "domains": ["mobilite"], "description": "Deux lignes."},
        "needs": [{"text": "Des vélos à réparer", "expires": "2027-06-30"}],
        **{"offers": ["Une salle de réunion"], "source": "Annuaire fictif"},
        **{"email": "anna@exemple.fr", "capacity_per_month": 3, "updated": "2026-10-01"},
    }
    add_actors([whole])
    fiche = text_of(part(client.get("/acteur?id=relais").text, "fiche"))
    for said in (
        *("CCAS", "Argenteuil", "Val-d'Oise", "jusqu’à 12 km", "Jeunes", "Mobilité"),
        *("Deux lignes.", "Des vélos à réparer", "30 juin 2027", "Une salle de réunion"),
        *("Annuaire fictif", "1 octobre 2026", "3 par mois", "« test »"),
    ):
        assert said in fiche.replace("\u00a0", " "), said
    assert "anna@exemple.fr" not in client.get("/acteur?id=relais").text


def test_partners_are_listed_in_each_direction(client: TestClient, add_actors: Import) -> None:
    there = {"kind": "social_entrepreneur", "commune": "95018"}
    add_actors(
        [
            {**there, "id": "only-gives", "name": "only-gives", "offers": ["Réparation de vélos"]},
            {**there, "id": "only-seeks", "name": "only-seeks", "needs": ["Une salle de réunion"]},
        ]
    )
    ways = {
        way: partners(client.get("/acteur", params={**CCAS, "direction": way}).text)
        for way in ("", "needs", "offers", "mutual")
    }
    assert "only-gives" in ways["needs"]
    assert "only-gives" not in ways["offers"]
    assert "only-seeks" in ways["offers"]
    assert "only-seeks" not in ways["needs"]
    assert ways["mutual"][0] == "velo-argenteuil"
    assert {"only-gives", "only-seeks"}.isdisjoint(ways["mutual"])
    assert {"only-gives", "only-seeks", "velo-argenteuil"} <= set(ways[""])


def test_the_direction_that_is_shown_is_told(client: TestClient) -> None:
    page = client.get("/acteur", params={**CCAS, "direction": "needs"}).text
    (current,) = re.findall(r'<a href="[^"]+" aria-current="true">([^<]+)</a>', page)
    assert current == "Répondent à ses besoins"


def test_what_is_missing_leads_to_where_it_is_written(
    client: TestClient, add_actors: Import
) -> None:
    add_actors(
        [{"id": "bref", "kind": "social_worker", "name": "B", "zone": ["95"], "needs": ["Vélo"]}]
    )
    page = client.get("/acteur?id=bref").text
    gaps = text_of(part(page, "manques"))
    assert "Aucune offre n’est écrite" in gaps
    assert "Ce besoin est trop court" in gaps
    assert "Aucun public n’est indiqué" in gaps
    form = client.get("/acteur/modifier?id=bref").text
    for link in re.findall(r'href="/acteur/modifier\?id=bref#([^"]+)"', part(page, "manques")):
        assert f'id="{link}"' in form, link


def test_the_history_tells_what_was_proposed_answered_and_imported(
    client: TestClient, application: Application
) -> None:
    pair = ("ccas-argenteuil", "velo-argenteuil")
    with application.database.write() as connection:
        run = Run("r1", None, date(2026, 11, 1), int(NOW.timestamp()), {})
        write_run(connection, run, [(*pair, 0.9)])
        write_feedback(connection, pair, "actor:velo-argenteuil", "declined", "too_far", NOW)
    history = text_of(part(client.get("/acteur", params=CCAS).text, "historique"))
    assert "Rencontre proposée pour novembre 2026 : velo-argenteuil" in history.replace(
        "\u00a0", " "
    )
    assert "L’autre a écarté cette rencontre" in history
    assert "C’est trop loin" in history
    assert "Fiche importée du fichier" in history


def test_who_refuses_to_be_matched_has_a_card_and_no_partners(
    client: TestClient, application: Application
) -> None:
    oppose(application, "ccas-argenteuil", Scope.everything(), profiling=True)
    page = client.get("/acteur", params=CCAS)
    assert page.status_code == 200
    assert "ne souhaite pas être rapprochée" in page.text
    assert partners(page.text) == []


def test_somebody_elsewhere_is_nobody(coordinating: Callable[[str], TestClient]) -> None:
    of_95 = coordinating("95")
    elsewhere, nobody = (of_95.get("/acteur", params={"id": one}) for one in ("velo-paris", "zzz"))
    assert elsewhere.status_code == nobody.status_code == 404
    plain = [re.sub(r"<code>.*?</code>", "", one.text) for one in (elsewhere, nobody)]
    assert plain[0] == plain[1]
    assert of_95.get("/acteur", params=CCAS).status_code == 200


def test_partners_and_history_stay_inside_the_territory(
    coordinating: Callable[[str], TestClient], application: Application, add_actors: Import
) -> None:
    add_actors(
        [
            {
                **{"id": "velo-loin", "name": "velo-loin", "kind": "social_entrepreneur"},
                **{"commune": "75111", "zone": ["95"], "offers": ["Réparation de vélos"]},
            }
        ]
    )
    pair = ("ccas-argenteuil", "velo-loin")
    with application.database.write() as connection:
        write_feedback(connection, pair, "actor:velo-loin", "accepted", "", NOW)
    page = coordinating("95").get("/acteur", params=CCAS).text
    assert "velo-loin" not in page
    assert "L’autre a souhaité" not in page


def test_hostile_profiles_are_only_text(client: TestClient, add_actors: Import) -> None:
    add_actors(
        [
            {
                **{"id": 'x"><b>', "kind": "social_worker", "name": HOSTILE, "commune": "95018"},
                **{"organization": HOSTILE, "description": HOSTILE, "structure_type": HOSTILE},
                **{"needs": [f"Réparer des vélos {HOSTILE}"], "source": HOSTILE},
            }
        ]
    )
    for address in ("/acteur", "/acteur/modifier"):
        page = client.get(address, params={"id": 'x"><b>'})
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
    assert "<script>alert" not in client.get("/acteurs").text
    assert "<script>alert" not in client.get("/acteurs", params={"nom": HOSTILE}).text


@pytest.mark.parametrize("typed", ["epicerie coeur", "ÉPICERIE", "l'épicerie", "cœur", "icer"])
def test_a_name_is_found_without_its_accents(
    client: TestClient, add_actors: Import, typed: str
) -> None:
    shop = {"id": "epi", "kind": "social_entrepreneur", "name": "Zoé", "commune": "95018"}
    add_actors([{**shop, "organization": "L’Épicerie du Cœur", "offers": ["Des paniers"]}])
    assert named(client.get("/acteurs", params={"nom": typed}).text) == ["epi"]


def test_the_closest_name_comes_first(client: TestClient, add_actors: Import) -> None:
    somebody = {"kind": "social_worker", "commune": "95018", "needs": ["Des vélos"]}
    names = {"a": "Grand marché", "b": "Le marcheur", "c": "Marc"}
    add_actors([{**somebody, "id": one, "name": name} for one, name in names.items()])
    assert named(client.get("/acteurs?nom=marc").text) == ["c", "a", "b"]


def test_an_id_finds_its_actor(client: TestClient) -> None:
    assert named(client.get("/acteurs?nom=bois-cergy").text)[0] == "bois-cergy"


def test_names_are_listed_page_by_page(client: TestClient, add_actors: Import) -> None:
    somebody = {"kind": "social_worker", "commune": "95018", "needs": ["Des vélos"]}
    add_actors([{**somebody, "id": f"n{n:02}", "name": f"Nom {n:02}"} for n in range(45)])
    pages = [named(client.get(f"/acteurs?nom=nom&page={n}").text) for n in (1, 2, 3)]
    assert [len(one) for one in pages] == [20, 20, 5]
    assert len({one for page in pages for one in page}) == 45
    assert named(client.get("/acteurs?nom=nom&page=99").text) == pages[2]


def test_a_name_of_nobody_says_what_to_try(client: TestClient) -> None:
    page = client.get("/acteurs?nom=zzzz").text
    assert "Personne de ce nom" in page
    assert 'href="/acteurs"' in page


def test_a_search_shows_nobody_elsewhere(coordinating: Callable[[str], TestClient]) -> None:
    of_95, of_75 = coordinating("95"), coordinating("75")
    assert named(of_95.get("/acteurs?nom=velo").text) == ["velo-argenteuil"]
    assert named(of_75.get("/acteurs?nom=velo").text) == ["velo-paris"]
    assert named(of_75.get("/acteurs?nom=velo-argenteuil").text) == []
    assert named(of_75.get("/acteurs").text) == ["velo-paris"]

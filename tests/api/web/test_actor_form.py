"""`/acteur/modifier` and `/acteur/nouveau`: preview, save, refuse, and never lose what is typed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.actors import find_actor
from matcher.usecases.give_feedback import Feedback, give_feedback
from matcher.usecases.manage_keys import create_key
from matcher.usecases.oppose import oppose

CCAS = "/acteur/modifier?id=ccas-argenteuil"
PREVIEW = "/acteur/modifier/apercu?id=ccas-argenteuil"
HOSTILE = "\"></textarea><script>alert('x')</script><img src=x onerror=alert(1)>"
FRAGMENT = {"X-Fragment": "1"}
ALL = Scope.everything()
Fields = dict[str, list[str]]

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def of_93(application: Application) -> Iterator[TestClient]:
    settings = replace(application.settings, auth="on", rate_limits="off")
    locked = Application(settings, application.database, application.today)
    key = create_key(locked, Role.COORDINATOR, {"department": ["93"]}, "", ALL).key
    yield TestClient(create_app(locked), headers={"Authorization": f"Bearer {key}"})
    locked.recorder.close()


@pytest.fixture
def stored(application: Application) -> Callable[[str], Any]:
    """Reads an actor as it is stored."""

    def read(actor_id: str = "ccas-argenteuil") -> Any:
        with application.database.read() as connection:
            return find_actor(connection, actor_id)

    return read


def fields_of(html: str) -> Fields:
    """What a browser sends of the form of a page that is not touched."""
    form = re.findall(r'<form method="post" action="[^"]*/acteur/.*?</form>', html, re.S)[0]
    found: Fields = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        told = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if told["type"] not in {"checkbox", "radio"} or " checked" in tag:
            found.setdefault(told["name"], []).append(told["value"])
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S
    ):
        found.setdefault(name, []).append(unescape(text))
    return found


def opened(client: TestClient, address: str = CCAS, **changes: str) -> Fields:
    """A form as somebody fills it: as it is, with some fields changed."""
    return fields_of(client.get(address).text) | {name: [text] for name, text in changes.items()}


def send(client: TestClient, address: str, typed: Fields, **options: Any) -> Any:
    return client.post(address, data=typed, follow_redirects=False, **options)


def partners(html: str) -> list[tuple[str, str]]:
    """Who is proposed and what for, in order."""
    found = re.findall(
        r'<h3 id="(syn-[^"]+)"><a [^>]+>.*?</a></h3>\s*<p class="why">(.*?)</p>', html
    )
    return [(name, unescape(why)) for name, why in found]


def test_a_form_that_is_saved_untouched_changes_nothing(
    client: TestClient, stored: Callable[..., Any]
) -> None:
    before = stored()
    response = send(client, CCAS, opened(client))
    assert response.status_code == 303
    assert stored() == before


def test_a_correction_is_kept_and_shown(client: TestClient, stored: Callable[..., Any]) -> None:
    typed = opened(client, name="Accueil", radius_km="12,5", kind="social_entrepreneur")
    typed |= {"publics": ["jeunes"], "needs.1.text": ["Un minibus le jeudi"]}
    response = send(client, CCAS, typed)
    page = client.get(response.headers["Location"]).text
    assert 'role="status" id="fait">C’est enregistré' in page
    assert "Un minibus le jeudi" in page
    actor = stored()
    assert (actor.name, actor.radius_km, actor.kind.value) == (
        "Accueil",
        12.5,
        "social_entrepreneur",
    )
    assert actor.publics == ("jeunes",)
    assert actor.email == "ccas-argenteuil@exemple.fr"


def test_the_address_is_never_shown_and_can_be_replaced(
    client: TestClient, stored: Callable[..., Any]
) -> None:
    assert "ccas-argenteuil@exemple.fr" not in client.get(CCAS).text
    send(client, CCAS, opened(client, email="nouvelle@exemple.fr"))
    assert stored().email == "nouvelle@exemple.fr"


def test_everything_wrong_is_said_and_everything_typed_is_still_there(
    client: TestClient, stored: Callable[..., Any]
) -> None:
    before = stored()
    typed = opened(client, name="", radius_km="loin", email="pas une adresse")
    typed |= {"needs.0.text": ["Des vélos, vite"], "offers.0.expires": ["demain"]}
    response = send(client, CCAS, typed)
    assert response.status_code == 422
    assert stored() == before
    for key in ("name", "radius_km", "offers.0.expires"):
        place = f"champ-{key.replace('.', '-')}"
        assert f'<a href="#{place}">' in response.text, key
        assert f'id="{place}-erreur1"' in response.text, key
    again = fields_of(response.text)
    assert {name: again[name] for name in typed if typed[name] != [""]} == {
        name: said for name, said in typed.items() if said != [""]
    }


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("commune", "Nulle-Part"),
        ("zone_more", "Nulle-Part"),
        ("email", "pas une adresse"),
        ("capacity_per_month", "-1"),
        ("needs.0.text", "x" * 5000),
        ("kind", "astronaute"),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, field: str, typed: str) -> None:
    response = send(client, CCAS, opened(client) | {field: [typed]})
    assert response.status_code == 422
    assert f'<a href="#champ-{field.replace(".", "-")}">' in response.text


def test_who_was_slower_is_told_and_loses_nothing(
    client: TestClient, stored: Callable[..., Any]
) -> None:
    mine, theirs = opened(client, name="Le mien"), opened(client, name="Le leur")
    assert send(client, CCAS, theirs).status_code == 303
    response = send(client, CCAS, mine)
    assert response.status_code == 409
    assert "Quelqu’un d’autre a modifié cette fiche" in response.text
    assert "<dt>Nom</dt><dd>Le leur</dd>" in response.text
    assert stored().name == "Le leur"
    again = fields_of(response.text)
    assert again["name"] == ["Le mien"]
    assert send(client, CCAS, again).status_code == 303
    assert stored().name == "Le mien"


def test_a_form_without_its_version_is_not_written_over_others(client: TestClient) -> None:
    typed = opened(client, name="X")
    del typed["version"]
    assert send(client, CCAS, typed).status_code == 409


def test_a_preview_is_what_a_save_then_gives(
    client: TestClient, application: Application, stored: Callable[..., Any]
) -> None:
    declined = client.get("/recommendations", params={"actor_id": "ccas-argenteuil"}).json()
    for item in declined["items"]:
        if item["partner"]["id"] == "traiteur-sarcelles":
            said = Feedback("ccas-argenteuil", "traiteur-sarcelles", "declined")
            give_feedback(application, item["id"], said, ALL)
    typed = opened(client) | {"needs.0.text": ["Des repas chauds et du bois pour un chantier"]}
    before = stored()
    previewed = send(client, PREVIEW, typed, headers=FRAGMENT)
    assert previewed.status_code == 200
    assert stored() == before
    saved = client.get(send(client, CCAS, typed).headers["Location"])
    assert partners(previewed.text)
    assert partners(previewed.text) == partners(saved.text)[:5]


def test_a_form_opens_with_the_partners_that_are(client: TestClient) -> None:
    shown = client.get("/acteur?id=ccas-argenteuil").text
    assert partners(client.get(CCAS).text) == partners(shown)[:5]


def test_a_preview_works_without_a_script_and_keeps_what_is_typed(client: TestClient) -> None:
    typed = opened(client, name="Autre nom") | {"offers.1.text": ["Un terrain"]}
    page = send(client, PREVIEW, typed)
    assert page.status_code == 200
    assert "<h1>Modifier la fiche</h1>" in page.text
    again = fields_of(page.text)
    assert (again["name"], again["offers.1.text"]) == (["Autre nom"], ["Un terrain"])
    assert again["version"] == typed["version"]
    assert f'formaction="{PREVIEW}#apercu"' in page.text


def test_a_preview_of_a_wrong_profile_says_what_it_waits_for(client: TestClient) -> None:
    response = send(client, PREVIEW, opened(client, commune="Nulle-Part"), headers=FRAGMENT)
    assert response.status_code == 200
    assert 'data-said="L’aperçu attend une correction."' in response.text
    assert "Nulle-Part" in response.text


def test_a_preview_of_nothing_asks_for_a_sentence(client: TestClient) -> None:
    empty = {"needs.0.text": [""], "offers.0.text": [""]}
    response = send(client, PREVIEW, opened(client) | empty, headers=FRAGMENT)
    assert "Écrivez un besoin ou une offre" in response.text


def test_who_refuses_to_be_matched_can_be_corrected_and_still_refuses(
    client: TestClient, application: Application, stored: Callable[..., Any]
) -> None:
    oppose(application, "ccas-argenteuil", ALL, profiling=True)
    assert partners(client.get(CCAS).text) == []
    assert send(client, CCAS, opened(client, name="Autre")).status_code == 303
    assert (stored().name, stored().profiling) == ("Autre", False)


def test_a_new_actor_is_added_and_found(client: TestClient) -> None:
    assert "<h1>Ajouter un acteur</h1>" in client.get("/acteur/nouveau").text
    typed = opened(
        client, "/acteur/nouveau", name="Anna", commune="Argenteuil", kind="social_worker"
    )
    typed |= {"needs.0.text": ["Réparation de vélos pour des jeunes"]}
    previewed = send(client, "/acteur/nouveau/apercu", typed, headers=FRAGMENT)
    response = send(client, "/acteur/nouveau", typed)
    assert response.status_code == 303
    where = response.headers["Location"]
    assert parse_qs(urlsplit(where).query)["fait"] == ["cree"]
    page = client.get(where).text
    assert "La fiche est créée" in page
    assert len(partners(previewed.text)) == len(partners(page))
    assert "Anna" in client.get("/acteurs?nom=anna").text


def test_somebody_who_is_there_is_not_added_twice(client: TestClient) -> None:
    typed = opened(client, "/acteur/nouveau", name="Anna", commune="95018", kind="social_worker")
    assert send(client, "/acteur/nouveau", typed).status_code == 303
    again = send(client, "/acteur/nouveau", typed)
    assert again.status_code == 422
    assert "est déjà là" in again.text
    assert fields_of(again.text)["name"] == ["Anna"]


def test_a_new_actor_without_a_side_is_asked_for_one(client: TestClient) -> None:
    typed = opened(client, "/acteur/nouveau", name="Anna", commune="95018")
    response = send(client, "/acteur/nouveau", typed)
    assert response.status_code == 422
    assert '<a href="#champ-kind">' in response.text


def test_a_coordinator_writes_in_its_own_departement_alone(of_93: TestClient) -> None:
    for address in (CCAS, PREVIEW, "/acteur/modifier?id=zzz"):
        answer = of_93.get(address) if "apercu" not in address else of_93.post(address, data={})
        assert answer.status_code == 404
    typed = opened(of_93, "/acteur/nouveau", name="Anna", kind="social_worker", commune="95018")
    refused = send(of_93, "/acteur/nouveau", typed)
    assert refused.status_code == 422
    assert '<a href="#champ-commune">' in refused.text
    assert send(of_93, "/acteur/nouveau", typed | {"commune": ["Bondy"]}).status_code == 303


def test_what_is_typed_is_only_text(client: TestClient) -> None:
    typed = opened(client)
    hostile = {name: [HOSTILE] for name in typed if name not in {"version", "csrf"}}
    for address in (CCAS, PREVIEW):
        page = send(client, address, hostile).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_a_form_of_another_site_is_refused(client: TestClient, stored: Callable[..., Any]) -> None:
    typed = opened(client, name="Pirate")
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://ailleurs.exemple"}
    assert send(client, CCAS, typed, headers=elsewhere).status_code == 403
    assert stored().name == "ccas-argenteuil"

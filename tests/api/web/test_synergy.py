"""`/synergie`: two profiles linked, what counts, why not another, and what a coordinator does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.store.mail_tables import outbox
from matcher.store.tables import actors
from matcher.usecases.manage_keys import create_key
from matcher.usecases.oppose import oppose

ME, PARTNER = "ccas-argenteuil", "velo-argenteuil"
PAIR = {"actor": ME, "partner": PARTNER}
HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
Import = Callable[[list[dict[str, Any]]], None]

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def of_department(application: Application) -> Iterator[Callable[[str], TestClient]]:
    """Makes coordinators of a département."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    locked = Application(settings, application.database, application.today)
    app = create_app(locked)

    def caller(department: str) -> TestClient:
        where = {"department": [department]}
        key = create_key(locked, Role.COORDINATOR, where, "", Scope.everything()).key
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    yield caller
    locked.recorder.close()


@pytest.fixture
def mailing(application: Application) -> Iterator[TestClient]:
    """An installation that can send mails to both, who agreed to get some."""
    with application.database.write() as connection:
        for name in (ME, PARTNER):
            agreed = {"consent_email": True, "email": f"{name}@exemple.fr"}
            connection.execute(update(actors).where(actors.c.id == name).values(**agreed))
    settings = replace(
        application.settings,
        mail_from="Synergies <bonjour@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url="http://testserver",
    )
    able = Application(settings, application.database, application.today)
    yield TestClient(create_app(able))
    able.recorder.close()


def section(html: str, name: str) -> str:
    """One section of the page."""
    return str(re.findall(rf'<section[^>]* id="{name}".*?</section>', html, re.S)[0])


def text_of(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def shown(client: TestClient, **more: str) -> str:
    answer = client.get("/synergie", params={**PAIR, **more})
    assert answer.status_code == 200
    return str(answer.text)


def say(client: TestClient, verdict: str, **more: str) -> Any:
    return client.post("/synergie/reponse", data={**PAIR, "verdict": verdict, **more})


def mails(application: Application) -> list[str]:
    with application.database.read() as connection:
        return [row.actor_id for row in connection.execute(select(outbox))]


def test_marked_passages_are_what_both_wrote(client: TestClient) -> None:
    page = shown(client)
    marked = re.findall(r'<mark id="(\w+)-(\d)">(.*?)</mark>', page)
    written = {one["text"] for name in (ME, PARTNER) for one in _said(client, name)}
    assert {role for role, _, _ in marked} == {"besoin", "offre"}
    assert all(any(unescape(quote) in text for text in written) for _, _, quote in marked)


def _said(client: TestClient, name: str) -> list[dict[str, Any]]:
    card = client.get(f"/actors/{name}").json()
    return [*card["needs"], *card["offers"]]


def test_each_mark_leads_to_the_one_that_answers_it(client: TestClient) -> None:
    page = shown(client)
    marks = set(re.findall(r'<mark id="(\w+-\d)"', page))
    links = set(re.findall(r'<a class="to" href="#(\w+-\d)"', page))
    assert marks == links == {"besoin-1", "offre-1", "besoin-2", "offre-2"}
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))


def test_points_add_up_to_the_total(client: TestClient) -> None:
    rows = re.findall(r'class="number">([+−]?)(\d+)', section(shown(client), "calcul"))
    points = [int(f"{'-' if sign == '−' else ''}{number}") for sign, number in rows]
    assert sum(points[:-1]) == points[-1]
    assert min(points) < 0 < max(points)


def test_what_would_change_is_told_with_what_is_taken_away(client: TestClient) -> None:
    told = text_of(section(shown(client), "et-si"))
    assert "Sans ce besoin du ccas-argenteuil" in told
    assert "Un atelier de réparation de vélos pour des jeunes" in told


@pytest.mark.parametrize(
    ("verdict", "done", "history"),
    [
        ("accepted", "vous retenez ce rapprochement", "Vous\u00a0: rencontre souhaitée"),
        ("known", "ils se connaissent déjà", "Vous\u00a0: se connaissent déjà"),
        ("declined", "ne sera plus proposé", "Vous\u00a0: rapprochement écarté"),
    ],
)
def test_an_answer_is_kept_and_told(
    client: TestClient, verdict: str, done: str, history: str
) -> None:
    assert "Personne n’a encore rien dit" in section(shown(client), "historique")
    answered = say(client, verdict)
    assert answered.history[0].status_code == 303
    assert done in text_of(re.findall(r'role="status".*?</p>', answered.text)[0])
    assert history in section(answered.text, "historique")
    listed = client.get("/recommendations?actor_id=ccas-argenteuil").json()["items"]
    assert (PARTNER in {one["partner"]["id"] for one in listed}) == (verdict != "declined")


def test_why_it_is_declined_is_kept(client: TestClient) -> None:
    page = say(client, "declined", reason="too_far", words="plus de bus").text
    assert "C’est trop loin (plus de bus)" in section(page, "historique")
    assert "n’est pas proposé" in text_of(page)


def test_a_note_stays_beside_the_answer(client: TestClient) -> None:
    say(client, "accepted")
    page = say(client, "note", words="Vus au forum de mars").text
    told = section(page, "historique")
    assert "Vous\u00a0: rencontre souhaitée" in told
    assert "Vus au forum de mars" in told


@pytest.mark.parametrize(
    ("verdict", "typed", "field"),
    [
        ("declined", {"reason": "nope", "words": "Une phrase"}, "motif"),
        ("declined", {"reason": "too_far", "words": "mot " * 200}, "motif-texte"),
        ("note", {"words": "mot " * 200}, "note-texte"),
        ("note", {"words": "  "}, "note-texte"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    client: TestClient, verdict: str, typed: dict[str, str], field: str
) -> None:
    answer = say(client, verdict, **typed)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}-erreur"' in answer.text
    assert answer.text.count("aria-invalid") == 1
    assert f">{typed['words']}</textarea>" in answer.text
    assert '<details class="card" open>' in answer.text
    assert "Personne n’a encore rien dit" in section(shown(client), "historique")


def test_every_form_that_changes_something_proves_where_it_comes_from(
    mailing: TestClient,
) -> None:
    pages = [
        mailing.get(path, params=PAIR).text for path in ("/synergie", "/synergie/introduction")
    ]
    forms = [
        form for page in pages for form in re.findall(r'<form method="post".*?</form>', page, re.S)
    ]
    assert len(forms) == 5
    assert all('name="csrf"' in form for form in forms)


def test_an_answer_of_no_kind_is_refused(client: TestClient) -> None:
    assert say(client, "nope").status_code == 422


@pytest.mark.parametrize("path", ["/synergie/reponse", "/synergie/introduction"])
def test_a_form_of_another_site_does_nothing(client: TestClient, path: str) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    typed = {**PAIR, "verdict": "accepted", "agreed": "oui"}
    assert client.post(path, data=typed, headers=foreign).status_code == 403
    assert "Personne n’a encore rien dit" in section(shown(client), "historique")


def test_why_not_somebody_else_is_answered(client: TestClient) -> None:
    told = text_of(section(shown(client, contre="bois-cergy"), "pourquoi-pas"))
    assert re.search("bois-cergy (est|n’est pas) proposé à ccas-argenteuil", told)
    assert "chrs-sarcelles n’est pas proposé" in text_of(shown(client, contre="chrs"))
    assert "du même côté" in text_of(shown(client, contre="chrs"))


def test_several_of_one_name_are_to_choose_from(client: TestClient) -> None:
    page = section(shown(client, contre="velo"), "pourquoi-pas")
    choices = re.findall(r'contre=([\w-]+)#pourquoi-pas"', page)
    assert sorted(choices) == ["velo-argenteuil", "velo-paris"]
    assert "proposé à" in section(shown(client, contre=choices[-1]), "pourquoi-pas")


@pytest.mark.parametrize("typed", ["zzzz", ME])
def test_a_name_of_nobody_else_is_said_at_its_field(client: TestClient, typed: str) -> None:
    page = section(shown(client, contre=typed), "pourquoi-pas")
    assert "Personne de ce nom" in page
    assert f'value="{typed}" aria-invalid="true"' in page


def test_who_refuses_to_be_matched_has_no_page_and_the_desk_is_told_why(
    client: TestClient, application: Application
) -> None:
    oppose(application, "bois-cergy", Scope.everything(), profiling=True)
    assert "ne souhaite pas" in section(shown(client, contre="bois-cergy"), "pourquoi-pas")
    pair = {**PAIR, "partner": "bois-cergy"}
    for path in ("/synergie", "/synergie/introduction", "/synergie/fiche"):
        refused = client.get(path, params=pair)
        assert refused.status_code == 422
        assert "ne souhaite pas être rapprochée" in refused.text
        assert "menuiserie" not in refused.text


def test_nobody_of_elsewhere_is_shown(of_department: Callable[[str], TestClient]) -> None:
    of_93, of_95 = of_department("93"), of_department("95")
    for path in ("/synergie", "/synergie/introduction"):
        refused = of_93.get(path, params=PAIR)
        assert refused.status_code == 404
        assert "Atelier" not in refused.text
    assert say(of_93, "accepted").status_code == 404
    assert of_93.post("/synergie/introduction", data=PAIR).status_code == 404
    assert "Personne de ce nom" in shown(of_95, contre="velo-paris")
    answers = [
        of_95.get("/synergie", params={**PAIR, "partner": one}) for one in ("nul", "velo-paris")
    ]
    assert [one.status_code for one in answers] == [404, 404]


def test_one_actor_is_no_pair(client: TestClient) -> None:
    assert client.get("/synergie", params={"actor": ME, "partner": ME}).status_code == 422


def test_nothing_that_a_profile_says_is_marked_up(client: TestClient, add_actors: Import) -> None:
    said = f"{HOSTILE} Un atelier de réparation de vélos pour des jeunes sans emploi"
    row = {"id": "h", "kind": "social_worker", "commune": "95018", "name": HOSTILE}
    add_actors([{**row, "organization": HOSTILE, "needs": [said], "email": "h@exemple.fr"}])
    pair = {"actor": "h", "partner": PARTNER}
    say(client, "note", words=HOSTILE)
    pages = [client.get(path, params=pair).text for path in ("/synergie", "/synergie/introduction")]
    pages += [shown(client, contre=HOSTILE), shown(client, contre="h")]
    for page in pages:
        assert "<script>" not in page
        assert "<img" not in page
        assert "style=" not in page
    assert "&lt;script&gt;" in pages[0]


def test_both_mails_are_read_before_anything_leaves(
    mailing: TestClient, application: Application
) -> None:
    page = mailing.get("/synergie/introduction", params=PAIR).text
    told = text_of(page)
    assert page.count('class="mail card"') == 2
    assert "Bonjour ccas-argenteuil" in told
    assert "Bonjour velo-argenteuil" in told
    assert "@exemple.fr" not in page
    for private in ("/mes-donnees/", "/desinscription/", "/reponses/"):
        assert private not in page
    assert mails(application) == []


def test_mails_leave_once_and_only_if_both_agreed(
    mailing: TestClient, application: Application
) -> None:
    refused = mailing.post("/synergie/introduction", data=PAIR)
    assert refused.status_code == 422
    assert '<a href="#accord">' in refused.text
    assert mails(application) == []

    agreed = {**PAIR, "agreed": "oui"}
    page = mailing.post("/synergie/introduction", data=agreed)
    assert "partent dans les prochaines heures" in page.text
    assert "Vous\u00a0: rencontre souhaitée" in section(page.text, "historique")
    assert sorted(mails(application)) == [ME, PARTNER]

    again = mailing.post("/synergie/introduction", data=agreed).text
    assert "déjà été présentées" in again
    assert len(mails(application)) == 2
    preview = mailing.get("/synergie/introduction", params=PAIR).text
    assert "déjà été présentées" in preview
    assert '<form method="post" action="/synergie/introduction"' not in preview


def test_without_mail_settings_the_page_says_what_else_to_do(client: TestClient) -> None:
    page = client.get("/synergie/introduction", params=PAIR).text
    assert "de vive voix" in page
    refused = client.post("/synergie/introduction", data={**PAIR, "agreed": "oui"})
    assert refused.status_code == 503
    assert "de vive voix" in refused.text


def test_the_way_to_a_sheet_and_a_meeting_is_there(client: TestClient) -> None:
    page = shown(client)
    assert f'href="/synergie/fiche?actor={ME}&amp;partner={PARTNER}"' in page
    assert 'action="/synergie/rendez-vous.ics"' in page

"""The pages behind the buttons of our mails: they ask, then do what was confirmed, once."""

import random
import re
import string
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.store.mail_tables import outbox
from matcher.store.tables import actors, audit, feedback, oppositions
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.mail_links import AnswerLink, MailLinks
from matcher.usecases.oppose import oppose

ME, PARTNER = "ccas-argenteuil", "velo-argenteuil"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
Path = Callable[..., str]


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
def button(links: MailLinks) -> Path:
    def path(verdict: Any = "accepted", reader: str = ME, **changes: str) -> str:
        pair = {"one": ME, "other": PARTNER, **changes}
        return links.answer(AnswerLink(reader=reader, verdict=verdict, **pair))

    return path


def told(application: Application) -> list[Any]:
    with application.database.read() as connection:
        return [
            [tuple(row) for row in connection.execute(select(table))]
            for table in (feedback, oppositions, outbox, audit, actors)
        ]


def verdicts(application: Application) -> dict[str, tuple[str, str]]:
    with application.database.read() as connection:
        return {row.by: (row.verdict, row.reason) for row in connection.execute(select(feedback))}


@pytest.mark.parametrize("verdict", ["accepted", "declined", "known"])
def test_the_page_says_who_and_what_and_asks(
    client: TestClient, button: Path, verdict: str
) -> None:
    page = client.get(button(verdict))
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    for said in (ME, PARTNER, "à Argenteuil", "entrepreneuriat social", '<form method="post">'):
        assert said in page.text
    assert "page.answer" not in page.text


def test_a_page_runs_nothing_loads_nothing_and_follows_nobody(
    client: TestClient, button: Path
) -> None:
    page = client.get(button("declined"))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy + page.text
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|\son\w+=|<img|https?://", page.text)
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/pages/style.css").headers["Content-Type"].startswith("text/css")


def test_looking_changes_nothing_however_often(
    application: Application, client: TestClient, button: Path, links: MailLinks, tell: Any
) -> None:
    before = told(application)
    pages = [button("accepted"), button("declined"), button("known"), links.stop(ME)]
    for number in range(1_000):
        assert client.get(pages[number % len(pages)]).status_code == 200
    assert told(application) == before
    tell("1000 GETs, 0 changes")


def test_an_answer_is_kept_once_however_often_it_is_sent(
    application: Application, client: TestClient, button: Path
) -> None:
    for _ in range(3):
        page = client.post(button("accepted"))
        assert (page.status_code, "Merci" in page.text) == (200, True)
    assert verdicts(application) == {f"actor:{ME}": ("accepted", "")}
    with application.database.read() as connection:
        noted = connection.execute(select(audit).where(audit.c.what == "feedback")).all()
    assert len(noted) == 1


def test_who_declines_may_say_why(
    application: Application, client: TestClient, button: Path
) -> None:
    form = {"reason": "no_time", "words": " on est\r\ndébordés\x00 "}
    assert client.post(button("declined"), data=form).status_code == 200
    assert verdicts(application) == {f"actor:{ME}": ("declined", "no_time: on est débordés")}
    client.post(button("known"))
    assert verdicts(application) == {f"actor:{ME}": ("known", "")}
    assert "remplace cette réponse" in client.get(button("declined")).text


@pytest.mark.parametrize(
    "form", [{"reason": "<script>"}, {"words": "x" * 501}, {"reason": "x" * 9_000}]
)
def test_a_reason_that_is_none_is_asked_again_and_not_repeated(
    application: Application, client: TestClient, button: Path, form: dict[str, str]
) -> None:
    page = client.post(button("declined"), data=form)
    assert (page.status_code, "n’a pas été enregistrée" in page.text) == (422, True)
    assert "xxx" not in page.text
    assert "<script" not in page.text
    assert verdicts(application) == {}


def test_an_answer_shows_the_pair_as_declined_to_both(
    application: Application, client: TestClient, button: Path
) -> None:
    client.post(button("declined"))
    shown = TestClient(create_app(application)).get(f"/recommendations?actor_id={PARTNER}").json()
    assert ME not in [item["partner"]["id"] for item in shown["items"]]


@pytest.mark.parametrize("who", [ME, PARTNER])
@pytest.mark.parametrize("gone", ["erased", "opposed"])
def test_a_pair_that_is_no_more_is_said_so(
    application: Application, client: TestClient, button: Path, who: str, gone: str
) -> None:
    address = button("accepted")
    if gone == "erased":
        erase_actor(application, who, Scope.everything())
    else:
        oppose(application, who, Scope.everything(), profiling=True)
    for ask in (client.get, client.post):
        page = ask(address)
        assert page.status_code == 410
        assert not any(name in page.text for name in (ME, PARTNER))
    assert verdicts(application) == {}


def test_a_link_that_has_run_out_is_said_so(application: Application, client: TestClient) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=200)
    old = MailLinks("", application.gate.secret(), long_ago)
    page = client.post(old.answer(AnswerLink(ME, PARTNER, ME, "accepted")))
    assert (page.status_code, "son délai est passé" in page.text) == (404, True)
    assert client.post(old.stop(ME)).status_code == 200, "stopping works for years"


def test_who_is_not_of_the_pair_answers_nothing(client: TestClient, button: Path) -> None:
    assert client.post(button("accepted", reader="chrs-sarcelles")).status_code == 404


@pytest.mark.parametrize("body", [ONE_CLICK, {}, {"anything": "x"}])
def test_one_click_stops_mails_without_cookie_key_or_redirect(
    application: Application, client: TestClient, links: MailLinks, body: dict[str, str]
) -> None:
    with application.database.write() as connection:
        connection.execute(actors.update().values(consent_email=True))
    for _ in range(2):
        page = client.post(links.stop(ME), data=body)
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
    with application.database.read() as connection:
        accepts = dict(connection.execute(select(actors.c.id, actors.c.consent_email)).all())
    assert [name for name, yes in accepts.items() if not yes] == [ME]


def test_who_shares_the_address_is_not_written_to_either(
    application: Application, client: TestClient, links: MailLinks
) -> None:
    with application.database.write() as connection:
        connection.execute(actors.update().values(consent_email=True, email=actors.c.id))
        shared = {ME: "Accueil@exemple.test", PARTNER: "accueil@exemple.test"}
        for name, address in shared.items():
            mine = actors.update().where(actors.c.id == name)
            connection.execute(mine.values(email=address))
    assert client.post(links.stop(ME)).status_code == 200
    with application.database.read() as connection:
        accepts = dict(connection.execute(select(actors.c.id, actors.c.consent_email)).all())
    assert {name for name, yes in accepts.items() if not yes} == set(shared)


def test_one_click_may_come_as_a_multipart_form(
    application: Application, client: TestClient, links: MailLinks
) -> None:
    page = client.post(links.stop(ME), files={"List-Unsubscribe": (None, "One-Click")})
    assert page.status_code == 200
    assert told(application)[1]


def test_who_has_left_is_told_that_it_is_done(
    application: Application, client: TestClient, links: MailLinks
) -> None:
    erase_actor(application, ME, Scope.everything())
    assert client.post(links.stop(ME)).status_code == 200


def forged(genuine: str, lot: random.Random) -> str:
    """A token that looks like ours: cut, changed by one sign, joined of two, or drawn."""
    alphabet = string.ascii_letters + string.digits + "-_."
    place = lot.randrange(len(genuine) - 1)
    kinds = [
        lambda: genuine[: place or 1],
        lambda: (
            genuine[:place]
            + lot.choice([one for one in alphabet if one != genuine[place]])
            + genuine[place + 1 :]
        ),
        lambda: "".join(lot.choices(alphabet, k=lot.randint(1, 300))),
        lambda: genuine.rpartition(".")[0] + "." + "".join(lot.choices(alphabet[:-1], k=43)),
    ]
    return lot.choice(kinds)()


@pytest.mark.parametrize(
    "tokens", [2_000, pytest.param(100_000, marks=pytest.mark.slow(minutes=3))]
)
def test_no_forged_token_opens_anything(
    application: Application,
    client: TestClient,
    button: Path,
    links: MailLinks,
    tokens: int,
    tell: Any,
    count: Any,
) -> None:
    before, lot = told(application), random.Random(tokens)
    genuine = [button("accepted"), links.stop(ME), links.my_data(ME)]
    accepted = 0
    for number in range(tokens):
        token = forged(lot.choice(genuine).rpartition("/")[2], lot)
        folder = ("/reponses", "/desinscription")[number % 2]
        page = client.request(("GET", "POST")[number // 2 % 2], f"{folder}/{token}")
        accepted += page.status_code != 404
        assert len(token) < 20 or token not in page.text
    count("tokens", forged=tokens, accepted=accepted)
    assert accepted == 0
    assert told(application) == before
    tell(f"{tokens} forged tokens: {accepted} accepted")


def test_a_token_of_one_purpose_opens_nothing_of_another(
    client: TestClient, button: Path, links: MailLinks
) -> None:
    answer, stop, mine = (
        address.rpartition("/")[2] for address in (button(), links.stop(ME), links.my_data(ME))
    )
    for path in (f"/reponses/{stop}", f"/reponses/{mine}", f"/desinscription/{answer}"):
        assert client.post(path).status_code == 404
    assert client.post(f"/desinscription/{mine}").status_code == 404

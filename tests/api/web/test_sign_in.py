"""Signing in on the pages: the form, the mail, the button, the cookie, and what it opens."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access_table import ACCESS
from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_accounts import change_account, create_account, end_account
from matcher.usecases.sign_in import RELAY_SECONDS, make_link

ME, ADMIN = "coordination@exemple.fr", "administration@exemple.fr"
LOCAL = Scope.everything()
SITE = "https://synergies.test"
Browser = Callable[[], TestClient]


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def locked(application: Application, letterbox: Any, clock: Clock) -> Iterator[Application]:
    """The same installation where one must sign in, with two accounts and a relay."""
    settings = replace(
        application.settings,
        auth="on",
        rate_limits="off",
        smtp_url=letterbox.url,
        mail_from="Synergies <bonjour@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url=SITE,
    )
    made = Application(settings, application.database, application.today, clock)
    create_account(made, ME, Role.COORDINATOR, {"department": ["95"]}, LOCAL)
    create_account(made, ADMIN, Role.ADMIN, {}, LOCAL)
    yield made
    made.aside.close()
    made.recorder.close()


@pytest.fixture
def browser(locked: Application) -> Browser:
    app = create_app(locked)
    return lambda: TestClient(app, base_url=SITE, follow_redirects=False)


@pytest.fixture
def signed_in(locked: Application, browser: Browser) -> TestClient:
    return signing_in(locked, browser())


def signing_in(application: Application, client: TestClient, address: str = ME) -> TestClient:
    answer = client.post(path_of(make_link(application, address, LOCAL)))
    assert answer.status_code == 303
    return client


def path_of(link: str) -> str:
    return link.removeprefix(SITE)


def link_in(letterbox: Any) -> str:
    found = re.search(r"https://\S+", letterbox.mails[-1].get_body(("plain",)).get_content())
    assert found
    return path_of(found[0])


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def test_from_an_address_to_the_page_that_was_asked_for(
    locked: Application, browser: Browser, letterbox: Any
) -> None:
    client = browser()
    sent = client.get("/territoire?department=95")
    assert sent.headers["Location"] == "/connexion?suite=%2Fterritoire%3Fdepartment%3D95"
    form = client.get(sent.headers["Location"])
    assert 'value="/territoire?department=95"' in form.text
    asked = client.post("/connexion", data={"address": ME, "suite": "/territoire?department=95"})
    assert "Regardez votre messagerie" in asked.text
    locked.aside.finish()

    link = link_in(letterbox)
    assert "Me connecter" in client.get(link).text
    signed = client.post(link.partition("?")[0], data={"suite": "/territoire?department=95"})

    assert (signed.status_code, signed.headers["Location"]) == (303, "/territoire?department=95")
    page = client.get(signed.headers["Location"])
    assert page.status_code == 200
    assert ME in page.text
    assert "Val-d’Oise" in page.text
    assert "Se déconnecter" in page.text
    assert client.get("/connexion?suite=/territoire").headers["Location"] == "/territoire"


def test_the_cookie_is_for_this_host_for_https_and_not_for_scripts(
    locked: Application, browser: Browser
) -> None:
    answer = browser().post(path_of(make_link(locked, ME, LOCAL)))
    told = answer.headers["Set-Cookie"]
    assert re.fullmatch(
        r"__Host-synergies=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure", told
    )


def test_where_pages_are_not_on_https_the_cookie_is_a_plain_one(locked: Application) -> None:
    settings = replace(locked.settings, base_url="http://127.0.0.1:8000")
    plain = Application(settings, locked.database, locked.today, locked.now)
    client = TestClient(create_app(plain), follow_redirects=False)
    link = make_link(plain, ME, LOCAL).removeprefix("http://127.0.0.1:8000")
    told = client.post(link).headers["Set-Cookie"]
    assert told.startswith("synergies=")
    assert "HttpOnly" in told
    assert "Secure" not in told
    assert client.get("/territoire").status_code == 200


def test_a_program_that_follows_the_link_does_not_use_it(
    locked: Application, browser: Browser
) -> None:
    link = path_of(make_link(locked, ME, LOCAL))
    for _ in range(3):
        looked = browser().get(link)
        assert looked.status_code == 200
        assert "Set-Cookie" not in looked.headers
    assert browser().post(link).status_code == 303


def test_a_link_signs_in_once_and_one_of_two_at_once(locked: Application, browser: Browser) -> None:
    link = path_of(make_link(locked, ME, LOCAL))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: client.post(link), [browser(), browser()]))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    past = browser().get(link)
    assert past.status_code == 410
    assert "Demander un nouveau lien" in past.text
    assert [answer.status_code for answer in answers if "Set-Cookie" in answer.headers] == [303]


@pytest.mark.parametrize("token", ["A" * 43, "x", "%00", "é", "syn_abcdefgh_" + "x" * 43])
def test_a_forged_link_says_so_and_signs_nobody_in(browser: Browser, token: str) -> None:
    for method in ("GET", "POST"):
        answer = browser().request(method, f"/connexion/{token}")
        assert answer.status_code in {404, 410}, answer.status_code
        assert "Set-Cookie" not in answer.headers


def test_a_link_is_past_after_a_quarter_of_an_hour(
    locked: Application, browser: Browser, clock: Clock
) -> None:
    link = path_of(make_link(locked, ME, LOCAL))
    clock.moment += timedelta(minutes=15)
    assert browser().post(link).status_code == 410


def test_the_answer_is_the_same_for_every_address(
    locked: Application, browser: Browser, letterbox: Any
) -> None:
    def answered(address: str) -> tuple[int, str, set[str]]:
        answer = browser().post("/connexion", data={"address": address})
        return answer.status_code, answer.text.replace(address, "…"), set(answer.headers)

    assert answered(ME) == answered("inconnue@exemple.fr")
    locked.aside.finish()
    assert [mail["To"] for mail in letterbox.mails] == [ME]


def test_the_answer_does_not_wait_for_the_mail(locked: Application) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        settings = replace(locked.settings, smtp_url=url)
        stalled = Application(settings, locked.database, locked.today, locked.now)
        client, begun = TestClient(create_app(stalled), base_url=SITE), time.monotonic()
        for address in (ME, ADMIN, ME, "inconnue@exemple.fr"):
            assert client.post("/connexion", data={"address": address}).status_code == 200
        waited = time.monotonic() - begun
    stalled.aside.close()
    assert waited < RELAY_SECONDS / 4


@pytest.mark.parametrize("typed", ["", "personne", "a@b", "a@exemple.fr, b@exemple.fr", "<script>"])
def test_what_is_no_address_is_said_beside_the_field(browser: Browser, typed: str) -> None:
    answer = browser().post("/connexion", data={"address": typed})
    assert answer.status_code == 422
    assert 'aria-describedby="address-wrong"' in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "suite", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/a\nb"]
)
def test_nobody_is_led_elsewhere(locked: Application, browser: Browser, suite: str) -> None:
    link = path_of(make_link(locked, ME, LOCAL))
    assert "evil" not in browser().get("/connexion", params={"suite": suite}).text
    assert browser().post(link, data={"suite": suite}).headers["Location"] == "/"


def test_an_installation_without_a_relay_says_so(locked: Application) -> None:
    without = Application(replace(locked.settings, smtp_url=None), locked.database, locked.today)
    client = TestClient(create_app(without))
    for answer in (client.get("/connexion"), client.post("/connexion", data={"address": ME})):
        assert answer.status_code == 503
        assert "synergies accounts link" in answer.text


def test_an_open_installation_asks_nobody_to_sign_in(client: TestClient) -> None:
    answer = client.get("/connexion?suite=/territoire", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/territoire")


def test_signing_out_ends_the_session_at_once(signed_in: TestClient) -> None:
    csrf = csrf_in(signed_in.get("/territoire").text)
    cookie = signed_in.cookies["__Host-synergies"]
    left = signed_in.post("/deconnexion", data={"csrf": csrf})
    assert left.headers["Location"] == "/connexion?fait=deconnexion"
    assert "Vous êtes déconnecté" in signed_in.get(left.headers["Location"]).text
    again = signed_in.get("/territoire", headers={"Cookie": f"__Host-synergies={cookie}"})
    assert again.headers["Location"].startswith("/connexion?suite=")


def test_an_account_that_ends_or_changes_is_refused_at_the_next_page(
    locked: Application, browser: Browser
) -> None:
    client = signing_in(locked, browser())
    change_account(locked, ME, Role.COORDINATOR, {"department": ["75"]}, LOCAL)
    assert client.get("/territoire").status_code == 303
    signing_in(locked, client)
    end_account(locked, ME, LOCAL)
    assert client.get("/territoire").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": SITE},
    ],
)
def test_a_form_of_another_site_does_nothing(
    locked: Application, browser: Browser, signed_in: TestClient, headers: dict[str, str]
) -> None:
    csrf = csrf_in(signed_in.get("/territoire").text)
    link = path_of(make_link(locked, ME, LOCAL))
    for path in ("/deconnexion", "/connexion", link):
        answer = signed_in.post(path, data={"csrf": csrf, "address": ME}, headers=headers)
        assert answer.status_code == 403, path
        assert answer.headers["Content-Type"].startswith("text/html")
    assert signed_in.get("/territoire").status_code == 200
    assert browser().get(link).status_code == 200, "it is still good"


def test_a_form_without_the_token_of_its_session_does_nothing(
    locked: Application, browser: Browser, signed_in: TestClient
) -> None:
    other = signing_in(locked, browser(), ADMIN)
    foreign = csrf_in(other.get("/territoire").text)
    for csrf in ("", "x", foreign, foreign[:-1]):
        assert signed_in.post("/deconnexion", data={"csrf": csrf}).status_code == 403
    assert signed_in.post("/deconnexion").status_code == 403
    assert signed_in.get("/territoire").status_code == 200


@pytest.mark.parametrize("origin", [SITE, "https://synergies.test:443"])
def test_a_form_of_ours_is_taken_from_browsers_that_tell_only_its_origin(
    signed_in: TestClient, origin: str
) -> None:
    csrf = csrf_in(signed_in.get("/territoire").text)
    answer = signed_in.post("/deconnexion", data={"csrf": csrf}, headers={"Origin": origin})
    assert answer.status_code == (303 if origin == SITE else 403)


def test_no_route_but_a_page_takes_the_cookie(locked: Application, browser: Browser) -> None:
    client = signing_in(locked, browser(), ADMIN)
    asked = [route for route, access in ACCESS.items() if not access.is_open and not access.page]
    assert len(asked) >= 14
    for route in asked:
        method, _, path = route.partition(" ")
        answer = client.request(method, re.sub(r"\{\w+\}", "ccas-argenteuil", path))
        assert (route, answer.status_code) == (route, 401)


def test_a_coordinator_sees_nobody_of_elsewhere_through_the_pages(
    locked: Application, browser: Browser, signed_in: TestClient
) -> None:
    assert "velo-argenteuil" in signed_in.get("/territoire?department=95").text
    assert "velo-paris" not in signed_in.get("/territoire?department=95").text
    elsewhere = signed_in.get("/territoire?department=75")
    assert "velo-paris" not in elsewhere.text


def test_pages_of_signing_in_load_nothing_from_elsewhere_and_say_where_forms_come_from(
    browser: Browser,
) -> None:
    answer = browser().get("/connexion")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert not re.search(r"<script|style=|\son\w+=", answer.text)

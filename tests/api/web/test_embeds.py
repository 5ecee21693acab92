"""What a portal puts into its pages: a frame, a component, and a token that opens little."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.embeds import Embed
from matcher.access.links import sign
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.make_embed import make_embed
from matcher.wording.words import Words

PORTAL, OTHER = "https://portail.example", "https://ailleurs.example:8443"
ME, FRENCH = Scope.everything(), Words("fr")
DAY = timedelta(days=1)
OF_95 = Embed(("department:95",), (PORTAL,))
WIDGET = "/integration/widget"
Answer = Any


@pytest.fixture
def locked(application: Application) -> Iterator[Application]:
    """The installation, where keys are asked for."""
    settings = replace(application.settings, auth="on", rate_limits="off", cors_origins=PORTAL)
    made = Application(settings, application.database, application.today)
    yield made
    made.recorder.close()


@pytest.fixture
def visitor(locked: Application) -> TestClient:
    """Somebody who looks at a portal's page."""
    return TestClient(create_app(locked))


@pytest.fixture
def token_of(locked: Application) -> Callable[..., str]:
    def token(embed: Embed = OF_95, within: timedelta = DAY) -> str:
        return locked.gate.embed(embed, datetime.now(UTC) + within)

    return token


def framed(visitor: TestClient, token: str, **more: int) -> Answer:
    return visitor.get(WIDGET, params={"token": token, **more})


def policy_of(answer: Answer) -> str:
    policy: str = answer.headers["Content-Security-Policy"]
    return policy


def bearer(token: str, origin: str | None = PORTAL) -> dict[str, str]:
    shown = {"Authorization": f"Bearer {token}"}
    return shown | ({"Origin": origin} if origin else {})


def test_a_frame_shows_the_best_synergies_where_the_token_says(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    answer = framed(visitor, token_of(Embed(("department:95",), (OTHER, PORTAL))), limit=2)
    assert answer.status_code == 200
    assert f"frame-ancestors {OTHER} {PORTAL}" in policy_of(answer)
    assert "X-Frame-Options" not in answer.headers
    assert "script" not in policy_of(answer)
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert answer.text.count("<article") == 2
    assert "velo-paris" not in answer.text
    links = re.findall(r"<a [^>]*>", answer.text)
    assert links
    assert all('target="_blank" rel="noopener noreferrer"' in link for link in links)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"].startswith("private, max-age=")


def test_every_other_page_stays_out_of_frames(
    visitor: TestClient, application: Application
) -> None:
    for path in ("/connexion", "/docs", "/integration/widget?token=x", "/health/live"):
        answer = visitor.get(path)
        assert "frame-ancestors 'none'" in policy_of(answer), path
        assert answer.headers["X-Frame-Options"] == "DENY", path


def test_a_frame_for_a_need_shows_who_answers_it(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    asked = replace(OF_95, need="réparation de vélos <b>pour des jeunes</b>")
    text = framed(visitor, token_of(asked)).text
    assert "velo-argenteuil" in text
    assert "velo-paris" not in text
    assert "<b>" not in text
    assert "&lt;b&gt;pour des jeunes" in text


def test_a_frame_for_a_commune_shows_that_commune(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    text = framed(visitor, token_of(replace(OF_95, commune="commune:95018"))).text
    assert "Argenteuil" in text
    assert "bois-cergy" not in text


def test_a_frame_of_several_departements_mixes_them_best_first(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    both = Embed(("department:75", "department:95"), (PORTAL,))
    scores = re.findall(r'value="(0\.\d+)"', framed(visitor, token_of(both), limit=20).text)
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


def test_a_token_that_has_run_out_says_so_where_it_stood(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    answer = framed(visitor, token_of(within=-DAY))
    assert answer.status_code == 410
    assert "expiré" in answer.text
    assert f"frame-ancestors {PORTAL}" in policy_of(answer)
    assert "argenteuil" not in answer.text


def test_what_we_did_not_sign_for_this_shows_nothing(
    visitor: TestClient, locked: Application, token_of: Callable[..., str]
) -> None:
    later = datetime.now(UTC) + DAY
    told = ["department:95", PORTAL, "", "", "social_worker"]
    good = token_of()
    forged = [
        *("x", "x.y", good[:-2], good[1:], "é" * 20),
        *(sign(b"another secret of theirs", "embed", told, later),),
        *(sign(locked.gate.secret(), purpose, told, later) for purpose in ("answer", "stop")),
        *(sign(locked.gate.secret(), "embed", some, later) for some in ([], told[:2], ["", ""])),
        locked.gate.link("ccas-argenteuil", later),
    ]
    for token in forged:
        answer = framed(visitor, token)
        assert answer.status_code == 404, token
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "frame-ancestors 'none'" in policy_of(answer)


@pytest.mark.parametrize("query", ["", "token=", "token=x&limit=a", "token=x&nope=1"])
def test_an_address_that_is_not_whole_is_a_page_that_says_so(
    visitor: TestClient, query: str
) -> None:
    answer = visitor.get(f"{WIDGET}?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("limit", [0, -1, 21, 10**9])
def test_a_frame_shows_twenty_at_most(
    visitor: TestClient, token_of: Callable[..., str], limit: int
) -> None:
    assert framed(visitor, token_of(), limit=limit).status_code == 422


def test_the_token_as_a_bearer_reads_recommendations_of_its_departements(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    headers = bearer(token_of())
    answer = visitor.get("/recommendations?department=95", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
    ends = [end for item in answer.json()["items"] for end in (item["actor"], item["partner"])]
    assert {end["department"] for end in ends} == {"95"}
    elsewhere = visitor.get("/recommendations?department=75", headers=headers)
    assert elsewhere.json()["items"] == []
    assert visitor.get("/recommendations?actor_id=velo-paris", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/recommendations"),
        ("POST", "/recommendations/syn-1/feedback"),
        ("GET", "/actors/ccas-argenteuil"),
        ("PUT", "/actors/ccas-argenteuil"),
        ("DELETE", "/actors/ccas-argenteuil"),
        ("GET", "/actors/ccas-argenteuil/export"),
        ("GET", "/territoire"),
        ("GET", "/territoire.csv?department=95"),
        ("GET", "/algorithm"),
        ("GET", "/metrics"),
    ],
)
def test_the_token_opens_nothing_else(
    visitor: TestClient, token_of: Callable[..., str], method: str, path: str
) -> None:
    answer = visitor.request(method, path, headers=bearer(token_of()), follow_redirects=False)
    assert answer.status_code in {403, 303}
    assert answer.status_code == 403 or answer.headers["Location"].startswith("/connexion")


def test_a_page_that_the_token_was_not_made_for_gets_nothing(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    asked = "/recommendations?department=95"
    for origin, status in ((PORTAL, 200), (None, 200), (OTHER, 401), ("null", 401)):
        assert visitor.get(asked, headers=bearer(token_of(), origin)).status_code == status


def test_a_token_that_fixes_the_question_or_has_run_out_is_no_bearer(
    visitor: TestClient, token_of: Callable[..., str]
) -> None:
    for token in (
        token_of(replace(OF_95, commune="commune:95018")),
        token_of(replace(OF_95, need="un vélo")),
        token_of(within=-DAY),
    ):
        answer = visitor.get("/recommendations?department=95", headers=bearer(token))
        assert answer.status_code == 401


def test_all_who_look_at_one_page_do_not_share_one_limit(
    application: Application, token_of: Callable[..., str]
) -> None:
    settings = replace(application.settings, auth="on", rate_limits="question=1/day")
    app = create_app(Application(settings, application.database, application.today))
    headers, asked = bearer(token_of()), "/recommendations?department=95"
    statuses = [
        TestClient(app, client=(address, 1)).get(asked, headers=headers).status_code
        for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2")
    ]
    assert statuses == [200, 429, 200]


def test_the_component_may_be_loaded_by_a_portal_and_writes_text_only(client: TestClient) -> None:
    answer = client.get("/pages/synergies-widget.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for risky in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        ".style",
    ):
        assert risky not in answer.text
    assert len(answer.content) < 10_000
    assert client.get("/pages/desk.css").headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_widget_is_made_with_a_frame_to_paste(visitor: TestClient, locked: Application) -> None:
    typed = {"department": ["val d'oise"]}
    made = make_embed(locked, typed, [PORTAL.upper().replace("HTTPS", "https")], DAY, FRENCH, ME)
    address = re.search(r'src="http://127\.0\.0\.1:8000([^"]+)"', made.snippet)
    assert address
    assert visitor.get(address[1]).status_code == 200
    assert made.departments == ["95"]
    assert made.origins == [PORTAL]


@pytest.mark.parametrize(
    ("typed", "origins", "pointer"),
    [
        ({}, [PORTAL], "department"),
        ({"department": ["zz"]}, [PORTAL], "department"),
        ({"commune": ["95018"], "department": ["95"]}, [PORTAL], "commune"),
        ({"department": ["95", "93", "75", "92", "94", "91"]}, [PORTAL], "department"),
        ({"department": ["95"]}, [], "origin"),
        ({"department": ["95"]}, ["*"], "origin"),
        ({"department": ["95"]}, ["https://a.example; script-src *"], "origin"),
        ({"department": ["95"]}, ["http://a.example"], "origin"),
    ],
)
def test_a_widget_that_says_too_much_or_too_little_is_not_made(
    locked: Application, typed: dict[str, list[str]], origins: list[str], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_embed(locked, typed, origins, DAY, FRENCH, ME)
    assert refused.value.pointer == pointer

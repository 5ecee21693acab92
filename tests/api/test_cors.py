"""Which other sites may ask from a browser: those of the list, `/recommendations` alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.errors import NotReady
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key

PORTAL, OTHER = "https://portail.example", "https://ailleurs.example"
ASKED = "/recommendations?department=95"
PREFLIGHT = {
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization",
}
Listing = Callable[[str | None], TestClient]


@pytest.fixture
def listing(application: Application) -> Listing:
    """A caller of an installation that asks for keys, with a list of origins."""

    def client(origins: str | None) -> TestClient:
        told = replace(application.settings, auth="on", rate_limits="off", cors_origins=origins)
        made = Application(told, application.database, application.today)
        return TestClient(create_app(made))

    return client


@pytest.fixture
def key(application: Application) -> dict[str, str]:
    made = create_key(application, Role.PORTAL, {}, "", Scope.everything())
    return {"Authorization": f"Bearer {made.key}"}


def cors_headers(headers: object) -> list[str]:
    return [name for name in dict(headers) if name.startswith("access-control")]  # type: ignore[call-overload]


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_nobody_elsewhere_may_ask_by_default(
    listing: Listing, key: dict[str, str], method: str
) -> None:
    headers = key | {"Origin": PORTAL, **PREFLIGHT}
    answer = listing(None).request(method, ASKED, headers=headers)
    assert cors_headers(answer.headers) == []
    assert answer.status_code == (200 if method == "GET" else 405)
    assert "origin" not in answer.headers["Vary"].casefold()


def test_a_preflight_of_the_list_needs_no_key(listing: Listing) -> None:
    answer = listing(f"{PORTAL}, https://autre.example").options(
        "/recommendations", headers={"Origin": PORTAL, **PREFLIGHT}
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_an_answer_can_be_read_with_its_edition(listing: Listing, key: dict[str, str]) -> None:
    client, headers = listing(PORTAL), key | {"Origin": PORTAL}
    first = client.get(ASKED, headers=headers)
    again = client.get(ASKED, headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert [first.status_code, again.status_code] == [200, 304]
    for answer in (first, again):
        assert answer.headers["Access-Control-Allow-Origin"] == PORTAL
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert {"Authorization", "Origin"} <= set(answer.headers["Vary"].split(", "))


def test_a_refusal_can_be_read_too(listing: Listing) -> None:
    answer = listing(PORTAL).get(ASKED, headers={"Origin": PORTAL})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == PORTAL


@pytest.mark.parametrize(
    "origin", [OTHER, "null", "https://portail.example.evil.test", "http://portail.example", ""]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_who_is_not_in_the_list_gets_no_header(
    listing: Listing, key: dict[str, str], origin: str, method: str
) -> None:
    answer = listing(PORTAL).request(method, ASKED, headers=key | {"Origin": origin, **PREFLIGHT})
    assert cors_headers(answer.headers) == []
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/actors/ccas-argenteuil", "/algorithm", "/territoire", "/recommendations/x/feedback"]
)
def test_nothing_else_is_opened(listing: Listing, key: dict[str, str], path: str) -> None:
    client = listing(PORTAL)
    for method in ("GET", "OPTIONS"):
        headers = key | {"Origin": PORTAL, **PREFLIGHT}
        assert cors_headers(client.request(method, path, headers=headers).headers) == []


@pytest.mark.parametrize(
    "told", ["*", "portail.example", "https://*.example", "https://a.example/", "https://a b"]
)
def test_a_list_that_cannot_be_read_stops_the_start(listing: Listing, told: str) -> None:
    with pytest.raises(NotReady, match="cors-origins"):
        listing(told)

"""Our sign in the tab of every page: named by each layout, allowed by its policy, and there."""

import re
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

PAIR = "actor=ccas-argenteuil&partner=velo-argenteuil"
PAGES = (
    *("/territoire?where=95", f"/synergie?{PAIR}", "/docs", "/algorithme", "/connexion"),
    *("/mes-donnees/perdu", "/mes-donnees/perdu/profil", "/reponses/perdu", "/nulle/part"),
    *("/acteur?id=personne", "/integration/widget?jeton=perdu"),
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_the_sign_and_may_show_it(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"].startswith("text/html")
    (address,) = re.findall(r'<link rel="icon" type="image/svg\+xml" href="([^"]+)">', answer.text)
    sign = client.get(urljoin(path, address))
    assert (sign.status_code, sign.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "img-src 'self'" in answer.headers["Content-Security-Policy"]


def test_browsers_find_it_where_they_look_for_one(client: TestClient) -> None:
    sign = client.get("/favicon.ico")
    assert (sign.status_code, sign.headers["Content-Type"]) == (200, "image/svg+xml")
    assert sign.content == client.get("/pages/icon.svg").content
    known = client.get("/favicon.ico", headers={"If-None-Match": sign.headers["ETag"]})
    assert known.status_code == 304


def test_it_is_a_small_drawing_that_runs_and_asks_nothing(client: TestClient) -> None:
    content = client.get("/favicon.ico").content
    assert len(content) < 1_000
    drawn = {one.tag.partition("}")[2] for one in ElementTree.fromstring(content).iter()}
    assert drawn == {"svg", "rect", "circle", "path"}

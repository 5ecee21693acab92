"""A named setting and an order belong to the question: on screen, in files and on paper alike."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key
from matcher.usecases.weight_profiles import save_profile

ALL = "where=95&minimum_score=0"
FILE = "department=95&minimum_score=0"
FILES = ("/territoire.csv", "/territoire.xlsx", "/territoire/fiches")
ME = Scope.everything()
NEAR = "Près d’abord"
Rows = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def near(application: Application) -> str:
    """A setting for which distance is nearly all that counts."""
    weights = {"territory": 8.0, "a_to_b": 0.1, "b_to_a": 0.1}
    return save_profile(application, NEAR, weights, ME)


@pytest.fixture
def crowd(add_actors: Rows) -> None:
    """Fourteen more on each side, who all answer each other, in four communes."""
    places = ("95018", "95127", "95585", "95277")
    add_actors(
        [
            {"id": f"{kind}-{n}", "kind": kind, "name": f"{kind} {n}", "commune": places[n % 4]}
            | {said: [f"Réparation de vélos pour des jeunes, atelier {n}"]}
            for kind, said in (("social_worker", "needs"), ("social_entrepreneur", "offers"))
            for n in range(14)
        ]
    )


@pytest.fixture
def of_department(application: Application) -> Iterator[Callable[[str], TestClient]]:
    """Somebody who asks with the key of a coordinator."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    locked = Application(settings, application.database, application.today)
    app = create_app(locked)

    def client(department: str) -> TestClient:
        where = {"department": [department]}
        key = create_key(locked, Role.COORDINATOR, where, "", ME).key
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    yield client
    locked.recorder.close()


def choices(page: str) -> list[tuple[str, bool]]:
    """What the list of settings offers, and which of them is chosen."""
    (listed,) = re.findall(r'<select name="reglage".*?</select>', page, re.S)
    found = re.findall(r'<option(?: value="")?( selected)?>(.*?)</option>', listed)
    return [(unescape(name), bool(chosen)) for chosen, name in found]


def ends(address: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(unescape(address)).query)
    return query["actor"][0], query["partner"][0]


def pairs(page: str) -> list[tuple[str, str]]:
    """Who is with whom, in the order of the page."""
    return list(dict.fromkeys(map(ends, re.findall(r'href="(/synergie\?[^"#]*)', page))))


def link(page: str, wanted: str) -> str:
    """The address of the link that begins so, or has that relation."""
    (found,) = re.findall(rf'href="({re.escape(wanted)}\?[^"]*)"', page) or re.findall(
        rf'rel="{wanted}" href="([^"]*)"', page
    )
    return unescape(found)


def whole_list(client: TestClient, query: str) -> list[tuple[str, str]]:
    """Every page of a territory, one after the other."""
    page, found = client.get(f"/territoire?{query}").text, []
    while True:
        found += pairs(page)
        if 'rel="next"' not in page:
            return found
        page = client.get(link(page, "next")).text


def lines_of(answer: Any) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_settings_are_chosen_from_those_that_were_saved(client: TestClient, near: str) -> None:
    assert choices(client.get(f"/territoire?{ALL}").text) == [
        ("Réglages courants", False),
        (near, False),
    ]
    chosen = client.get("/territoire", params={"where": "95", "reglage": near})
    assert choices(chosen.text)[1] == (near, True)
    assert f"Avec le réglage «\u00a0{near}\u00a0»." in chosen.text


@pytest.mark.usefixtures("crowd")
def test_the_setting_is_kept_from_page_to_page_and_weighs_each(
    client: TestClient, near: str, application: Application
) -> None:
    found = whole_list(client, f"{ALL}&reglage={near}")
    assert len(found) == len(set(found)) > 20
    assert found != whole_list(client, ALL)
    first = client.get(f"/territoire?{ALL}&reglage={near}").text
    for address in (link(first, "next"), *(link(first, path) for path in FILES)):
        assert parse_qs(urlsplit(address).query)["reglage"] == [near]


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("sort", ["best", "nearest", "mutual", "new"])
@pytest.mark.parametrize("setting", ["", NEAR])
def test_files_and_paper_have_the_order_of_the_screen(
    client: TestClient, near: str, sort: str, setting: str
) -> None:
    asked = f"{ALL}&sort={sort}&reglage={setting}"
    shown = whole_list(client, asked)[:100]
    page = client.get(f"/territoire?{asked}").text
    file = lines_of(client.get(link(page, "/territoire.csv")))
    assert [(line[0], line[4]) for line in file[1:101]] == [
        tuple(name.replace("-", " ") if name[-1].isdigit() else name for name in pair)
        for pair in shown
    ]
    book = load_workbook(io.BytesIO(client.get(link(page, "/territoire.xlsx")).content))
    rows = list(book.worksheets[0].iter_rows(min_row=2, max_row=101, values_only=True))
    assert [(row[0], row[4]) for row in rows] == [(line[0], line[4]) for line in file[1:101]]
    paper = client.get(link(page, "/territoire/fiches")).text
    sheets = re.findall(r'href="(/synergie/fiche\?[^"]*)"', paper)
    assert [ends(one) for one in sheets] == shown[:10]


@pytest.mark.usefixtures("crowd")
def test_where_only_the_best_are_ordered_each_file_says_so(client: TestClient, near: str) -> None:
    asked = f"{FILE}&sort=nearest&reglage={near}"
    file = lines_of(client.get(f"/territoire.csv?{asked}"))
    assert len(file) == 102
    assert "n’a que les 100 synergies les plus prometteuses" in file[-1][0]
    book = load_workbook(io.BytesIO(client.get(f"/territoire.xlsx?{asked}").content))
    about = {row[0].value: row[1].value for row in book["À propos"].iter_rows()}
    assert about["Ordre"] == "Les plus proches d’abord"
    assert about["Réglages"] == near
    assert "100 synergies les plus prometteuses" in str(about["Au-delà"])
    paper = client.get(f"/territoire/fiches?{asked}").text
    assert "Ordre\u00a0: Les plus proches d’abord" in paper.replace(" :", "\u00a0:")
    assert "parmi les 100 plus prometteuses" in paper
    assert "de la plus à la moins prometteuse" not in paper
    page = client.get(f"/territoire?{ALL}&sort=nearest").text
    assert "eux aussi n’ont que les 100 plus prometteuses" in page


def test_a_short_list_in_another_order_is_whole_and_says_nothing(client: TestClient) -> None:
    file = lines_of(client.get(f"/territoire.csv?{FILE}&sort=nearest"))
    assert {len(line) for line in file} == {len(file[0])}
    assert "plus prometteuses" not in client.get(f"/territoire/fiches?{FILE}&sort=nearest").text


def test_the_files_of_a_new_address_start_with_the_best(client: TestClient) -> None:
    assert "de la plus à la moins prometteuse" in client.get(f"/territoire/fiches?{FILE}").text


def test_an_unknown_setting_is_said_at_its_field_and_kept(client: TestClient, near: str) -> None:
    answer = client.get("/territoire", params={"where": "95", "reglage": "Loin <b>"})
    assert answer.status_code == 422
    assert choices(answer.text)[-1] == ("Loin <b>", True)
    assert '<a href="#reglage">Ce réglage n’existe pas, ou plus.</a>' in answer.text
    assert 'id="reglage" aria-invalid="true" aria-describedby="reglage-fault"' in answer.text
    assert 'id="reglage-fault">Ce réglage n’existe pas' in answer.text
    assert pairs(answer.text) == []


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [("reglage=Loin", 404, "Ce réglage n’existe pas"), ("sort=zzz", 422, "nearest")],
)
def test_a_wrong_setting_or_order_makes_no_file(
    client: TestClient, path: str, wrong: str, status: int, said: str
) -> None:
    answer = client.get(f"{path}?{FILE}&{wrong}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert said in unescape(answer.text)


def test_the_setting_of_another_department_is_nobodys(
    of_department: Callable[[str], TestClient], application: Application
) -> None:
    elsewhere = Scope(Role.COORDINATOR, "key:x", ("department:75",))
    save_profile(application, "Paris", {"territory": 3.0}, elsewhere)
    mine = of_department("95")
    assert choices(mine.get("/territoire").text) == [("Réglages courants", False)]
    assert ("Paris", False) in choices(of_department("75").get("/territoire").text)
    refused = [mine.get("/territoire", params={"reglage": one}) for one in ("Paris", "Aucun")]
    assert [one.status_code for one in refused] == [422, 422]
    told = [one.text.replace(" selected>Paris<", " selected>Aucun<") for one in refused]
    assert told[0] == told[1]
    for path in FILES:
        assert mine.get(f"{path}?{FILE}&reglage=Paris").status_code == 404

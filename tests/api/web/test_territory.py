"""`/territoire`: what it lists and draws, what its filters do, what it says of a wrong value."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key

ALL = "minimum_score=0&department=95"
VOID = {"meta", "link", "input", "circle", "path", "line", "rect", "br", "img", "hr"}
Rows = Callable[[list[dict[str, Any]]], None]


class Page(HTMLParser):
    """What a test looks at: elements with their attributes, and the text inside some of them."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[list[str]] = []
        self.open: list[int] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append([])
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append([])

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.elements[self.open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for place in self.open:
            self.texts[place].append(data)

    def all(self, tag: str, **wanted: str) -> list[tuple[dict[str, str], str]]:
        """Elements of a tag whose attributes begin as wanted, with their text."""
        return [
            (has, " ".join("".join(text).split()))
            for (name, has), text in zip(self.elements, self.texts, strict=True)
            if name == tag
            and all(has.get(key.strip("_"), "").startswith(one) for key, one in wanted.items())
        ]

    def pairs(self) -> list[str]:
        """The synergies on the page, by the ids of both."""
        return [has["href"] for has, _ in self.all("a", href="/synergie?")]


def page(client: TestClient, query: str = ALL, path: str = "/territoire") -> Page:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text[:500]
    return Page(answer)


def walked(client: TestClient, query: str) -> list[Page]:
    """Every page, by the link to the next one."""
    found = [page(client, query)]
    while following := found[-1].all("a", rel="next"):
        found.append(page(client, urlsplit(following[0][0]["href"]).query))
    return found


def names(client: TestClient, query: str) -> set[tuple[str, ...]]:
    """Who is with whom on all pages."""
    pairs = (asked(one) for some in walked(client, query) for one in some.pairs())
    return {tuple(sorted((pair["actor"][0], pair["partner"][0]))) for pair in pairs}


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


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
def of_department(application: Application) -> Callable[..., TestClient]:
    """Somebody who asks with the key of a coordinator."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    app = create_app(Application(settings, application.database, application.today))

    def client(*departments: str) -> TestClient:
        territories = {"department": list(departments)}
        key = create_key(application, Role.COORDINATOR, territories, "", Scope.everything()).key
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    return client


def test_a_card_says_who_what_why_and_how_far(client: TestClient) -> None:
    shown = page(client)
    listed = client.get(f"/recommendations?{ALL}").json()["items"]
    pairs = [(one["actor"]["id"], one["partner"]["id"]) for one in listed]
    found = [(asked(one)["actor"][0], asked(one)["partner"][0]) for one in shown.pairs()]
    assert found == pairs
    meters = shown.all("meter")
    assert len(meters) == len(pairs)
    assert all(has["aria-label"].startswith("Force de la synergie") for has, _ in meters)
    marked = [text for _, text in shown.all("mark")]
    for item in listed:
        for quote in item["reasons"][0]["evidence"]:
            assert " ".join(quote["quote"].split()) in marked
    profiles = {asked(has["href"])["id"][0] for has, _ in shown.all("a", href="/acteur?")}
    assert profiles == {one for pair in pairs for one in pair}
    assert not any(text.startswith("0.") for _, text in shown.all("p", class_="score"))


def test_every_term_of_the_trade_is_tied_to_its_explanation(
    client: TestClient, add_actors: Rows
) -> None:
    need = "Un atelier de réparation de vélos pour un jeune suivi par l’ASE"
    add_actors(
        [{"id": "mecs", "kind": "social_worker", "name": "A", "commune": "95018", "needs": [need]}]
    )
    shown = page(client)
    terms = shown.all("dfn")
    tips = {has["id"]: text for has, text in shown.all("span", role="tooltip")}
    assert len(tips) == len(shown.all("span", role="tooltip"))
    assert all(tips[has["aria-describedby"]] and has["tabindex"] == "0" for has, _ in terms)
    assert any(text.startswith("ASE") for _, text in terms)
    assert any("enfance" in text for text in tips.values())


@pytest.mark.parametrize(
    ("narrower", "holds"),
    [
        ("where=Argenteuil", lambda ids: "velo-argenteuil" in ids and "bois-cergy" not in ids),
        ("domain=mobilite", lambda ids: ids & {"velo-argenteuil"} and "bois-cergy" not in ids),
        ("radius_km=1", lambda ids: "velo-argenteuil" in ids),
    ],
)
def test_a_filter_leaves_some_of_them(
    client: TestClient, narrower: str, holds: Callable[[set[str]], bool]
) -> None:
    base = "minimum_score=0" if "where" in narrower else ALL
    shown, everybody = page(client, f"{base}&{narrower}"), page(client)
    assert 0 < len(shown.pairs()) < len(everybody.pairs())
    ids = {end for one in shown.pairs() for ends in asked(one).values() for end in ends}
    assert holds(ids)


def test_each_kind_shows_its_own(client: TestClient) -> None:
    found = 0
    for kind in ("orienter", "co-construire", "mutualiser", "transposer"):
        signs = page(client, f"{ALL}&kind={kind}").all("p", class_="kind")
        assert {has["class"] for has, _ in signs} <= {f"kind kind-{kind}"}
        found += len(signs)
    assert found == len(page(client).pairs())


def test_sides_and_acquaintance_are_filters_too(client: TestClient, add_actors: Rows) -> None:
    room = {"kind": "social_entrepreneur", "name": "Salle", "offers": ["Une salle de réunion"]}
    add_actors([room | {"id": "salle", "commune": "95018", "known": ["bois-cergy"]}])
    across, all_sides = names(client, ALL), names(client, f"{ALL}&sides=any")
    strangers = names(client, f"{ALL}&sides=any&exclude_known=true")
    assert ("bois-cergy", "salle") in all_sides - across
    assert ("bois-cergy", "salle") not in strangers
    assert ("salle", "traiteur-sarcelles") in strangers


@pytest.mark.usefixtures("crowd")
def test_pages_walk_through_everything_once_and_back(client: TestClient) -> None:
    pages = walked(client, ALL)
    listed = [one for some in pages for one in some.pairs()]
    told = re.search(r"(\d+) synergies possibles", pages[0].all("p", class_="count")[0][1])
    assert told
    assert len(listed) == len(set(listed)) == int(told[1])
    assert len(pages) > 3
    shown, backwards = pages[-1], []
    while previous := shown.all("a", rel="prev"):
        shown = page(client, urlsplit(previous[0][0]["href"]).query)
        backwards.append(shown.pairs())
    assert backwards == [some.pairs() for some in pages[-2::-1]]


@pytest.mark.usefixtures("crowd")
def test_another_order_says_among_how_many_it_holds(client: TestClient) -> None:
    shown = page(client, f"{ALL}&sort=nearest")
    assert "parmi les 100 plus prometteuses" in shown.all("p", class_="count")[0][1]
    assert shown.all("option", value="nearest")[0][0].keys() >= {"selected"}


@pytest.mark.parametrize(
    ("query", "field", "kept", "said"),
    [
        ("where=Nullepart-sur-Rien", "where", "Nullepart-sur-Rien", "Aucun territoire connu"),
        ("where=Saint-Denis", "where", "Saint-Denis", "Saint-Denis (93)"),
        ("where=France", "where", "France", "trop grand"),
        ("where=95&radius_km=loin", "radius_km", "loin", "nombre de kilomètres"),
        ("where=95&radius_km=inf", "radius_km", "inf", "nombre de kilomètres"),
        ("where=95&domain=zzz", "domain", "zzz", "thématique"),
        ("where=95&public=zzz", "public", "zzz", "public"),
        ("where=95&kind=marier", "kind", "marier", "dans la liste"),
        ("where=95&sides=zzz", "sides", "zzz", "dans la liste"),
        ("where=95&sort=zzz", "sort", "zzz", "ordre"),
    ],
)
def test_a_wrong_value_is_kept_and_explained_beside_its_field(
    client: TestClient, query: str, field: str, kept: str, said: str
) -> None:
    answer = client.get(f"/territoire?{query}")
    assert answer.status_code == 422
    shown = Page(answer)
    (fault,) = [text for has, text in shown.all("span", id=f"{field}-fault")]
    assert said in fault
    controls = [*shown.all("input", id=field), *shown.all("select", id=field)]
    (has, _), *_ = controls
    assert has["aria-describedby"] == f"{field}-fault"
    values = [has.get("value"), *(text for has, text in shown.all("option") if "selected" in has)]
    assert kept in values
    assert shown.all("a", href=f"#{field}")
    assert shown.all("div", role="alert")
    assert not shown.pairs()


def test_several_wrong_values_are_all_told(client: TestClient) -> None:
    shown = Page(client.get("/territoire?where=zzzz&radius_km=x&kind=y&domain=z"))
    assert len(shown.all("span", class_="fault")) == 4


@pytest.mark.parametrize("cursor", ["abc", "WzEsMiwzXQ", "%00"])
def test_an_address_of_a_page_that_is_no_more_leads_back_to_the_first(
    client: TestClient, cursor: str
) -> None:
    answer = client.get(f"/territoire?{ALL}&cursor={cursor}")
    assert answer.status_code == 422
    back = Page(answer).all("a", href="/territoire?where=")
    assert "Revenir à la première page" in [text for _, text in back]


def test_a_fragment_is_what_follows_the_filters(client: TestClient) -> None:
    answer = client.get(f"/territoire?{ALL}", headers={"X-Fragment": "1"})
    shown = Page(answer)
    assert not shown.all("html")
    assert not shown.all("form")
    assert shown.pairs() == page(client).pairs()


def test_the_map_draws_where_actors_are_and_a_table_says_the_same(client: TestClient) -> None:
    shown = page(client)
    (drawing, _), *_ = shown.all("svg", role="img")
    ids = {has.get("id") for _, has in shown.elements}
    assert set(drawing["aria-labelledby"].split()) <= ids
    rows = shown.all("th", scope="row")
    assert {text for _, text in rows} == {"Argenteuil", "Cergy", "Sarcelles"}
    counts = [int(text) for _, text in shown.all("td")]
    assert sum(counts) == 6
    assert shown.all("circle", class_="seat")
    assert len(shown.all("text", class_="badge-number")) >= 3


def test_the_same_question_leaves_as_a_file(client: TestClient) -> None:
    shown = page(client, f"{ALL}&kind=orienter&radius_km=30")
    for path in ("/territoire.csv", "/territoire.xlsx", "/territoire/fiches"):
        (has, _), *_ = shown.all("a", href=path)
        assert asked(has["href"])["kind"] == ["orienter"]
        assert client.get(has["href"]).status_code == 200


def test_a_coordinator_begins_at_home_and_chooses_among_its_departments(
    of_department: Callable[..., TestClient],
) -> None:
    assert page(of_department("95"), "").all("h1")[0][1] == "Val-d’Oise"
    both = page(of_department("75", "95"), "")
    (_, chosen), *_ = both.all("nav", **{"aria-label": "Vos départements"})
    assert chosen == "Paris Val-d’Oise"


def test_a_coordinator_learns_of_nobody_elsewhere(
    of_department: Callable[..., TestClient], client: TestClient
) -> None:
    region = "where=Île-de-France&minimum_score=0"
    assert "velo-paris" in client.get(f"/territoire?{region}").text
    mine = of_department("95").get(f"/territoire?{region}")
    assert "velo-paris" not in mine.text
    rows = {text for _, text in Page(mine).all("th", scope="row")}
    assert rows == {"Argenteuil", "Cergy", "Sarcelles"}
    assert "6 acteurs" in Page(mine).all("div", class_="head")[0][1]
    other = of_department("75")
    for path in ("/territoire", "/territoire/equilibre"):
        found = other.get(f"{path}?where=95&minimum_score=0").text
        assert not re.search("argenteuil|bois-cergy|traiteur", found)


def test_nothing_to_show_is_said_with_what_would_help(client: TestClient) -> None:
    shown = page(client, "where=Lozère")
    assert not shown.pairs()
    (_, advice), *_ = shown.all("p", class_="card advice")
    assert "territoire plus grand" in advice
    assert "sides=any" not in advice


def test_hostile_profiles_are_text(client: TestClient, add_actors: Rows) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }}'
    row = {"kind": "social_worker", "commune": "95018", "name": hostile, "organization": hostile}
    need = f"Un atelier de réparation de vélos pour des jeunes {hostile}"
    add_actors([row | {"id": "hostile", "needs": [need], "capacity_per_month": 0}])
    for path in ("/territoire", "/territoire/equilibre"):
        answer = client.get(f"{path}?{ALL}")
        assert "alert(1)" in answer.text
        assert "{{ 7 * 7 }}" in answer.text
        shown = Page(answer)
        assert len(shown.all("script")) == 1
        assert not shown.all("img")
        assert not [has for _, has in shown.elements if set(has) & {"style", "onerror", "onclick"}]
    typed = client.get("/territoire", params={"where": hostile, "domain": hostile})
    assert len(Page(typed).all("script")) == 1


def test_nobody_in_the_store_is_said(client: TestClient, application: Application) -> None:
    part, *_ = application.snapshot().parts
    for name in part.ids:
        assert client.delete(f"/actors/{name}").status_code < 300
    for path in ("/territoire", "/territoire/equilibre"):
        assert "La base est vide" in client.get(path).text


def test_balance_names_who_is_alone_and_who_takes_nobody(
    client: TestClient, add_actors: Rows
) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "seul", "kind": "social_worker", "name": "Seul", "needs": ["xyzzy"]},
        {"id": "plein", "kind": "social_entrepreneur", "name": "Plein", "capacity_per_month": 0},
    ]
    add_actors([{"commune": "95018", "offers": []} | row for row in rows])
    sections = page(client, ALL, "/territoire/equilibre").all("section")
    assert "Seul" in sections[0][1].split("Personne,")[1]
    assert "Plein" in sections[2][1]
    assert "n’accepte personne ce mois-ci" in sections[2][1]


@pytest.mark.usefixtures("crowd")
def test_a_page_is_light(client: TestClient) -> None:
    for query in (ALL, "where=Île-de-France&minimum_score=0"):
        assert len(client.get(f"/territoire?{query}").content) < 150_000

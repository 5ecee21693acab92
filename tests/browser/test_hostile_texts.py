"""What a profile says is text on every page that shows it: nothing of it runs, leaves or hides."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from matcher.scope import Scope
from matcher.usecases.answer_pair import answer_pair
from matcher.usecases.mail_links import AnswerLink, MailLinks
from matcher.usecases.make_embed import make_embed
from matcher.wording.words import Words
from tests.browser.hostile_texts import ALONE, HARM, NEED, ONE, OTHER, PROFILES, TEXTS, WORD

HERE = Scope.everything()
PAIR = {"actor": ONE["id"], "partner": OTHER["id"]}
NAMES = (ONE["organization"], OTHER["organization"])
NOTE = " ".join(TEXTS)[:500].strip()
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def hostile(serve_with: Callable[..., Any], listed: Any) -> Any:
    """A desk in whose profiles, notes and answers every text is hostile."""
    desk = serve_with(PROFILES, cors_origins=listed.address)
    desk.others.append(listed.address)
    pair = (ONE["id"], OTHER["id"])
    answer_pair(desk.application, *pair, "note", HERE, "", NOTE)
    return desk


@dataclass(frozen=True)
class Seen:
    """A page, and what of the profiles must be read there."""

    path: str
    texts: tuple[str, ...]


def at(path: str, *texts: str, **query: str) -> Seen:
    return Seen(f"{path}?{urlencode(query)}" if query else path, texts)


PAGES = {
    "territoire": at("/territoire", *NAMES, department="48"),
    "equilibre": at("/territoire/equilibre", ALONE["organization"], department="48"),
    "fiches": at("/territoire/fiches", *NAMES, department="48"),
    "acteurs": at("/acteurs", ONE["name"], nom=TEXTS[0]),
    "acteur": at("/acteur", *ONE["needs"], *ONE["offers"], *TEXTS, *NAMES, id=ONE["id"]),
    "modifier": at("/acteur/modifier", *ONE["needs"], ONE["name"], WORD, id=ONE["id"]),
    "besoin": at("/besoin", OTHER["organization"], need=f"{NEED} {TEXTS[1]}", department="48"),
    "synergie": at("/synergie", *NAMES, *ONE["needs"], *OTHER["needs"], NOTE, **PAIR),
    "contre": at("/synergie", *NAMES, **PAIR, contre=ALONE["id"]),
    "contre-inconnu": at("/synergie", TEXTS[4], **PAIR, contre=TEXTS[4]),
    "fiche": at("/synergie/fiche", *NAMES, **PAIR),
    "introduction": at("/synergie/introduction", *NAMES, **PAIR),
    "reglages": at("/reglages", *NAMES, department="48", poids_territory="4"),
    "territoire-inconnu": at("/territoire", TEXTS[2], where=TEXTS[2]),
    "reponses": at("/reponses/{answer}", OTHER["organization"], OTHER["name"]),
    "mes-donnees": at("/mes-donnees/{token}", *ONE["needs"], ONE["name"], WORD),
    "mes-donnees-profil": at("/mes-donnees/{token}/profil", *ONE["needs"], ONE["name"]),
}

READ = """() => {
  document.querySelectorAll('details').forEach(one => { one.open = true; });
  const typed = [...document.querySelectorAll('input, textarea, option')].map(one => one.value);
  return [document.body.innerText, ...typed, document.title].join('\\n');
}"""
WRONG = """() => {
  const all = [...document.querySelectorAll('*')];
  const handlers = all.filter(one => one.getAttributeNames().some(name => name.startsWith('on')));
  const foreign = [...document.querySelectorAll('a, form, script, link, img, iframe, object, base')]
    .flatMap(one => [one.href, one.action, one.src, one.data].filter(Boolean).map(String))
    .filter(address => !address.startsWith(location.origin + '/'));
  const inline = [...document.scripts].filter(one => one.textContent.trim() || !one.src);
  return [window.owned ?? null, handlers.length, foreign, inline.length];
}"""


def plain(text: str) -> str:
    """As two texts are compared: one kind of apostrophe, of space."""
    return re.sub(r"[\s\u200b\ufeff]+", " ", text.replace("'", "’")).strip()


def assert_inert(page: Any, texts: Iterable[str]) -> None:
    """Nothing ran, nothing of a profile became a part of the page, all of it is read."""
    assert page.evaluate(WRONG) == [None, 0, [], 0]
    read = plain(page.evaluate(READ))
    missing = [text for text in texts if plain(text) not in read]
    assert missing == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, f"{across} px wide at {width}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_hostile_texts_as_they_were_written(hostile: Any, name: str) -> None:
    gate, now = hostile.application.gate, hostile.application.now()
    signed = {
        "{token}": gate.link(ONE["id"], now + timedelta(days=1)),
        "{answer}": MailLinks("", gate.secret(), now)
        .answer(AnswerLink(ONE["id"], OTHER["id"], ONE["id"], "accepted"))
        .rpartition("/")[2],
    }
    path = PAGES[name].path
    for place, made in signed.items():
        path = path.replace(place, made)
    page = hostile.open(path)
    assert_inert(page, PAGES[name].texts)
    page.context.close()
    assert hostile.faults == []


def test_what_is_fetched_as_one_types_is_inert_too(hostile: Any) -> None:
    page = hostile.open("/besoin?department=48")
    with page.expect_response(lambda one: one.request.headers.get("x-fragment") == "1"):
        page.get_by_label("Ce qui est cherché").fill(f"{NEED} {TEXTS[4]}")
    page.locator("#resultats article").first.wait_for()
    assert_inert(page, [OTHER["organization"]])

    page.goto(f"{hostile.address}/acteur/modifier?{urlencode({'id': ONE['id']})}")
    with page.expect_response(lambda one: one.request.headers.get("x-fragment") == "1"):
        page.get_by_label("Besoin 1", exact=True).fill(f"{NEED} {TEXTS[1]}")
    page.locator("#apercu article").first.wait_for()
    assert_inert(page, [OTHER["organization"], f"{NEED} {TEXTS[1]}"])
    assert hostile.faults == []


def test_a_file_that_is_checked_is_inert_down_to_its_name(hostile: Any) -> None:
    rows = io.StringIO()
    wrong = [(text, "travailleur social", text[:80], NEED) for text in TEXTS[:8]]
    writer = csv.writer(rows)
    writer.writerows([("nom", "côté", "commune", TEXTS[1]), *wrong])
    writer.writerow([TEXTS[2], "travailleur social", "Mende", ""])
    page = hostile.open("/import")
    name = f"{TEXTS[0].replace('/', '')}.csv"
    sent = {"name": name, "mimeType": "text/csv", "buffer": rows.getvalue().encode()}
    page.get_by_label("Fichier à importer").set_input_files(sent)
    page.get_by_role("button", name="Vérifier le fichier").click()
    page.get_by_role("heading", name="Vérifier avant d’importer").wait_for()
    assert_inert(page, [name, *(text for text, *_ in wrong), TEXTS[1], TEXTS[2]])
    assert hostile.faults == []


def test_a_portal_s_page_of_another_origin_shows_text(hostile: Any, listed: Any) -> None:
    typed, day = {"department": ["48"]}, timedelta(days=1)
    made = make_embed(hostile.application, typed, [listed.address], day, Words("fr"), HERE)
    script = f"{hostile.address}/pages/synergies-widget.js"
    framed = f"{hostile.address}/integration/widget?token={made.token}"
    listed.page = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Portail</title>'
        f'<script src="{script}" defer></script><iframe src="{framed}" title="Cadre"></iframe>'
        f'<synergies-recommendations src="{hostile.address}" token="{made.token}" '
        'department="48"></synergies-recommendations></html>'
    )
    page = hostile.blank(320)
    page.goto(listed.address)
    component = page.locator("synergies-recommendations article").first
    framed = page.frame_locator("iframe").get_by_role("article").first
    for shown in (component, framed):
        shown.wait_for()
        read = plain(shown.inner_text())
        assert [name for name in NAMES if plain(name) not in read] == []
    inside = "one => one.shadowRoot.querySelectorAll('script, img, svg, iframe, a, form').length"
    assert page.locator("synergies-recommendations").evaluate(inside) == 0
    assert [one.evaluate("window.owned ?? null") for one in page.frames] == [None, None]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert hostile.faults == []


def test_the_texts_would_do_harm_where_nothing_is_escaped(hostile: Any, listed: Any) -> None:
    """So that what is tried above can fail: the same texts in a page that is written carelessly."""
    listed.page = f"<!doctype html><title>x</title>{TEXTS[0]}"
    page = hostile.blank()
    page.goto(listed.address)
    assert page.evaluate("window.owned") == 1
    assert hostile.faults == ["a dialog: 1"]
    assert HARM in TEXTS[0]
    hostile.faults.clear()

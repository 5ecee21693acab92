"""Signing in by mail as a person lives it: by keyboard, in a browser, at `synergies serve`."""

import re
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import update

from matcher.scope import Role, Scope
from matcher.store.account_tables import sign_in_links
from matcher.store.sessions import LINK_SECONDS
from matcher.usecases.manage_accounts import create_account

WANTED = "/territoire?department=95&public=jeunes"
PATIENCE_SECONDS = 30


@pytest.fixture
def me(service: Any, request: pytest.FixtureRequest) -> str:
    """Somebody who coordinates Val-d'Oise, new in each test."""
    address = f"{request.node.name[5:40].replace('_', '-').rstrip('-')}@exemple.fr"
    local = Scope.everything()
    create_account(service.application, address, Role.COORDINATOR, {"department": ["95"]}, local)
    return address


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    pytest.fail(f"{selector} is not reached by keyboard")


def ask_link(page: Any, letterbox: Any, me: str) -> str:
    """Ask for a link from the page that asks who one is; gives the link of the mail."""
    tab_to(page, "#address")
    page.keyboard.type(me)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Regardez votre messagerie").wait_for()
    limit = monotonic() + PATIENCE_SECONDS
    while not (mine := [mail for mail in letterbox.mails if mail["To"] == me]):
        assert monotonic() < limit, "no mail came"
        sleep(0.02)
    text = mine[-1].get_body(("plain",)).get_content()
    (link,) = re.findall(r"http://127\.0\.0\.1\S+", text)
    assert f'href="{link.replace("&", "&amp;")}"' in mine[-1].get_body(("html",)).get_content()
    return str(link)


def press(page: Any, selector: str) -> None:
    """Reach a button by keyboard and press it."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def shows_people(page: Any) -> bool:
    return bool(page.locator("article.synergy").count())


def expire(service: Any) -> None:
    """Let a quarter of an hour go by for every link."""
    with service.application.database.write() as connection:
        past = update(sign_in_links).values(until=sign_in_links.c.until - LINK_SECONDS)
        connection.execute(past)


def test_from_the_mail_to_the_page_asked_for_and_out_again_by_keyboard_alone(
    service: Any, shared_letterbox: Any, me: str
) -> None:
    page = service.open(WANTED)
    assert "/connexion?suite=" in page.url
    page.goto(ask_link(page, shared_letterbox, me))
    press(page, "main button")
    assert page.url == service.address + WANTED
    assert shows_people(page)
    assert me in page.locator("header.top").inner_text()

    page.reload()
    assert shows_people(page)
    press(page, "header.top button")
    assert "Vous êtes déconnecté" in page.get_by_role("status").inner_text()
    for _ in range(2):
        page.go_back()
        assert not shows_people(page)
        assert me not in page.locator("body").inner_text()
    page.goto(service.address + WANTED)
    assert "/connexion?suite=" in page.url


def test_a_link_that_was_used_says_so_and_leads_to_another(
    service: Any, shared_letterbox: Any, me: str
) -> None:
    page = service.open(WANTED)
    link = ask_link(page, shared_letterbox, me)
    page.goto(link)
    press(page, "main button")
    assert shows_people(page)

    other = service.blank()
    assert other.goto(link).status == 410
    assert "Il a déjà servi" in other.get_by_role("alert").inner_text()
    press(other, "main a")
    assert "/connexion?suite=" in other.url
    assert other.locator("[name=suite]").input_value() == WANTED


def test_a_link_that_has_run_out_says_so_even_while_one_looks_at_it(
    service: Any, shared_letterbox: Any, me: str
) -> None:
    page = service.open(WANTED)
    link = ask_link(page, shared_letterbox, me)
    page.goto(link)
    expire(service)
    press(page, "main button")
    assert "plus d’un quart d’heure" in page.get_by_role("alert").inner_text()
    assert page.goto(link).status == 410
    page.goto(service.address + WANTED)
    assert "/connexion?suite=" in page.url


def test_an_address_that_is_none_is_told_beside_the_field_that_has_the_focus(service: Any) -> None:
    page = service.open("/connexion", script=False)
    page.locator("form").evaluate("form => form.noValidate = true")
    tab_to(page, "#address")
    page.keyboard.type("personne")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.locator("#address").evaluate("one => one === document.activeElement")
    assert "prenom.nom@structure.fr" in page.get_by_role("alert").inner_text()
    assert page.locator("#address").get_attribute("aria-describedby") == "address-wrong"


def test_nothing_of_a_page_is_left_with_the_browser(
    service: Any, shared_letterbox: Any, me: str
) -> None:
    page = service.open(WANTED)
    page.goto(ask_link(page, shared_letterbox, me))
    kept: dict[str, str | None] = {}
    page.on("response", lambda one: kept.update({one.url: one.headers.get("cache-control")}))
    press(page, "main button")
    assert page.url in kept
    assert {how for url, how in kept.items() if "/pages/" not in url} == {"no-store"}
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert page.evaluate("document.cookie") == ""

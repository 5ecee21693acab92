"""The frame and the component of docs/portail-exemple.html, on a page of another origin."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matcher.scope import Scope
from matcher.usecases.make_embed import make_embed
from matcher.wording.words import Words

EXAMPLE = Path(__file__).parents[2] / "docs" / "portail-exemple.html"
OURS, TOKEN = "https://synergies.example", "JETON"
LOOKED_AT = "Des rencontres à organiser"


@pytest.fixture(scope="module")
def served(serve_with: Callable[..., Any], listed: Any, unlisted: Any) -> Any:
    """A desk that lets one of the two portals ask."""
    made = serve_with(auth="on", cors_origins=listed.address)
    made.others += [listed.address, unlisted.address]
    return made


@pytest.fixture
def desk(served: Any, listed: Any) -> Any:
    """The same, and the sample page on the portal that may show it."""
    show(listed, served, listed.address)
    return served


def token(desk: Any, origin: str) -> str:
    french, local = Words("fr"), Scope.everything()
    typed = {"department": ["95"]}
    made = make_embed(desk.application, typed, [origin], timedelta(days=1), french, local)
    return str(made.token)


def show(portal: Any, desk: Any, origin: str) -> None:
    """Put the sample page on a portal, with what `synergies widget-link` gives."""
    sample = EXAMPLE.read_text(encoding="utf-8")
    assert sample.count(TOKEN) == 3
    portal.page = sample.replace(OURS, desk.address).replace(TOKEN, token(desk, origin))


def frame_of(page: Any) -> Any:
    """The frame, once it is looked at: it waits until then."""
    page.locator("iframe").scroll_into_view_if_needed()
    return page.frame_locator("iframe")


def test_the_frame_and_the_component_show_the_same_on_a_page_of_another_origin(
    desk: Any, listed: Any, accessible: Callable[[Any], list[str]]
) -> None:
    page = desk.blank()
    page.goto(listed.address)
    component = page.locator("synergies-recommendations")
    component.get_by_role("article").nth(4).wait_for()
    framed = frame_of(page)
    framed.get_by_role("article").nth(4).wait_for()
    names = [
        [one.inner_text() for one in some.get_by_role("heading", level=level).all()]
        for some, level in ((component, 3), (framed, 2))
    ]
    assert names[0] == names[1]
    assert len(names[0]) == 5
    assert LOOKED_AT in component.get_by_role("heading", level=2).inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('.columns')).display") == "grid"
    assert accessible(page) == []
    (inner,) = [one for one in page.frames if one.parent_frame]
    assert accessible(inner) == []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_both_are_accessible_on_a_narrow_screen_in_any_light(
    desk: Any, listed: Any, accessible: Callable[[Any], list[str]], colours: str
) -> None:
    page = desk.blank(360, colours=colours)
    page.goto(listed.address)
    page.locator("synergies-recommendations").get_by_role("article").first.wait_for()
    frame_of(page).get_by_role("article").first.wait_for()
    (inner,) = [one for one in page.frames if one.parent_frame]
    assert (accessible(page), accessible(inner)) == ([], [])


def test_without_script_the_frame_shows_the_same_and_the_page_says_where(
    desk: Any, listed: Any
) -> None:
    page = desk.blank(script=False)
    page.goto(listed.address)
    assert frame_of(page).get_by_role("article").count() == 5
    assert "le cadre ci-contre" in page.locator("noscript").inner_text()


def test_a_site_that_is_not_listed_shows_neither(desk: Any, listed: Any, unlisted: Any) -> None:
    show(unlisted, desk, listed.address)
    page = desk.blank()
    page.goto(unlisted.address)
    said = page.locator("synergies-recommendations").get_by_role("alert")
    said.wait_for()
    assert "ne répondent pas" in said.inner_text()
    page.locator("iframe").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert all("Argenteuil" not in one.content() for one in page.frames)
    assert len([one for one in desk.faults if "frame-ancestors" in one]) == 1
    assert len([one for one in desk.faults if "CORS" in one]) == 1
    desk.faults.clear()


def test_a_site_that_is_listed_cannot_use_what_was_made_for_another(
    desk: Any, listed: Any, unlisted: Any
) -> None:
    """Its pages may ask; the token was made for somebody else, whoever copied it."""
    show(listed, desk, unlisted.address)
    page = desk.blank()
    page.goto(listed.address)
    said = page.locator("synergies-recommendations").get_by_role("alert")
    said.wait_for()
    assert "n’est plus autorisé" in said.inner_text()
    page.locator("iframe").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert all("Argenteuil" not in one.content() for one in page.frames)
    assert len([one for one in desk.faults if "frame-ancestors" in one]) == 1
    desk.faults.clear()

"""Whatever page one meets: nothing against it by axe, no sideways scrolling, no script needed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from api.access_table import ACCESS
from tests.browser.states import STATES, State

MOST_BYTES = 150_000
WIDTHS = (320, 360, 1280)
LEAST_STATES = 12
AT_ONCE, LATER = [(1280, "light"), (360, "dark")], [(360, "light"), (1280, "dark")]
"""How axe-core looks at each state: a width, and the colours that somebody prefers."""
NO_PAGE_OF_THEIR_OWN = {"/", "/territoire.csv", "/territoire.xlsx", "/integration/widget"}
"""A way to another page, files, and a frame, which test_in_a_portal.py looks at where it stands."""

state = pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])


def test_axe_looks_at_every_page_and_at_no_fewer_states_than_promised(
    tell: Callable[[str], None],
) -> None:
    names, views = {state.name for state in STATES}, (*AT_ONCE, *LATER)
    tell(f"{len(names)} states, {len(names) * len(AT_ONCE)} looks now of {len(names) * len(views)}")
    assert len(names) == len(STATES) >= LEAST_STATES
    assert set(views) == {(width, c) for width in (360, 1280) for c in ("light", "dark")}
    assert {width for width, _ in AT_ONCE} == {360, 1280}
    assert {colours for _, colours in AT_ONCE} == {"light", "dark"}
    paths = [re.compile(re.sub(r"{\w+}", "[^/]+", one) + r"\Z") for one in pages()]
    seen = {path for path in paths for state in STATES if path.match(state.path.partition("?")[0])}
    assert [path.pattern for path in paths if path not in seen] == []


def pages() -> list[str]:
    """Addresses at which somebody looks at a page."""
    asked = {route.partition(" ")[2]: one for route, one in ACCESS.items() if route[:4] == "GET "}
    shown = {path for path, one in asked.items() if one.is_for_people}
    return sorted(path for path in shown - NO_PAGE_OF_THEIR_OWN if "export." not in path)


def at(state: State, desk: Any) -> str:
    """The path of a state, with what the installation signs."""
    return state.address(desk.application)


@state
@pytest.mark.parametrize(
    ("width", "colours"),
    [
        *AT_ONCE,
        *(pytest.param(*view, marks=pytest.mark.slow) for view in LATER),
    ],
)
def test_axe_has_nothing_against_it(
    shared_desk: Any,
    accessible: Callable[[Any], list[str]],
    count: Callable[..., None],
    state: State,
    width: int,
    colours: str,
) -> None:
    page = shared_desk.blank(width, colours=colours)
    assert page.goto(shared_desk.address + at(state, shared_desk)).status == state.status
    against = accessible(page)
    count("pages", looks_by_axe=1, violations=len(against))
    assert against == []
    page.close()


@state
def test_nothing_has_to_be_scrolled_sideways(shared_desk: Any, state: State) -> None:
    page = shared_desk.open(at(state, shared_desk), WIDTHS[0])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, f"{across} px wide at {width}"
    page.close()


@state
def test_it_is_the_same_without_script(shared_desk: Any, state: State) -> None:
    texts = []
    for script in (True, False):
        page = shared_desk.blank(script=script)
        answer = page.goto(shared_desk.address + at(state, shared_desk))
        assert answer.status == state.status
        texts.append(re.sub(r"\s+", " ", page.locator("main").inner_text()))
        page.close()
    assert re.sub(r"[0-9a-f]{32}", "…", texts[0]) == re.sub(r"[0-9a-f]{32}", "…", texts[1])


@state
def test_it_is_light(shared_desk: Any, state: State) -> None:
    page = shared_desk.blank()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(shared_desk.address + at(state, shared_desk), wait_until="networkidle")
    page.close()
    assert 0 < sum(sizes) < MOST_BYTES


@state
def test_everything_that_can_be_done_is_reached_by_keyboard(shared_desk: Any, state: State) -> None:
    page = shared_desk.open(at(state, shared_desk))
    page.evaluate("document.activeElement.blur()")  # some field may have it from the start
    wanted = page.evaluate(CONTROLS)
    reached: list[str] = []
    for _ in range(3 * len(wanted) + 30):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUSED)
        if seen is None:
            break
        name, outlined = seen
        assert outlined, f"no visible focus on {name}"
        reached.append(name)
    page.close()
    assert set(wanted) <= set(reached)


NAME = """const name = one => one.tagName + ' ' + (one.id || one.name || one.getAttribute('href')
  || one.textContent.trim().slice(0, 60));"""
CONTROLS = (
    "() => {"
    + NAME
    + """
  const shown = one => one.checkVisibility() && !one.disabled;
  const all = document.querySelectorAll(
    'a[href], button, input:not([type=hidden]):not([type=radio]), select, textarea, summary');
  return [...new Set([...all].filter(shown).map(name))];
}"""
)
FOCUSED = (
    "() => {"
    + NAME
    + """
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  return [name(one), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""
)

"""Whatever page one meets: nothing against it by axe, no sideways scrolling, no script needed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.states import STATES, State

MOST_BYTES = 150_000
WIDTHS = (360, 1280)

state = pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])


@state
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_has_nothing_against_it(
    shared_desk: Any, accessible: Callable[[Any], list[str]], state: State, colours: str
) -> None:
    for width in WIDTHS:
        page = shared_desk.open(state.path, width, colours=colours)
        assert accessible(page) == []
        page.close()


@state
def test_nothing_has_to_be_scrolled_sideways(shared_desk: Any, state: State) -> None:
    for width in (320, *WIDTHS):
        page = shared_desk.open(state.path, width)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, f"{across} px wide at {width}"
        page.close()


@state
def test_it_is_the_same_without_script(shared_desk: Any, state: State) -> None:
    texts = []
    for script in (True, False):
        page = shared_desk.blank(script=script)
        answer = page.goto(shared_desk.address + state.path)
        assert answer.status == state.status
        texts.append(re.sub(r"\s+", " ", page.locator("main").inner_text()))
        page.close()
    assert re.sub(r"[0-9a-f]{32}", "…", texts[0]) == re.sub(r"[0-9a-f]{32}", "…", texts[1])


@state
def test_it_is_light(shared_desk: Any, state: State) -> None:
    page = shared_desk.blank()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(shared_desk.address + state.path, wait_until="networkidle")
    page.close()
    assert 0 < sum(sizes) < MOST_BYTES


@state
def test_everything_that_can_be_done_is_reached_by_keyboard(shared_desk: Any, state: State) -> None:
    page = shared_desk.open(state.path)
    wanted = page.evaluate(CONTROLS)
    reached: list[str] = []
    for _ in range(len(wanted) + 30):
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

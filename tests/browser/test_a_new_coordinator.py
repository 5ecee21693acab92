"""From the mail that signs in to ten introductions on paper, as somebody new would go."""

import re
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest

from matcher.scope import Role, Scope
from matcher.usecases.manage_accounts import create_account

MOST_SECONDS = 120
SECONDS_A_GESTURE = 10
"""What somebody takes who reads each page before doing the next thing on it."""


def mailed_link(letterbox: Any, me: str) -> str:
    """The link of the mail to an address, once it is there."""
    limit = monotonic() + MOST_SECONDS
    while not (mine := [mail for mail in letterbox.mails if mail["To"] == me]):
        assert monotonic() < limit, "no mail came"
        sleep(0.02)
    text = mine[-1].get_body(("plain",)).get_content()
    return str(re.findall(r"http://127\.0\.0\.1\S+", text)[0])


def print_ten(service: Any, letterbox: Any, me: str) -> tuple[Any, bytes, int]:
    """What one does, a gesture a line: the page, its PDF, and how many gestures it took."""
    steps: list[Callable[[], Any]] = [
        lambda: page.goto(f"{service.address}/"),
        lambda: page.get_by_label("Adresse électronique").fill(me),
        lambda: page.get_by_role("button", name="Recevoir un lien").click(),
        lambda: page.goto(mailed_link(letterbox, me)),
        lambda: page.get_by_role("button", name="Me connecter").click(),
        lambda: page.get_by_role("link", name="Fiches à imprimer").click(),
    ]
    page = service.blank()
    for step in steps:
        step()
    page.get_by_role("heading", name="Dix mises en relation").wait_for()
    return page, page.pdf(prefer_css_page_size=True), len(steps) + 1


def go(service: Any, letterbox: Any, me: str, tell: Callable[[str], None]) -> None:
    local = Scope.everything()
    create_account(service.application, me, Role.COORDINATOR, {"department": ["95"]}, local)
    begun = monotonic()
    page, paper, gestures = print_ten(service, letterbox, me)
    taken = monotonic() - begun
    reading = gestures * SECONDS_A_GESTURE
    tell(f"{taken:.1f} s of machine, {gestures} gestures: {taken + reading:.0f} s with reading")
    assert taken + reading < MOST_SECONDS

    assert "Val-d’Oise" in page.get_by_role("heading", level=1).inner_text()
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    told = [one.inner_text() for one in page.locator("article").all()]
    assert len(set(told)) == 10
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 5
    for article in page.locator("article").all():
        names = [one.inner_text() for one in article.locator("h2").all()]
        assert len(names) == 2
        why = article.locator("> p:not(.facts):not(.boxes):not(.only-screen)").first.inner_text()
        assert len(why) > 40, why
        assert article.locator("strong").inner_text()


def test_from_the_mail_to_ten_introductions_on_paper_in_two_minutes(
    service: Any, shared_letterbox: Any, tell: Callable[[str], None]
) -> None:
    go(service, shared_letterbox, "nouvelle.coordination@exemple.fr", tell)


@pytest.mark.slow
def test_the_same_with_the_model_that_is_installed(
    full_service: Any, shared_letterbox: Any, tell: Callable[[str], None]
) -> None:
    go(full_service, shared_letterbox, "autre.coordination@exemple.fr", tell)

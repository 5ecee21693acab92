"""From the link that signs in to ten introductions on paper, as somebody new would go."""

from typing import Any
from urllib.parse import urlsplit

from matcher.scope import Role, Scope
from matcher.usecases.manage_accounts import create_account
from matcher.usecases.sign_in import make_link

ME = "coordination@exemple.fr"


def test_from_the_sign_in_link_to_a_printed_list_of_ten_introductions(locked_desk: Any) -> None:
    application, local = locked_desk.application, Scope.everything()
    create_account(application, ME, Role.COORDINATOR, {"department": ["95"]}, local)
    link = urlsplit(make_link(application, ME, local))
    page = locked_desk.open("/territoire")
    assert page.url.startswith(f"{locked_desk.address}/connexion?suite=")

    page.goto(locked_desk.address + link.path)
    page.get_by_role("button", name="Me connecter").click()
    cards = page.locator("article.synergy")
    assert cards.count() >= 5
    assert "Val-d’Oise" in page.locator("main").inner_text()

    page.get_by_role("link", name="Fiches à imprimer").click()
    assert page.locator("article").count() == 10
    assert len(page.pdf()) > 10_000

    page.goto(f"{locked_desk.address}/territoire")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{locked_desk.address}/territoire")
    assert "/connexion" in page.url

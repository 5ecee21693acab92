"""The digest as its reader has it before them."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from matcher.mailing.digest import Answers, Digest, Footer, Suggested, Term, render_digest
from matcher.mailing.rendering import Rendered

REASON = "Votre offre, « une salle », peut répondre, à 4 km, au besoin du Cabas : « un lieu »."


def suggested(**changes: object) -> Suggested:
    fields = {
        "name": "Bérengère Lachaud (fictive)",
        "organization": "Épicerie Le Cabas (fictive)",
        "side": "entrepreneuriat social",
        "commune": "Ermont",
        "distance": "à 4 km",
        "kind": "co-construire",
        "reason": REASON,
        "terms": (Term("EI", "entreprise d’insertion", "Elle emploie."),),
        "answers": Answers(*(f"https://synergies.test/r/{verb}" for verb in "abc")),
    }
    return Suggested(**{**fields, **changes})  # type: ignore[arg-type]


def footer(first: bool = True) -> Footer:
    return Footer(
        sender="Synergies (fictif)",
        contact="contact@synergies.test",
        source="un annuaire fictif",
        first_contact=first,
        stop="https://synergies.test/stop",
        my_data="https://synergies.test/data",
        algorithm="https://synergies.test/algorithm",
    )


def rendered(*some: Suggested, commune: str | None = "Argenteuil", first: bool = True) -> Rendered:
    return render_digest(Digest("Kadi Sow", commune, date(2026, 12, 1), some, footer(first)))


def test_the_subject_says_how_many_where_and_when() -> None:
    two = rendered(suggested(), suggested()).subject
    assert two == "2 rencontres possibles près d’Argenteuil en décembre 2026"
    one = rendered(suggested(), commune=None).subject
    assert one == "Une rencontre possible près de chez vous en décembre 2026"


@pytest.mark.parametrize("part", ["html", "text"])
def test_each_suggestion_says_who_where_why_and_what_for(part: str) -> None:
    said = getattr(rendered(suggested()), part)
    for told in (
        *("Épicerie Le Cabas (fictive)", "Bérengère Lachaud", "à Ermont (à 4 km)"),
        *("monter une action ensemble", "entreprise d’insertion", "une salle"),
    ):
        assert told in said
    assert all(f"https://synergies.test/r/{verb}" in said for verb in "abc")


def test_the_plain_text_is_set_in_paragraphs() -> None:
    text = rendered(suggested(terms=(Term("EI", "entreprise", "Elle emploie"),)), suggested()).text
    assert "\n\n\n" not in text
    assert "\n\nEI : entreprise. Elle emploie.\n\n" in text
    assert text.count("\n\nJe prends contact :\n") == 2
    assert "\n\nC’est la première fois" in text


def test_the_apostrophe_of_a_commune_is_the_one_of_the_page() -> None:
    mail = rendered(suggested(commune="L'Isle-Adam"), commune="Saint-Ouen-l'Aumône")
    assert mail.subject.startswith("Une rencontre possible près de Saint-Ouen-l’Aumône")
    assert "à L’Isle-Adam" in mail.text


@pytest.mark.parametrize("kind", ["orienter", "co-construire", "mutualiser", "transposer"])
def test_every_kind_of_synergy_is_said_in_words(kind: str) -> None:
    text = rendered(suggested(kind=kind)).text
    assert re.search(r"Une piste : \w{5,}[^.]+\.", text)
    assert "mail.kind" not in text


@pytest.mark.parametrize("part", ["html", "text"])
def test_every_mail_says_who_writes_from_what_and_how_to_stop(part: str) -> None:
    first, later = (getattr(rendered(suggested(), first=first), part) for first in (True, False))
    for said in (first, later):
        assert "produites par un programme" in said
        assert "un annuaire fictif" in said
        assert "contact@synergies.test" in said
        assert all(f"https://synergies.test/{end}" in said for end in ("stop", "data", "algorithm"))
    assert "première fois" in first
    assert "première fois" not in later


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_french_loads_nothing_and_follows_nobody() -> None:
    page = _Page(rendered(suggested(), suggested()).html)
    tags = [tag for tag, _ in page.tags]
    assert not {"img", "script", "link", "iframe", "object", "form", "video"} & set(tags)
    assert dict(page.tags)["html"]["lang"] == "fr"
    tables = [attributes for tag, attributes in page.tags if tag == "table"]
    assert all(attributes["role"] == "presentation" for attributes in tables)
    addresses = {attributes.get("href") for tag, attributes in page.tags if tag == "a"}
    assert all(str(one).startswith(("https://synergies.test/", "mailto:")) for one in addresses)
    assert "url(" not in rendered(suggested()).html
    assert any(attributes.get("style") for tag, attributes in page.tags if tag == "a")


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7 * 7 }}"])
def test_what_a_profile_says_is_text(hostile: str) -> None:
    mail = rendered(suggested(name=hostile, organization=hostile, reason=hostile, commune=hostile))
    assert not {"script", "img"} & {tag for tag, _ in _Page(mail.html).tags}
    assert hostile in mail.text

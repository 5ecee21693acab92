"""The worst texts cost about as much as ordinary ones of the same length, in every field.

Processor time is compared, not the clock: a busy machine slows both sides alike.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

ORDINARY = (
    "Nous cherchons un atelier où des jeunes sans emploi découvrent un métier du bois, avec un "
    "encadrant, deux matinées par semaine, près de la gare d’Argenteuil. "
)
WORST = {
    "one endless word": "a",
    "brackets and quotes": "((«[{\"'",
    "accents upon accents": "e\u0301\u0302\u0323",
    "acronyms and exclusions": "C.C.A.S.-SIAE/ESAT sauf pas de 18-25 ans hors sans ",
}
LONGEST = {"needs": 4000, "offers": 4000, "description": 20_000, "name": 300, "commune": 300}
PARAMETERS = {"department": 200, "domain": 200, "actor_id": 200, "cursor": 500}
TIMES_WORSE = 8.0
SLACK_SECONDS = 0.03
"""What a request costs whatever it says, and the grain of the measure."""


def filled(pattern: str, length: int, turn: int) -> str:
    """A text of that length that no cache has seen."""
    return f"{turn} {pattern * (length // len(pattern) + 1)}"[:length]


def least(ask: Callable[[str], int], pattern: str, length: int) -> float:
    """Seconds of processor time of the cheapest of three requests."""
    found = []
    for turn in range(3):
        text = filled(pattern, length, turn)
        started = time.process_time()
        assert ask(text) < 500
        found.append(time.process_time() - started)
    return min(found)


def asking(client: TestClient, field: str) -> Callable[[str], int]:
    def ask(text: str) -> int:
        said: Any = [text] * 4 if field in {"needs", "offers"} else text
        profile = {"kind": "social_worker", "commune": "Cergy", "needs": ["Des vélos"]}
        body = {"profile": profile | {field: said}}
        return client.post("/recommendations", json=body).status_code

    def ask_parameter(text: str) -> int:
        return client.get(f"/recommendations?{field}={quote(text)}").status_code

    return ask if field in LONGEST else ask_parameter


@pytest.mark.parametrize("field", [*LONGEST, *PARAMETERS])
def test_the_worst_texts_cost_about_as_much_as_ordinary_ones(
    client: TestClient, tell: Callable[[str], None], field: str
) -> None:
    ask, length = asking(client, field), (LONGEST | PARAMETERS)[field]
    answered = ask(filled(ORDINARY, length, 9))
    assert answered == (200 if field in LONGEST and field != "commune" else answered)
    usual = least(ask, ORDINARY, length)
    worst = {name: least(ask, pattern, length) for name, pattern in WORST.items()}
    ratios = {name: round(seconds / usual, 1) for name, seconds in worst.items()}
    tell(f"{field}: {usual * 1000:.0f} ms for {length} ordinary characters, worst {ratios}")
    assert max(worst.values()) <= max(TIMES_WORSE * usual, usual + SLACK_SECONDS)


def test_a_text_beyond_its_length_is_refused_before_it_is_read(client: TestClient) -> None:
    for field, length in LONGEST.items():
        assert asking(client, field)("a" * (length + 1)) == 422, field
    for field, length in PARAMETERS.items():
        assert asking(client, field)("a" * (length + 1)) == 422, field


@pytest.mark.parametrize(
    ("field", "many"),
    [("needs", 31), ("offers", 31), ("zone", 101), ("domains", 101), ("known", 101)],
)
def test_more_of_anything_than_a_profile_may_hold_is_refused(
    client: TestClient, field: str, many: int
) -> None:
    profile = {"kind": "social_worker", "commune": "Cergy", field: ["x"] * many}
    assert client.post("/recommendations", json={"profile": profile}).status_code == 422


def test_a_page_is_never_longer_than_a_hundred(client: TestClient) -> None:
    assert client.get("/recommendations?department=95&limit=100").status_code == 200
    for limit in (101, 10**9, 10**30, 0, -1):
        assert client.get(f"/recommendations?department=95&limit={limit}").status_code == 422

"""Many phrases found in one pass over a text."""

import pytest

from models.phrases import Phrases

PHRASES = Phrases({"child": "enfant*|avec * enfant*", "night": "nuit|nuits", "wifi": "wi-fi"})


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("enfants et nuits", {"child": 1, "night": 1}),
        ("une mere avec deux enfants", {"child": 1}),
        ("enfant, enfance", {"child": 1}),
        ("sans enfants", {}),
        ("nuitees", {}),
        ("le wi fi et le wi-fi", {"wifi": 2}),
        ("l'enfant", {"child": 1}),
        ("", {}),
    ],
)
def test_a_phrase_is_found_whole_and_counted_once(text: str, counts: dict[str, int]) -> None:
    assert PHRASES.count([text]) == counts


def test_passages_are_counted_together() -> None:
    assert PHRASES.count(["nuit", "nuits"]) == {"night": 2}

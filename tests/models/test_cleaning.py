import pytest

from models.cleaning import MAX_CHARACTERS, clean, has_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  un\n\tdeux\u00a0trois ", "un deux trois"),
        ("e\u0301cole", "école"),
        ("a\x00b", "a b"),
        ("garage\ud83d solidaire", "garage solidaire"),
        ("", ""),
    ],
)
def test_text_is_made_comparable(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_pasted_book_is_cut() -> None:
    assert len(clean("mot " * 300_000)) <= MAX_CHARACTERS


def test_signs_alone_are_no_words() -> None:
    assert not has_words("… ?!")
    assert has_words("95")

"""What a reader sees before the words: order, small words, points."""

from time import thread_time

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.matching import CUE, said
from models.analysis import analyse, said_terms
from models.cues import cues


def test_small_words_their_order_and_points_are_kept() -> None:
    found = {cue.removeprefix(CUE) for cue in cues("Qui aurait 12 chaises ?")}
    assert {"qui", "qui aurait", "aurait 0 chaises", "^qui", "^qui aurait 0", "?$"} <= found


def test_a_text_without_words_has_no_cue() -> None:
    assert cues("") == cues(" — ") == []


def test_a_text_is_analysed_with_its_cues_and_says_none_of_them() -> None:
    assert CUE + "^cherche" in analyse("Cherche un local")
    assert not any(term.startswith(CUE) for term in said_terms("Cherche un local"))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80))
def test_every_cue_is_marked_as_one(text: str) -> None:
    found = cues(text)
    assert all(cue.startswith(CUE) and len(cue) > 1 for cue in found)
    assert said(found) == []


def test_a_long_text_takes_no_longer_than_its_opening() -> None:
    began = thread_time()
    assert len(cues("a " * 100_000)) < 2_000
    assert thread_time() - began < 0.5

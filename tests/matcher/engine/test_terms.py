"""Words are numbered by how often they are said, and found again however many there are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.kernels.answers import logits_between
from matcher.engine.kernels.terms import WIDE
from matcher.engine.rows import Rows, quantised
from matcher.engine.terms import Terms, joined_terms, term_code

WORDS = ["a", "b", "c", "!a", "!b", "!d"]
WEIGHED = st.dictionaries(st.sampled_from(WORDS), st.sampled_from([0.2, 0.7, -1.0]), max_size=5)
MANY = WIDE + 70_000
"""More words than one number of 16 bits can tell, and than the second place of a wide one can."""


def every_word() -> Terms:
    """Passages of ten words of which each is said once, then one that says a frequent one."""
    rows = [{f"mot {k}": 1.0 for k in range(n, n + 10)} for n in range(0, MANY, 10)]
    return Terms.of([*rows, {"mot 12": 1.0, f"mot {MANY - 1}": 0.5, "!mot 12": 0.25}])


def test_words_beyond_those_of_sixteen_bits_are_found_again() -> None:
    terms = every_word()
    assert len(terms.vocabulary.codes) > WIDE + (1 << 15)
    assert len(terms.entries) > len(terms.scales) * 10
    for row in (0, 700, WIDE // 10, WIDE // 10 + 1, MANY // 10 - 1):
        expected = {term_code(f"mot {k}") for k in range(10 * row, 10 * row + 10)}
        assert set(terms.row(row)) == expected
    assert len(terms.row(len(terms.scales) - 1)) == 3


def test_rare_words_count_in_a_comparison_like_others() -> None:
    terms, asked = every_word(), [MANY - 1, 12, MANY // 2]
    vectors = quantised(np.zeros((len(terms.scales), 4), dtype=np.float32))
    cuts = np.arange(len(terms.scales) + 1, dtype=np.int32)
    offers = Rows(*vectors, terms, cuts, cuts[:-1], cuts)
    needs = Terms.of([{f"mot {k}": 1.0} for k in asked])
    mine = Rows(vectors[0][:3], vectors[1][:3], needs, cuts[:4], cuts[:3], cuts[:4])
    rows = np.array([k // 10 for k in asked])

    sides = (mine.plain(), offers.plain())
    found = logits_between(*sides[0], *sides[1], 0, 3, rows, np.float32(1), np.float32(0))

    assert (found.round(3) == np.eye(3)).all()


@given(st.lists(WEIGHED, max_size=6), st.data())
@settings(deadline=None)
def test_the_same_passages_give_the_same_arrays_however_they_were_cut(
    rows: list[dict[str, float]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    kept = data.draw(st.permutations(range(len(rows))))[: data.draw(st.integers(0, len(rows)))]
    parts = [Terms.of(rows[:cut]), Terms.of(rows[cut:])]

    some = joined_terms(parts, np.array(kept, dtype=np.int64))

    for one, other in zip(_flat(some), _flat(Terms.of([rows[k] for k in kept])), strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    assert [some.take(np.array([k])).row(0) for k in range(len(kept))] == [
        some.row(k) for k in range(len(kept))
    ]


def test_what_is_said_everywhere_has_the_first_number() -> None:
    terms = Terms.of([{"a": 1.0}, {"b": 0.5, "a": 1.0}, {"c": 1.0, "a": 0.5}])
    assert terms.vocabulary.codes[0] == term_code("a")
    assert terms.vocabulary.codes.dtype == np.int32
    assert (terms.vocabulary.codes >= 0).all()


def test_an_exclusion_stands_in_the_vocabulary_once() -> None:
    terms = Terms.of([{"a": 0.5, "!a": 1.0}, {"a": 0.2, "!a": 1.0, "!b": 1.0}])
    assert len(terms.entries) == 3
    assert terms.row(1)[term_code("!b")] == terms.row(0)[term_code("!a")] > 0
    assert term_code("!a") == ~term_code("a")


def _flat(terms: Terms) -> list[np.ndarray]:
    return [*terms[:-1], *terms.vocabulary]

"""Dense and lexical evidence are fused as the model says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.matching import MatchModel, logit, sigmoid
from matcher.engine.profiles import Role

TERMS = st.sampled_from(("vélo", "permis", "toit", "santé", "emploi"))
QUICK = settings(deadline=None, max_examples=100)


@QUICK
@given(st.lists(TERMS, max_size=12))
def test_a_need_says_never_all_and_more_when_it_says_more(terms: list[str]) -> None:
    model = _model(idf={"vélo": 4.0, "permis": 0.0}, unsaid=3.0)

    shares = [
        sum(weight for term, weight in model.weigh(some, Role.NEED).items() if term[0] not in "?!")
        for some in (terms, [*terms, "inouï"])
    ]

    assert 0 <= shares[0] < shares[1] < 1
    assert model.weigh([], Role.NEED) == {}


def test_repeating_a_term_in_an_offer_adds_less_and_less() -> None:
    once, twice, often = (
        _model(length_share=0.0).weigh(["vélo"] * count, Role.OFFER)["vélo"] for count in (1, 2, 50)
    )

    assert once == pytest.approx(1.0)
    assert once < twice < often < 2.2


def test_a_rare_word_in_common_counts_more_than_a_frequent_one() -> None:
    model = _model(idf={"rare": 6.0, "fréquent": 0.5})
    need = model.weigh(["rare", "fréquent"], Role.NEED)
    rare, frequent = (model.weigh([term], Role.OFFER)[term] for term in ("rare", "fréquent"))

    assert rare * need["rare"] > frequent * need["fréquent"]


def test_a_centre_is_taken_away_and_rows_come_back_to_norm_one() -> None:
    model = _model(centres={Role.NEED: np.array([0.6, 0.0], dtype=np.float32)})
    vectors = np.array([[0.8, 0.6], [0.0, 0.0], [0.6, 0.0]], dtype=np.float32)

    centred = model.centred(vectors, Role.NEED)

    assert np.linalg.norm(centred, axis=1) == pytest.approx([1.0, 0.0, 0.0])
    assert centred[0] == pytest.approx(np.array([0.2, 0.6]) / np.hypot(0.2, 0.6))
    assert model.centred(vectors, Role.OFFER) is vectors


def test_how_a_statement_is_put_is_taken_away_from_what_it_is_compared_by() -> None:
    model = _model(dense=1.0, manners=np.array([[0.0, 1.0]], dtype=np.float32))
    title, sentence = np.array([[0.8, 0.6], [0.8, -0.6]], dtype=np.float32)

    seen = model.views(np.array([title, sentence]), [["vélo"], ["vélo"]], Role.NEED)

    assert seen[0] @ seen[1] == pytest.approx(1.0), "they differ by their manner alone"


@QUICK
@given(st.floats(1e-6, 1 - 1e-6))
def test_logit_undoes_sigmoid(probability: float) -> None:
    assert sigmoid(np.array([logit(probability)]))[0] == pytest.approx(probability, abs=1e-12)


def test_sigmoid_takes_any_number_without_overflow() -> None:
    assert sigmoid(np.array([-1e308, -800.0, 0.0, 800.0])).tolist() == [0.0, 0.0, 0.5, 1.0]


def _model(**changes: object) -> MatchModel:
    constants: dict[str, object] = {
        "model_id": "test",
        "dense": 7.0,
        "lexical": 2.0,
        "bias": -3.2,
        "default_idf": 1.0,
        "average_length": 10.0,
    }
    return MatchModel(**{**constants, **changes})  # type: ignore[arg-type]

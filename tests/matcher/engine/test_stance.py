"""An offer that asks, or only talks, loses to every need; one that may give loses nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.engine.columns import Vectors
from matcher.engine.matching import CUE, MatchModel, said
from matcher.engine.profiles import Role
from matcher.engine.stance import (
    DOUBT,
    DOUBT_ASKING,
    STANCES,
    SURE,
    SURE_ASKING,
    StanceModel,
)

WORDS = ("cherche", "donne", "colloque", "vélo")
STANCE = StanceModel(
    dense=np.zeros((4, 2), dtype=np.float32),
    lexical=np.eye(4, dtype=np.float32) * 20,
    intercepts=np.zeros(4, dtype=np.float32),
    columns={CUE + word: column for column, word in enumerate(WORDS)},
    idf=np.ones(4, dtype=np.float32),
    lexical_share=1.0,
)
"""Each word tells one stance, in the order of the classes."""

IDLE = 12.0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.sampled_from((*WORDS, "inconnu")), max_size=5), max_size=5))
def test_idleness_is_a_share_and_refusal_too(texts: list[list[str]]) -> None:
    marked = [[CUE + word for word in words] for words in texts]
    for told in (STANCE.idleness, STANCE.refusal):
        found = told(_vectors(len(texts)), marked)
        assert found.shape == (len(texts), 2)
        assert found.dtype == np.float32
        assert ((found >= 0) & (found <= 1)).all()


def test_an_offer_as_likely_to_give_as_not_loses_nothing() -> None:
    unknown, asking, giving = STANCE.idleness(
        _vectors(3), [[CUE + "inconnu"], [CUE + "cherche"], [CUE + "donne"]]
    )
    assert unknown.tolist() == giving.tolist() == [0, 0]
    assert asking.sum() == pytest.approx(1)
    assert 0.6 < DOUBT < SURE < 1


def test_a_request_of_which_one_sentence_gives_is_not_idle() -> None:
    asks, gives = [CUE + "cherche"], [CUE + "donne"]

    def idleness(*sentences: list[str]) -> float:
        return float(STANCE.idleness(_vectors(1), [asks], lambda row: sentences).sum())

    assert idleness(gives, asks) == 0
    assert idleness(asks, asks) == pytest.approx(1)
    assert idleness(gives) == pytest.approx(1), "one sentence is the text, which was read"


def test_a_likely_request_is_idle_where_a_talk_as_likely_is_not_yet() -> None:
    three_to_one = np.full((4, 4), -20, dtype=np.float32)
    three_to_one[1] = 0
    three_to_one[0, 0] = three_to_one[2, 2] = np.log(3)
    asking, talking = replace(STANCE, lexical=three_to_one).idleness(
        _vectors(2), [[CUE + "cherche"], [CUE + "colloque"]]
    )
    assert 0 < asking.sum() < 1
    assert talking.tolist() == [0, 0]
    assert DOUBT_ASKING < 0.75 < min(DOUBT, SURE_ASKING)


@pytest.mark.parametrize(
    ("offer", "lost"), [("cherche", IDLE), ("colloque", IDLE), ("donne", 0), ("vélo", 0)]
)
def test_what_gives_nothing_loses_its_worth_to_a_need(offer: str, lost: float) -> None:
    assert _product("cherche", offer) == pytest.approx(-lost, abs=0.1)


def test_who_wants_talk_is_answered_by_talk_but_not_by_a_request() -> None:
    assert _product("colloque", "colloque") == pytest.approx(0, abs=0.1)
    assert _product("colloque", "cherche") == pytest.approx(-IDLE, abs=0.1)


def test_a_statement_that_says_nothing_has_no_stance() -> None:
    for role in Role:
        assert not _model().views(_vectors(1), [[]], role).any()


def test_cues_are_not_said_and_make_no_text_longer() -> None:
    model = _model()
    terms = ["vélo", CUE + "cherche", CUE + "cherche vélo"]
    assert said(terms) == ["vélo"]
    for role in Role:
        assert model.weigh(terms, role) == model.weigh(["vélo"], role)


def test_stances_are_four() -> None:
    assert STANCES == ("asks", "gives", "discusses", "label")


def _product(need: str, offer: str) -> float:
    """What stance alone adds to a match: the vectors of both mean nothing."""
    model = _model()
    asked, given_ = (
        model.views(_vectors(1), [[CUE + word]], role)[0]
        for word, role in ((need, Role.NEED), (offer, Role.OFFER))
    )
    return float(asked @ given_)


def _vectors(count: int) -> Vectors:
    return np.zeros((count, 2), dtype=np.float32)


def _model() -> MatchModel:
    return MatchModel(
        model_id="test",
        dense=10.0,
        lexical=6.0,
        bias=-4.0,
        default_idf=1.0,
        average_length=10.0,
        idle=IDLE,
        stances=STANCE,
    )

"""The figures are those that a person computes by hand, and ours are those of the product."""

from dataclasses import replace
from math import log2

import numpy as np
import pytest

from matcher.engine.index import IndexBuilder
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from models.baselines import bm25_scores
from models.evaluation import (
    evaluate_set,
    measure,
    pair_probabilities,
    production_scores,
    run_lines,
)
from models.french import terms
from models.hashing import HashingEncoder
from models.labelled import LabelledSet, Text
from models.matching import load_matching

TINY = LabelledSet(
    "tiny",
    corpus=(
        Text("velo", "vélo vélo jardin"),
        Text("jardin", "jardin"),
        Text("cuisine", "cuisine chaude"),
    ),
    queries=(Text("q-velo", "vélo"), Text("q-jardin", "un jardin"), Text("q-rien", "piano")),
    relevance={"q-velo": {"velo": 1.0}, "q-jardin": {"velo": 2.0, "absent": 1.0}},
)


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def builder_with(model: MatchModel) -> IndexBuilder:
    return IndexBuilder(HashingEncoder(), terms, model)


@pytest.fixture
def model() -> MatchModel:
    return load_matching(HashingEncoder().model_id).model


@pytest.fixture
def builder(model: MatchModel) -> IndexBuilder:
    return builder_with(model)


def test_figures_are_those_computed_by_hand() -> None:
    """« jardin » alone is shorter, so BM25 puts « velo » second; « absent » is never found."""
    quality = measure("bm25", bm25_scores(TINY), TINY).quality
    second = (2 / log2(3)) / (2 / log2(2) + 1 / log2(3))
    assert quality.queries == 2
    assert quality.ndcg == pytest.approx((1 + second) / 2)
    assert quality.mrr == pytest.approx((1 + 0.5) / 2)
    assert quality.recall == pytest.approx((1 + 0.5) / 2)


def test_ours_is_measured_beside_the_baselines(builder: IndexBuilder) -> None:
    evaluation = evaluate_set(TINY, builder, builder.encoder, silent)
    systems = [figures.system for figures in evaluation.figures]
    assert systems == ["synergies", "bm25", "tf-idf", "dense", "fusion"]
    assert (evaluation.queries, evaluation.documents) == (2, 3)
    assert evaluation.scores.shape == (3, 3)
    assert list(evaluation.leads) == systems[1:]


def test_each_lead_is_the_gap_between_two_rows(builder: IndexBuilder) -> None:
    evaluation = evaluate_set(TINY, builder, builder.encoder, silent)
    ours, *baselines = evaluation.figures
    for other in baselines:
        lead = evaluation.leads[other.system]
        assert lead.difference == pytest.approx(ours.quality.ndcg - other.quality.ndcg)
        assert lead.low <= lead.difference <= lead.high


def test_the_quality_is_the_mean_over_queries_in_the_order_of_the_file() -> None:
    figures = measure("bm25", bm25_scores(TINY), TINY)
    second = (2 / log2(3)) / (2 / log2(2) + 1 / log2(3))
    assert figures.ndcg.tolist() == pytest.approx([1.0, second])
    assert figures.ndcg.mean() == pytest.approx(figures.quality.ndcg)


def test_a_pair_is_as_probable_as_in_the_ranking(builder: IndexBuilder) -> None:
    """A need that is met wholly by one offer is worth 0.85 of its probability."""
    needs = [TINY.queries[0].text, TINY.queries[1].text]
    offers = [TINY.corpus[2].text, TINY.corpus[0].text]
    scores = production_scores(TINY, builder, silent)
    expected = np.array([scores[0, 2], scores[1, 0]]) / 0.85
    np.testing.assert_allclose(pair_probabilities(needs, offers, builder), expected, rtol=1e-5)


def test_a_text_without_words_has_a_probability_too(builder: IndexBuilder) -> None:
    found = pair_probabilities(["", "vélo"], ["vélo", ""], builder)
    assert ((found >= 0) & (found < 1)).all()


def test_ours_goes_through_the_matching_of_the_product(model: MatchModel) -> None:
    """An offer that repeats the word wins by words, one that is written alike wins by meaning."""
    labelled = replace(
        TINY,
        corpus=(Text("words", "vélo " * 8 + "jardin cuisine piano"), Text("alike", "vélo")),
        queries=(Text("q", "vélo"),),
        relevance={"q": {"words": 1.0}},
    )
    by_words = replace(model, dense=0.0, lexical=6.0)
    by_meaning = replace(model, dense=10.0, lexical=0.0)
    scores = [
        production_scores(labelled, builder_with(chosen), silent)[0]
        for chosen in (by_words, by_meaning)
    ]
    assert scores[0].argmax() == 0
    assert scores[1].argmax() == 1


def test_ours_is_what_a_recommendation_says_of_one_need_and_one_offer(model: MatchModel) -> None:
    """0.85 × the probability of the match, which is a logistic of cosine and words."""
    scores = production_scores(TINY, builder_with(model), silent)
    encoder = HashingEncoder()
    need, offer = TINY.queries[0].text, TINY.corpus[0].text
    cosine = encoder.encode([need], Role.NEED)[0] @ encoder.encode([offer], Role.OFFER)[0]
    weights = model.weigh(terms(need), Role.NEED), model.weigh(terms(offer), Role.OFFER)
    lexical = sum(weight * weights[1].get(term, 0) for term, weight in weights[0].items())
    logit = model.dense * cosine + model.lexical * lexical + model.bias
    assert scores[0, 0] == pytest.approx(0.85 / (1 + np.exp(-logit)), rel=1e-4)


def test_equal_scores_go_by_identifier_whatever_the_order_of_the_file(
    builder: IndexBuilder,
) -> None:
    corpus = tuple(Text(name, "vélo") for name in ("c", "a", "b"))
    orders = (corpus, corpus[::-1])
    for order in orders:
        labelled = replace(TINY, corpus=order)
        lines = run_lines(evaluate_set(labelled, builder, builder.encoder, silent), labelled)
        assert [line.split("\t")[1] for line in lines] == ["a", "b", "c"] * 3


def test_a_run_holds_the_first_hundred_of_every_query(builder: IndexBuilder) -> None:
    corpus = tuple(Text(f"d{number:03}", f"vélo {'jardin ' * number}") for number in range(130))
    labelled = replace(TINY, corpus=corpus, relevance={"q-velo": {"d000": 1.0}})
    lines = [
        line.split("\t")
        for line in run_lines(evaluate_set(labelled, builder, builder.encoder, silent), labelled)
    ]
    assert [line[0] for line in lines[::100]] == ["q-velo", "q-jardin", "q-rien"]
    for query in range(3):
        own = lines[query * 100 : query * 100 + 100]
        scores = [float(line[3]) for line in own]
        assert [int(line[2]) for line in own] == list(range(1, 101))
        assert scores == sorted(scores, reverse=True)


def test_texts_without_words_score_nothing_and_break_nothing(builder: IndexBuilder) -> None:
    labelled = replace(TINY, corpus=(Text("a", ""), Text("b", "!"), Text("c", "x")))
    evaluation = evaluate_set(labelled, builder, builder.encoder, silent)
    assert np.isfinite(evaluation.scores).all()

from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from matcher.engine.index import IndexBuilder
from matcher.engine.matching import Analyzer, MatchModel
from models.analysis import analyse
from models.evaluation import open_systems
from models.french import terms
from models.hashing import HashingEncoder
from models.labelled import LabelledSet, Text, read_labelled_set
from models.typos import FEWEST, typo_cost, with_misspelt_documents, with_typo

MOST = 0.05
"""Share of its nDCG@10 that a set may lose to one typo in every query."""

SMALL = LabelledSet(
    "small",
    corpus=(
        Text("beds", "Hébergement pour familles"),
        Text("bikes", "Réparation de vélos"),
        Text("food", "Distribution alimentaire"),
    ),
    queries=(Text("q1", "hébergement familles"), Text("q2", "réparation"), Text("q3", "RSA ?")),
    relevance={"q1": {"beds": 2.0}, "q2": {"bikes": 1.0}, "q3": {"food": 1.0}},
)


def lexical(analyzer: Analyzer = terms) -> IndexBuilder:
    """Matching by words alone, which any typo hurts."""
    model = MatchModel("words", dense=0.0, lexical=9.0, bias=0.0, default_idf=4.0, average_length=3)
    return IndexBuilder(HashingEncoder(), analyzer, model)


def test_a_typo_changes_one_word_by_one_letter() -> None:
    rng = Random(1)
    for _ in range(500):
        text = with_typo("un logement pour six", rng)
        assert text != "un logement pour six"
        assert text.startswith("un ")
        assert text.endswith(" six")
        assert abs(len(text) - len("un logement pour six")) <= 1


def test_typos_lose_add_replace_and_exchange_letters() -> None:
    rng = Random(1)
    found = {with_typo("aide", rng) for _ in range(3_000)}
    assert {"aie", "aidee", "aidx", "adie"} <= found


def test_a_text_of_short_words_has_no_typo() -> None:
    assert with_typo("le RSA, 12345", Random(1)) == "le RSA, 12345"


def test_the_same_seed_makes_the_same_typos() -> None:
    assert typo_cost(SMALL, lexical(), fewest=20, seed=3) == typo_cost(
        SMALL, lexical(), fewest=20, seed=3
    )


def test_queries_come_back_until_enough_were_typed_without_those_of_short_words() -> None:
    cost = typo_cost(SMALL, lexical(), fewest=21)
    assert cost.typed == 22
    assert cost.clean_ndcg == pytest.approx(1.0)


def test_the_cost_is_the_share_of_the_quality_that_is_lost() -> None:
    cost = typo_cost(SMALL, lexical(), fewest=100)
    assert cost.typed_ndcg < 0.9
    assert cost.relative == pytest.approx(1 - cost.typed_ndcg / cost.clean_ndcg)


def test_documents_can_be_misspelt_too() -> None:
    misspelt = with_misspelt_documents(SMALL)
    assert all(a.text != b.text for a, b in zip(misspelt.corpus, SMALL.corpus, strict=True))
    assert misspelt.queries == SMALL.queries


def test_correcting_saves_most_of_what_typos_cost_to_words() -> None:
    assert typo_cost(SMALL, lexical(analyse), fewest=100).relative < MOST
    assert typo_cost(SMALL, lexical(terms), fewest=100).relative > 2 * MOST


def test_a_typo_in_every_query_costs_little_of_the_quality(model_directory: Path) -> None:
    builder, _ = open_systems(None, model_directory)
    labelled = read_labelled_set(Path(str(files("data") / "labelled" / "needs_offers")))

    cost = typo_cost(labelled, builder)

    assert cost.typed >= FEWEST
    assert cost.relative <= MOST


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.parametrize("name", ["carnet_de_bord", "reunion_noms", "rome", "cdtn"])
def test_a_typo_costs_little_on_texts_of_others_too(
    name: str, realdata: Path, model_directory: Path
) -> None:
    builder, _ = open_systems(None, model_directory)
    labelled = read_labelled_set(realdata / "tuning" / name)
    assert typo_cost(labelled, builder).relative <= MOST

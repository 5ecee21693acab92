"""The report says what was measured: contrasts, calibration, and a table per set."""

import json
from pathlib import Path

import numpy as np
import pytest

from matcher.engine.index import IndexBuilder
from models.calibration import calibration_of
from models.contrasts import Triple, measure_contrasts
from models.french import terms
from models.hashing import HashingEncoder
from models.matching import load_matching
from models.report import TUNING, report
from models.report_tables import contrast_table, typo_table
from models.typos import TypoCost


@pytest.fixture
def builder() -> IndexBuilder:
    encoder = HashingEncoder()
    return IndexBuilder(encoder, terms, load_matching(encoder.model_id).model)


def test_a_triple_is_right_when_the_better_offer_is_the_more_probable(
    builder: IndexBuilder,
) -> None:
    bicycle, kitchen = "réparer un vélo", "prêter une cuisine"
    triples = [
        Triple("easy", "un vélo à réparer", bicycle, kitchen),
        Triple("wrong", "un vélo à réparer", kitchen, bicycle),
        Triple("wrong", "un vélo à réparer", bicycle, bicycle),
        Triple("wrong", "une cuisine à prêter", kitchen, bicycle),
    ]
    shares = measure_contrasts(triples, builder)
    assert [(share.phenomenon, share.right, share.triples) for share in shares] == [
        ("all", 2, 4),
        ("easy", 1, 1),
        ("wrong", 1, 3),
    ]


def test_triples_are_counted_part_by_part(builder: IndexBuilder) -> None:
    bicycle, kitchen = "réparer un vélo", "prêter une cuisine"
    triples = [
        Triple("easy", "un vélo à réparer", bicycle, kitchen, "test"),
        Triple("wrong", "un vélo à réparer", kitchen, bicycle, "dev"),
        Triple("easy", "une cuisine à prêter", kitchen, bicycle, "dev"),
    ]
    shares = measure_contrasts(triples, builder)
    assert [(share.part, share.phenomenon, share.right, share.triples) for share in shares] == [
        ("dev", "all", 1, 2),
        ("dev", "easy", 1, 1),
        ("dev", "wrong", 0, 1),
        ("test", "all", 1, 1),
        ("test", "easy", 1, 1),
    ]
    rows = contrast_table(shares).splitlines()
    assert "| all | 2 | 1 | 0.500 | 1 | 1 | 1.000 |" in rows
    assert "| wrong | 1 | 0 | 0.000 |  |  |  |" in rows


def test_the_cost_of_typos_is_a_share_of_the_clean_figure() -> None:
    lines = typo_table([TypoCost("rome", 200, clean_ndcg=0.5, typed_ndcg=0.49)]).splitlines()
    assert "| rome | 200 | 0.500 | 0.490 | −2.0 % |" in lines


def test_area_and_calibration_error_are_those_computed_by_hand() -> None:
    """Three of the four couples are in order; bins hold (0.1, 0), (0.62 and 0.68, ½), (1, 1)."""
    found = calibration_of(np.array([0.1, 0.62, 0.68, 1.0]), np.array([0, 1, 0, 1]))
    assert found.auc == pytest.approx(3 / 4)
    assert [(b.low, b.pairs, b.answered) for b in found.bins] == [
        (0.1, 1, 0.0),
        (0.6, 2, 0.5),
        (0.9, 1, 1.0),
    ]
    assert found.error == pytest.approx((0.1 + 2 * 0.15 + 0) / 4)


def test_pairs_that_all_answer_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="both classes"):
        calibration_of(np.array([0.1, 0.9]), np.array([1, 1]))


def test_the_report_holds_every_set_and_is_the_same_twice(
    tmp_path: Path, builder: IndexBuilder
) -> None:
    for name in TUNING:
        folder = tmp_path / "tuning" / name
        folder.mkdir(parents=True)
        row = json.dumps({"id": "a", "text": "réparer un vélo"})
        for file in ("corpus", "queries"):
            (folder / f"{file}.jsonl").write_text(row, encoding="utf-8")
        (folder / "qrels.tsv").write_text("query\tdocument\tgrade\na\ta\t1", encoding="utf-8")
    second = HashingEncoder(64)
    made = report(tmp_path, builder, builder.encoder, second)
    written = made.text
    for name in TUNING:
        assert f"### {name}: 1 queries, 1 documents" in written
    for name in ("needs_offers: 124", "acronyms: 136"):
        assert f"### {name} queries" in written
    assert "| BM25 | 1.000 | 1.000 | 1.000 | +0.000 [+0.000, +0.000] |" in written
    assert "| negation | 25 |" in written
    assert "2100 rows: area under the ROC curve" in written
    assert "| long_needs | 0." in written
    assert "| phenomenon | dev triples | dev right | dev share | dev2 triples |" in written
    assert f"| {TUNING[0]} | 1.000 | 1.000 (BM25) | +0.0 % | 1.000 (" in written
    assert "| mean of the first four | 1.000 | 1.000 | +0.0 % | 1.000 | +0.000 |" in written
    assert set(made.panels) == {"Statement match", "Pair score"}
    assert "{" not in written
    assert made == report(tmp_path, builder, builder.encoder, second)

"""An acronym meets the words it stands for, whichever of the two sides uses it."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from models.evaluation import open_systems, production_scores
from models.labelled import LabelledSet, read_labelled_set

FOLDER = Path(str(files("data") / "labelled" / "acronyms"))
LEAST = 0.90
NEEDS_OF_EACH = 60


@pytest.fixture(scope="module")
def first(model_directory: Path) -> dict[str, str]:
    """The offer that we put first, by need."""
    builder, _ = open_systems(None, model_directory)
    labelled = read_labelled_set(FOLDER)
    scores = production_scores(labelled, builder, lambda what, done, total: None)
    return {
        query.id: labelled.corpus[int(row.argmax())].id
        for query, row in zip(labelled.queries, scores, strict=True)
    }


@pytest.mark.parametrize("side", ["acronym", "words"])
def test_the_right_offer_is_first_when_the_need_is_said_with(
    side: str, first: dict[str, str]
) -> None:
    labelled = read_labelled_set(FOLDER)
    asked = [query["id"] for query in _queries() if query["asks_with"] == side]

    wrong = [query for query in asked if first[query] not in labelled.relevance[query]]

    assert len(asked) >= NEEDS_OF_EACH
    assert 1 - len(wrong) / len(asked) >= LEAST, _shown(wrong, first, labelled)


def _queries() -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / "queries.jsonl").read_text("utf-8").splitlines()]


def _shown(wrong: list[str], first: dict[str, str], labelled: LabelledSet) -> str:
    texts = {text.id: text.text for text in (*labelled.corpus, *labelled.queries)}
    return "\n".join(f"{texts[query]} → {texts[first[query]]}" for query in wrong)

"""The acronym set asks what it says: the acronym on one side, the words alone on the other."""

import json
from importlib.resources import files
from pathlib import Path

from models.french import fold
from models.labelled import read_labelled_set
from models.lexicon_tokens import read_tokens

FOLDER = Path(str(files("data") / "labelled" / "acronyms"))


def _queries() -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / "queries.jsonl").read_text("utf-8").splitlines()]


def test_acronym_set_is_as_large_as_promised() -> None:
    labelled = read_labelled_set(FOLDER)
    assert len(labelled.judged()) >= 120
    assert len(labelled.corpus) >= 120
    assert len({query["acronym"] for query in _queries()}) >= 60


def test_acronym_stands_on_one_side_only() -> None:
    labelled = read_labelled_set(FOLDER)
    offers = {document.id: document.text for document in labelled.corpus}
    for query in _queries():
        (answer,) = labelled.relevance[query["id"]]
        words = [{token.word for token in read_tokens(t)} for t in (query["text"], offers[answer])]
        in_need, in_offer = (fold(query["acronym"]) in side for side in words)
        assert (in_need, in_offer) == (
            query["asks_with"] == "acronym",
            query["asks_with"] == "words",
        )

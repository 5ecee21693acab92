import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

VOCABULARIES = Path(__file__).resolve().parents[2] / "data" / "vocabularies"
FLOORS = {"needs": 14, "offers": 14, "keywords": 12}
MOST_LEAVES_OF_ONE_PHRASE = 3
MOST_WORDS = 30
CONTACT = re.compile(r"@|https?:|www\.|\b0[1-9](?:[ .-]?\d{2}){4}\b")

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    content = (VOCABULARIES / "domain_phrases.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in content.splitlines()]


@pytest.fixture(scope="module")
def leaves(rows: list[Row]) -> list[Row]:
    return rows[:-1]


def folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", " ", letters).strip()


def phrases(row: Row) -> list[str]:
    return [*row["needs"], *row["offers"]]


def repeated(texts: list[str]) -> list[str]:
    return [text for text, count in Counter(map(folded, texts)).items() if count > 1]


def test_every_thematique_has_one_row_in_the_order_of_the_vocabulary(leaves: list[Row]) -> None:
    vocabulary = json.loads((VOCABULARIES / "data_inclusion_v1.json").read_text("utf-8"))

    assert [row["code"] for row in leaves] == [e["code"] for e in vocabulary["thematiques"]]


def test_every_thematique_has_enough_of_each(leaves: list[Row]) -> None:
    assert all(set(row) == {"code", *FLOORS} for row in leaves)
    short = [(row["code"], k) for row in leaves for k, n in FLOORS.items() if len(row[k]) < n]
    assert short == []


def test_no_phrase_or_keyword_comes_twice_in_a_thematique(leaves: list[Row]) -> None:
    assert {row["code"]: found for row in leaves if (found := repeated(phrases(row)))} == {}
    assert {row["code"]: found for row in leaves if (found := repeated(row["keywords"]))} == {}


def test_a_phrase_shared_by_thematiques_is_in_few_of_them(leaves: list[Row]) -> None:
    counts = Counter(folded(text) for row in leaves for text in phrases(row))

    assert [text for text, n in counts.items() if n > MOST_LEAVES_OF_ONE_PHRASE] == []


def test_the_last_row_holds_phrases_without_a_theme(rows: list[Row], leaves: list[Row]) -> None:
    last = rows[-1]
    themed = {folded(text) for row in leaves for text in [*phrases(row), *row["keywords"]]}

    assert (set(last), last["code"]) == ({"code", "texts"}, "none")
    assert len(last["texts"]) >= 80
    assert repeated(last["texts"]) == []
    assert themed.isdisjoint(map(folded, last["texts"]))


def test_phrases_are_short_clean_and_carry_no_contact(rows: list[Row], leaves: list[Row]) -> None:
    texts = [*rows[-1]["texts"], *(t for row in leaves for t in phrases(row) + row["keywords"])]

    assert [t for t in texts if t != " ".join(t.split()) or not folded(t)] == []
    assert [t for t in texts if len(t.split()) > MOST_WORDS] == []
    assert [t for t in texts if CONTACT.search(t)] == []

"""The labelled sets are well formed, varied, and keep out of each other."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.labelled import LabelledSet, read_labelled_set

ROOT = Path(__file__).resolve().parents[2]
LABELLED = ROOT / "data" / "labelled"
ACTORS = ROOT / "data" / "fixtures" / "actors.jsonl"
VOCABULARY = ROOT / "data" / "vocabularies" / "data_inclusion_v1.json"
RANKING = {"needs_offers": 100, "long_needs": 80, "service_pages": 120}  # needs at least
PHENOMENA = {
    "same_need",
    "negation",
    "public",
    "homonym",
    "topic_vs_answer",
    "acronym",
    "near_domain",
    "register",
}
CONTACT = re.compile(
    r"@|https?:|www\."
    r"|(?:\+|00)\d{1,3}[ .-]?\d(?:[ .-]?\d{2}){4}"  # +33 6 12 34 56 78
    r"|\b0[1-9](?:[ .-]?\d{2}){4}\b"  # 06 12 34 56 78
    r"|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"  # 450 555 0100
)

FURTHER = "dev2"
"""The part of the complementarity triples that never joins the headline."""

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def triples() -> list[Row]:
    return rows(LABELLED / "contrasts" / "triples.jsonl")


@pytest.fixture(scope="module")
def complements() -> list[Row]:
    return rows(LABELLED / "complementarity" / "triples.jsonl")


@pytest.fixture(scope="module")
def pairs() -> list[Row]:
    return rows(LABELLED / "judged_pairs" / "pairs.jsonl")


@pytest.fixture(scope="module")
def graded() -> LabelledSet:
    return read_labelled_set(LABELLED / "needs_offers")


@pytest.fixture(scope="module")
def long_needs() -> LabelledSet:
    return read_labelled_set(LABELLED / "long_needs")


@pytest.fixture(scope="module")
def fixture_statements() -> dict[str, str]:
    return dict(_statements_of_fixtures())


def _statements_of_fixtures() -> Iterator[tuple[str, str]]:
    for actor in rows(ACTORS):
        for field in ("needs", "offers"):
            for place, entry in enumerate(actor.get(field, [])):
                text = entry if isinstance(entry, str) else entry["text"]
                yield f"{actor['id']}/{field}/{place}", text


def texts_of(entries: list[Row], *fields: str) -> list[str]:
    return [entry[field] for entry in entries for field in fields]


def texts_of_set(graded: LabelledSet) -> set[str]:
    return {text.text for text in (*graded.corpus, *graded.queries)}


def folded(texts: list[str] | set[str]) -> set[str]:
    return {" ".join(re.findall(r"\w+", text.lower())) for text in texts}


def test_a_triple_has_every_field_and_three_different_texts(triples: list[Row]) -> None:
    fields = {"id", "group", "phenomenon", "need", "better", "worse", "note"}
    for triple in triples:
        assert set(triple) == fields
        assert all(isinstance(value, str) and value.strip() for value in triple.values())
        assert len({triple["need"], triple["better"], triple["worse"]}) == 3


def test_the_eight_phenomena_are_about_equally_present(triples: list[Row]) -> None:
    counts = Counter(triple["phenomenon"] for triple in triples)
    assert len(triples) >= 180
    assert set(counts) == PHENOMENA
    assert min(counts.values()) >= 20
    assert max(counts.values()) <= 30


def test_a_group_is_one_phenomenon_in_two_or_three_phrasings(triples: list[Row]) -> None:
    sizes = Counter(triple["group"] for triple in triples)
    assert set(sizes.values()) <= {2, 3}
    assert len({(triple["group"], triple["phenomenon"]) for triple in triples}) == len(sizes)


def test_no_text_of_the_triples_comes_twice(triples: list[Row]) -> None:
    assert len({triple["id"] for triple in triples}) == len(triples)
    texts = texts_of(triples, "need", "better", "worse")
    assert len(folded(texts)) == len(texts)


def test_shared_words_alone_do_not_tell_the_better_offer(triples: list[Row]) -> None:
    def shared(triple: Row, side: str) -> int:
        return len(stems(triple["need"]) & stems(triple[side]))

    def stems(text: str) -> set[str]:
        return {word[:6] for word in re.findall(r"\w{4,}", text.lower())}

    misleading = sum(shared(triple, "worse") > shared(triple, "better") for triple in triples)
    assert misleading > len(triples) / 2


def test_a_complementarity_triple_has_every_field_and_no_text_twice(
    complements: list[Row],
) -> None:
    fields = {"id", "group", "part", "phenomenon", "need", "better", "worse", "note"}
    for triple in complements:
        assert set(triple) == fields
        assert all(isinstance(value, str) and value.strip() for value in triple.values())
    assert len({triple["id"] for triple in complements}) == len(complements)
    texts = texts_of(complements, "need", "better", "worse")
    assert len(folded(texts)) == len(texts)
    assert all(4 <= len(text.split()) <= 35 for text in texts)


def test_a_complementarity_group_is_whole_in_the_part_that_its_name_draws(
    complements: list[Row],
) -> None:
    drawn = [triple for triple in complements if triple["part"] != FURTHER]
    for triple in drawn:
        byte = hashlib.sha256(triple["group"].encode()).digest()[0]
        assert triple["part"] == ("dev" if byte < 80 else "test"), triple["id"]
    sizes = Counter(triple["group"] for triple in drawn)
    assert set(sizes.values()) <= {2, 3}
    assert len({(triple["group"], triple["phenomenon"]) for triple in drawn}) == len(sizes)


def test_the_further_triples_share_no_group_with_those_of_the_headline(
    complements: list[Row],
) -> None:
    groups = {triple["group"]: triple["part"] for triple in complements}
    assert all(groups[triple["group"]] == triple["part"] for triple in complements)
    further = [triple for triple in complements if triple["part"] == FURTHER]
    sizes = Counter((triple["group"], triple["phenomenon"]) for triple in further)
    assert set(sizes.values()) <= {2, 3, 4, 5}
    assert len({group for group, _ in sizes}) == len(sizes)


def test_the_complementarity_triples_are_as_many_as_their_readme_says(
    complements: list[Row],
) -> None:
    readme = (LABELLED / "complementarity" / "README.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^\| `(\w+)` \|.*\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", readme, re.M
    )
    counted = []
    for phenomenon in ("same_need", "exclusion"):
        of_it = [triple for triple in complements if triple["phenomenon"] == phenomenon]
        parts = Counter(triple["part"] for triple in of_it)
        groups = {triple["group"] for triple in of_it if triple["part"] != FURTHER}
        headline = parts["dev"] + parts["test"]
        numbers = (headline, parts["dev"], parts["test"], len(groups), parts[FURTHER])
        counted.append((phenomenon, *map(str, numbers)))
    assert told == counted
    assert sum(int(row[1]) + int(row[5]) for row in told) == len(complements)
    notes = [triple["note"] for triple in complements if triple["part"] != FURTHER]
    for kind in ("explicit exclusion` (", "positive restriction` ("):
        number = int(readme.split(kind)[1].split(":")[0].split()[0])
        begins = kind.split("`")[0]
        assert number == sum(note.startswith(begins) for note in notes)


@pytest.mark.parametrize("name", RANKING)
def test_a_graded_set_is_large_and_every_need_has_an_answer(name: str) -> None:
    graded = read_labelled_set(LABELLED / name)
    assert len(graded.corpus) >= 90
    assert len(graded.queries) >= RANKING[name]
    for query in graded.queries:
        assert 2 in graded.relevance[query.id].values(), query.id


def test_long_needs_are_in_thirds_of_length_before_shorter_offers(long_needs: LabelledSet) -> None:
    lengths = [len(query.text.split()) for query in long_needs.queries]
    assert 60 <= min(lengths) <= max(lengths) <= 250
    for low, high in ((60, 100), (101, 159), (160, 250)):
        assert sum(low <= length <= high for length in lengths) >= len(lengths) * 0.3
    assert max(len(offer.text.split()) for offer in long_needs.corpus) <= 90


@pytest.mark.parametrize("name", RANKING)
def test_judgements_are_grades_of_offers_that_exist(name: str) -> None:
    graded = read_labelled_set(LABELLED / name)
    offers = {offer.id for offer in graded.corpus}
    lines = (LABELLED / name / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "query_id\tdoc_id\trelevance"
    cells = [line.split("\t") for line in lines[1:]]
    needs = {query.id for query in graded.queries}
    assert all(need in needs and offer in offers for need, offer, _ in cells)
    assert {grade for _, _, grade in cells} == {"1", "2"}
    assert len({(need, offer) for need, offer, _ in cells}) == len(cells)


@pytest.mark.parametrize("name", RANKING)
def test_several_offers_answer_many_needs(name: str) -> None:
    graded = read_labelled_set(LABELLED / name)
    several = [need for need, grades in graded.relevance.items() if len(grades) > 1]
    assert len(several) >= len(graded.queries) * 0.7


def test_needs_are_short_and_long(graded: LabelledSet) -> None:
    lengths = sorted(len(query.text.split()) for query in graded.queries)
    assert lengths[0] <= 2
    assert 120 <= lengths[-1] <= 150


def test_the_sixteen_categories_are_on_both_sides() -> None:
    vocabulary = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    categories = {entry["code"] for entry in vocabulary["categories"]}
    for name in ("corpus", "queries"):
        counts = Counter(row["theme"] for row in rows(LABELLED / "needs_offers" / f"{name}.jsonl"))
        assert set(counts) == categories
        assert min(counts.values()) >= 5


@pytest.mark.parametrize("name", RANKING)
def test_no_need_and_no_offer_comes_twice_in_a_graded_set(name: str) -> None:
    graded = read_labelled_set(LABELLED / name)
    assert len(folded(texts_of_set(graded))) == len(graded.corpus) + len(graded.queries)


def test_a_pair_answers_exactly_when_its_grade_is_two_or_three(pairs: list[Row]) -> None:
    for pair in pairs:
        assert pair["grade"] in {0, 1, 2, 3}
        assert pair["answers"] == int(pair["grade"] >= 2), pair["id"]


def test_there_are_300_pairs_of_which_about_a_third_answer(pairs: list[Row]) -> None:
    share = sum(pair["answers"] for pair in pairs) / len(pairs)
    assert len(pairs) >= 300
    assert 0.30 <= share <= 0.40
    assert min(Counter(pair["grade"] for pair in pairs).values()) >= 40


def test_no_pair_comes_twice(pairs: list[Row]) -> None:
    assert len({pair["id"] for pair in pairs}) == len(pairs)
    assert len({(pair["need"], pair["offer"]) for pair in pairs}) == len(pairs)


def test_pairs_of_the_fixtures_quote_statements_of_opposite_sides(
    pairs: list[Row], fixture_statements: dict[str, str]
) -> None:
    quoted = [pair for pair in pairs if pair["source"] == "fixtures"]
    assert len(quoted) >= 150
    for pair in quoted:
        assert fixture_statements[pair["need_ref"]] == pair["need"]
        assert fixture_statements[pair["offer_ref"]] == pair["offer"]
        assert pair["need_ref"][:2] != pair["offer_ref"][:2]
    assert {pair["need_ref"][:2] for pair in quoted} == {"ts", "es"}


def test_sets_that_only_evaluate_share_no_text_with_what_may_be_fitted(
    triples: list[Row],
    complements: list[Row],
    graded: LabelledSet,
    pairs: list[Row],
    fixture_statements: dict[str, str],
) -> None:
    fitted = folded(texts_of(pairs, "need", "offer")) | folded(set(fixture_statements.values()))
    for name in ("long_needs", "service_pages"):
        fitted |= folded(texts_of_set(read_labelled_set(LABELLED / name)))
    contrasts = folded(texts_of(triples, "need", "better", "worse"))
    evaluation = folded(texts_of_set(graded))
    complementary = folded(texts_of(complements, "need", "better", "worse"))
    assert not contrasts & evaluation
    assert not complementary & (contrasts | evaluation)
    assert not (contrasts | complementary | evaluation) & fitted


def test_no_text_holds_a_contact_detail(
    triples: list[Row], complements: list[Row], pairs: list[Row]
) -> None:
    texts = texts_of([*triples, *complements], "need", "better", "worse", "note")
    texts += texts_of(pairs, "need", "offer")
    for name in RANKING:
        texts += texts_of_set(read_labelled_set(LABELLED / name))
    assert [text for text in texts if CONTACT.search(text)] == []


@pytest.mark.parametrize("name", [*RANKING, "contrasts", "complementarity", "judged_pairs"])
def test_each_set_says_how_it_was_written_and_under_which_licence(name: str) -> None:
    readme = (LABELLED / name / "README.md").read_text(encoding="utf-8")
    assert "no practitioner has" in " ".join(readme.split())
    assert "## Licence" in readme

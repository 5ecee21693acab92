"""The service pages are long, alike in their filler, and answer short needs."""

import re
from collections import Counter
from pathlib import Path

import pytest

from models.labelled import LabelledSet, read_labelled_set

SERVICE_PAGES = Path(__file__).resolve().parents[2] / "data" / "labelled" / "service_pages"


@pytest.fixture(scope="module")
def service_pages() -> LabelledSet:
    return read_labelled_set(SERVICE_PAGES)


def test_needs_of_each_length_are_a_third(service_pages: LabelledSet) -> None:
    lengths = [len(need.text.split()) for need in service_pages.queries]
    for low, high in ((2, 3), (4, 6), (7, 9)):
        assert sum(low <= length <= high for length in lengths) == len(lengths) / 3


def test_every_page_is_long_and_answers_some_need(service_pages: LabelledSet) -> None:
    assert all(120 <= len(page.text.split()) <= 350 for page in service_pages.corpus)
    answering = {
        page
        for grades in service_pages.relevance.values()
        for page, grade in grades.items()
        if grade == 2
    }
    assert answering == {page.id for page in service_pages.corpus}


def test_most_pages_share_filler_with_others(service_pages: LabelledSet) -> None:
    paragraphs = {
        page.id: {part for part in page.text.split("\n") if len(part.split()) > 10}
        for page in service_pages.corpus
    }
    pages = Counter(part for parts in paragraphs.values() for part in parts)
    with_filler = sum(any(pages[part] > 5 for part in parts) for parts in paragraphs.values())
    assert with_filler >= len(paragraphs) * 0.7


def test_most_needs_use_other_words_than_the_pages_that_answer(service_pages: LabelledSet) -> None:
    words = {page.id: stems(page.text) for page in service_pages.corpus}

    def told_otherwise(need: str, text: str) -> bool:
        answers = [page for page, grade in service_pages.relevance[need].items() if grade == 2]
        asked = stems(text)
        return all(len(asked & words[page]) <= len(asked) / 2 for page in answers)

    assert sum(told_otherwise(need.id, need.text) for need in service_pages.queries) > 60


def test_the_readme_counts_what_the_files_hold(service_pages: LabelledSet) -> None:
    readme = " ".join((SERVICE_PAGES / "README.md").read_text(encoding="utf-8").split())
    grades = Counter(
        grade for judged in service_pages.relevance.values() for grade in judged.values()
    )
    assert f"({len(service_pages.corpus)} pages" in readme
    assert f"({len(service_pages.queries)} needs" in readme
    assert f"{grades.total()} judgements, {grades[2]} of grade 2 and {grades[1]} of" in readme


def stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w{4,}", text.lower())}

"""Every line of the lexicon is well formed, and what people read of it is short."""

from collections import Counter
from importlib.resources import files

from matcher.engine.profiles import Kind
from models.french import fold, terms
from models.lexicon_file import BOTH, COLUMNS, Sort, When, read_entries, read_rows

SOURCES = {"sigles", "data-inclusion", "ours"}
LONGEST_EXPLANATION = 110


def test_lines_have_the_promised_columns_and_values() -> None:
    for row in read_rows():
        assert tuple(row) == COLUMNS
        assert None not in row.values()
        assert row["term"].strip()
        assert terms(row["expansion"]), row
        assert row["side"] in {BOTH, *Kind}, row
        assert row["when"] in set(When), row
        assert row["kind"] in set(Sort), row
        assert row["source"] in SOURCES, row


def test_no_sense_is_written_twice() -> None:
    senses = Counter((fold(e.term), tuple(terms(e.expansion))) for e in read_entries())
    assert [sense for sense, count in senses.items() if count > 1] == []


def test_explanations_are_one_short_french_sentence() -> None:
    explained = [row for row in read_rows() if row["explanation"]]
    assert len(explained) >= 300
    for row in explained:
        text = row["explanation"]
        assert len(text) <= LONGEST_EXPLANATION, row
        assert "'" not in text, row
        assert text[0].isupper() or text[0].isdigit(), row


def test_a_term_needing_context_says_which() -> None:
    assert [e.term for e in read_entries() if e.when is When.CONTEXT and not e.context] == []


def test_words_of_one_side_are_explained_to_the_other_for_most_jargon() -> None:
    jargon = [e for e in read_entries() if e.sort is Sort.JARGON and e.side is not None]
    assert sum(bool(e.explanation) for e in jargon) > 0.8 * len(jargon)


def test_acronyms_missing_from_the_open_list_are_there() -> None:
    terms_held = {entry.term for entry in read_entries()}
    assert terms_held >= set("AJPP PTA ESRP DLA ESUS TAPAJ CRIP PUMA MECS ASE SIAE".split())


def test_origins_are_named_beside_the_file() -> None:
    sources = (files("data") / "vocabularies" / "SOURCES.md").read_text("utf-8")
    assert "lexicon.tsv" in sources
    assert all(f"`{source}`" in sources for source in SOURCES)

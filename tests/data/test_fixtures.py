import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ACTORS = ROOT / "data" / "fixtures" / "actors.jsonl"
VOCABULARY = ROOT / "data" / "vocabularies" / "data_inclusion_v1.json"
KINDS = ("social_worker", "social_entrepreneur")
RESERVED_EMAIL = re.compile(r"[^@\s]+@([a-z0-9-]+\.)*example\.(org|com)")
PHONE = re.compile(
    r"(?:\+|00)\d{1,3}[ .-]?\d(?:[ .-]?\d{2}){4}"  # +33 6 12 34 56 78
    r"|\b0[1-9](?:[ .-]?\d{2}){4}\b"  # 06 12 34 56 78
    r"|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"  # 450 555 0100
)

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [json.loads(line) for line in ACTORS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def vocabulary() -> dict[str, set[str]]:
    content = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    return {key: {entry["code"] for entry in content[key]} for key in ("thematiques", "publics")}


def statements(row: Row) -> Iterator[Row]:
    for entry in [*row.get("needs", []), *row.get("offers", [])]:
        yield {"text": entry} if isinstance(entry, str) else entry


def codes(row: Row, field: str) -> set[str]:
    own: set[str] = set(row.get(field, []))
    return own.union(*(entry.get(field, []) for entry in statements(row)))


def department(row: Row) -> str:
    commune: str = row.get("commune", "")
    named = re.search(r"\((\w+)\)$", commune)
    return named[1] if named else commune[:2]


def test_there_are_about_120_actors_and_both_sides_are_well_represented(rows: list[Row]) -> None:
    sides = Counter(row["kind"] for row in rows)
    assert 110 <= len(rows) <= 130
    assert set(sides) == set(KINDS)
    assert min(sides.values()) >= 50


def test_every_actor_has_a_unique_slug_a_name_and_a_territory(rows: list[Row]) -> None:
    identifiers = [row["id"] for row in rows]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", identifier) for identifier in identifiers)
    assert all(row["name"] and (row.get("commune") or row.get("zone")) for row in rows)


def test_every_row_says_that_it_is_fictitious(rows: list[Row]) -> None:
    assert {row["source"] for row in rows} == {"jeu d’essai (personnes fictives)"}


def test_every_organisation_says_in_its_name_that_it_is_fictitious(rows: list[Row]) -> None:
    named = [row["organization"] for row in rows if "organization" in row]
    assert [name for name in named if "(fictif)" not in name.lower()] == []


@pytest.mark.parametrize(("field", "words"), [("domains", "thematiques"), ("publics", "publics")])
def test_every_code_belongs_to_the_data_inclusion_vocabulary(
    rows: list[Row], vocabulary: dict[str, set[str]], field: str, words: str
) -> None:
    unknown = {row["id"]: codes(row, field) - vocabulary[words] for row in rows}
    assert {actor: found for actor, found in unknown.items() if found} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_each_side_covers_the_16_categories_of_domains(
    rows: list[Row], vocabulary: dict[str, set[str]], kind: str
) -> None:
    every = {code.split("--")[0] for code in vocabulary["thematiques"]}
    side = [codes(row, "domains") for row in rows if row["kind"] == kind]
    assert len(every) == 16
    assert {code.split("--")[0] for found in side for code in found} == every


def test_emails_can_reach_nobody(rows: list[Row]) -> None:
    addresses = [row["email"] for row in rows if "email" in row]
    assert len(addresses) > 100
    assert [address for address in addresses if not RESERVED_EMAIL.fullmatch(address)] == []


def test_nobody_consents_to_mail_without_an_address(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if row["consent_email"] and "email" not in row] == []


def test_no_row_holds_a_phone_number(rows: list[Row]) -> None:
    texts = {row["id"]: json.dumps(row, ensure_ascii=False) for row in rows}
    assert [actor for actor, text in texts.items() if PHONE.search(text)] == []


@pytest.mark.parametrize("number", ["06 12 34 56 78", "+33 6 12 34 56 78", "(450) 555-0100"])
def test_the_search_for_phone_numbers_finds_one(number: str) -> None:
    assert PHONE.search(f"appelez-moi au {number} le matin")


def test_known_actors_exist_and_are_somebody_else(rows: list[Row]) -> None:
    identifiers = {row["id"] for row in rows}
    acquainted = [(row["id"], other) for row in rows for other in row.get("known", [])]
    assert len(acquainted) > 10
    assert [pair for pair in acquainted if pair[1] not in identifiers or pair[0] == pair[1]] == []


def test_val_d_oise_leads_before_seine_saint_denis_and_quebec_is_present(rows: list[Row]) -> None:
    departments = Counter(department(row) for row in rows)
    assert departments["95"] >= 0.65 * len(rows)
    assert departments["93"] >= 0.15 * len(rows)
    assert departments["QC"] == 4
    assert len(departments) > 6


def test_communes_are_written_in_the_three_styles_people_use(rows: list[Row]) -> None:
    written = [row["commune"] for row in rows if "commune" in row]
    styles = (r"\d{5}", r"\d{5} \D+", r"\D+ \(\w{2,3}\)")
    counts = [sum(bool(re.fullmatch(style, text)) for text in written) for style in styles]
    assert sum(counts) == len(written)
    assert min(counts) >= 15


def test_the_awkward_profiles_are_there(rows: list[Row]) -> None:
    lengths = [len(row.get("description", "").split()) for row in rows]
    assert max(lengths) >= 1500
    assert sum(1 for row in rows if not list(statements(row))) >= 2
    assert sum(1 for row in rows if row.get("capacity_per_month") in (0, 1)) >= 4
    assert sum(1 for row in rows if not row["profiling"]) >= 2
    assert sum(1 for row in rows if not row["consent_email"]) >= 5
    assert sum(1 for row in rows if "commune" not in row) >= 1


def test_some_statements_have_expired_and_others_still_hold(rows: list[Row]) -> None:
    ends = [
        date.fromisoformat(s["expires"]) for row in rows for s in statements(row) if "expires" in s
    ]
    assert min(ends) < date(2026, 6, 1)
    assert max(ends) > date(2029, 1, 1)


def test_no_statement_is_written_twice(rows: list[Row]) -> None:
    texts = Counter(entry["text"] for row in rows for entry in statements(row))
    assert [text for text, times in texts.items() if times > 1] == []

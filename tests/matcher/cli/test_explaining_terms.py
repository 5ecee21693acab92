"""Whoever asks is told what the other side's terms mean, each once, under the reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from matcher.engine.profiles import Kind
from models.lexicon import load_lexicon

HOME = {
    "id": "home",
    "kind": "social_worker",
    "name": "Inès",
    "organization": "Les Quatre Vents",
    "commune": "Cergy (95)",
    "needs": ["un chantier d’insertion pour les jeunes de la MECS"],
    "offers": ["visite du chantier par la MECS, et des TIG"],
}
SITE = {
    "id": "site",
    "kind": "social_entrepreneur",
    "name": "Paul",
    "organization": "ACI Les Sillons",
    "commune": "Cergy (95)",
    "needs": ["visite du chantier par des éducateurs"],
    "offers": ["un chantier d’insertion pour les jeunes, avec une SIAE voisine"],
}
TERRITORY = ("--department", "95")


@pytest.fixture
def installed(synergies: Any, tmp_path: Path) -> Any:
    file = tmp_path / "two.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in (HOME, SITE)), encoding="utf-8")
    assert synergies("import", file).code == 0
    return synergies


def glossaries(shell: Any, *asked: str) -> list[list[str]]:
    """Terms explained under each exchange, in order."""
    (item,) = shell("recommend", *asked, "--minimum-score", "0", "--json").json["items"]
    exchanges = [r for r in item["reasons"] if r["code"] == "offer_answers_need"]
    assert len(exchanges) == 2
    return [[gloss["term"] for gloss in exchange["glossary"]] for exchange in exchanges]


def test_the_asker_is_told_the_terms_of_the_other_side_only(installed: Any) -> None:
    assert {t for terms in glossaries(installed, "--actor", "site") for t in terms} == {
        *("MECS", "TIG")
    }
    told = {t for terms in glossaries(installed, "--actor", "home") for t in terms}
    assert {"ACI", "SIAE"} <= told
    assert "MECS" not in told


def test_a_coordinator_is_told_the_terms_of_both(installed: Any) -> None:
    per_exchange = glossaries(installed, *TERRITORY)
    assert {"MECS", "TIG", "ACI", "SIAE"} <= {t for terms in per_exchange for t in terms}
    assert all(len(terms) == len(set(terms)) for terms in per_exchange)


def test_a_gloss_says_the_term_in_full_and_what_it_is(installed: Any) -> None:
    answer = installed("recommend", "--actor", "site", "--minimum-score", "0", "--json").json
    glosses = [g for r in answer["items"][0]["reasons"] for g in r["glossary"]]
    (known,) = load_lexicon().explain("MECS", Kind.SOCIAL_ENTREPRENEUR)
    assert known._asdict() in glosses


def test_a_person_reads_each_term_once_under_its_reason(installed: Any) -> None:
    shown = installed("recommend", "--actor", "site", "--minimum-score", "0").out
    lines = [line.strip() for line in shown.replace("\N{NO-BREAK SPACE}", " ").splitlines()]
    assert sum("MECS : maison d’enfants à caractère social" in line for line in lines) == 1
    assert not any("ACI :" in line for line in lines)

"""What matching knows of French statements in general comes from committed texts alone."""

import json
import math
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from matcher.engine.profiles import Role
from models.analysis import open_encoder
from models.hashing import HashingEncoder
from models.matching import ARTEFACTS, STATISTICS, family
from models.training.statistics import compute, idf, read_labels, read_statements


@pytest.mark.slow
def test_the_committed_statistics_are_those_of_the_committed_texts(model_directory: Path) -> None:
    committed = json.loads((ARTEFACTS / STATISTICS).read_text(encoding="utf-8"))
    computed = json.loads(json.dumps(compute(open_encoder(None, model_directory))))
    assert computed["sources"] == committed["sources"]
    assert computed["idf"] == pytest.approx(committed["idf"], abs=1e-4)
    for name in ("default_idf", "average_length"):
        assert computed[name] == pytest.approx(committed[name], abs=1e-4)
    assert set(computed["centres"]) == set(committed["centres"])
    for name, by_role in committed["centres"].items():
        assert set(by_role) == {role.value for role in Role}
        for role, centre in by_role.items():
            assert computed["centres"][name][role] == pytest.approx(centre, abs=2e-3)
    for name, rows in committed["manners"].items():
        manners = np.array(rows)
        assert manners @ manners.T == pytest.approx(np.eye(len(manners)), abs=1e-4)
        shared = np.linalg.svd(np.array(computed["manners"][name]) @ manners.T, compute_uv=False)
        assert shared == pytest.approx(1, abs=1e-2), "both span the same space"


def test_a_term_is_as_rare_as_robertson_and_zaragoza_say() -> None:
    found = idf(["réparer un vélo", "vélo vélo", "jardin, pas de vélo"])

    assert found["velo"] == pytest.approx(math.log1p((3 - 2 + 0.5) / (2 + 0.5)), abs=1e-6)
    assert found["jardin"] == pytest.approx(math.log1p((3 - 1 + 0.5) / (1 + 0.5)), abs=1e-6)
    assert list(found) == sorted(found)
    assert not {term for term in found if term.startswith(("!", "#", "~"))}


def test_statistics_say_what_they_were_computed_from_and_with() -> None:
    encoder = HashingEncoder(16)

    computed = json.loads(json.dumps(compute(encoder)))

    assert computed["sources"]["encoder"] == encoder.model_id
    assert computed["sources"]["texts"] > 2_000
    assert len(computed["sources"]["sha256"]) == len(sha256().hexdigest())
    centres = computed["centres"][family(encoder.model_id)]
    for role, texts in read_statements().items():
        mean = encoder.encode(texts, role).mean(axis=0)
        assert np.array(centres[role.value]) == pytest.approx(mean, abs=1e-5)


def test_statements_are_every_need_and_every_offer_of_the_fixtures() -> None:
    lines = (files("data") / "fixtures" / "actors.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]

    told = read_statements()

    assert {role.value: len(texts) for role, texts in told.items()} == {
        "need": sum(len(row.get("needs") or []) for row in rows),
        "offer": sum(len(row.get("offers") or []) for row in rows),
    }
    assert all(isinstance(text, str) and text for texts in told.values() for text in texts)


def test_labels_are_those_of_every_official_theme_and_public() -> None:
    official = json.loads(
        (files("data") / "vocabularies" / "data_inclusion_v1.json").read_text("utf-8")
    )
    labels = read_labels()
    assert len(labels) == len(official["thematiques"]) + len(official["publics"])
    assert {"Découvrir un métier ou un secteur d’activité", "Personnes exilées"} <= set(labels)

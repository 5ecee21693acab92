"""The committed tables come from the source files, and real addresses are understood."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from matcher.territory import AmbiguousTerritory, Referential, UnknownTerritory
from matcher.territory.build import build

COMMITTED = files("data") / "territories"


@pytest.mark.realdata
def test_rebuilding_gives_the_committed_bytes(realdata: Path, tmp_path: Path) -> None:
    sizes = build(realdata, tmp_path)
    assert len(sizes) == 5
    for name in sizes:
        assert (tmp_path / name).read_bytes() == (COMMITTED / name).read_bytes(), name


@pytest.mark.realdata
def test_the_command_writes_where_it_is_told(realdata: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "matcher.territory.build", str(realdata)]
    done = subprocess.run(
        [*command, "--output", str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert "communes.tsv" in done.stdout
    assert len(list(tmp_path.iterdir())) == 5


def test_everything_committed_is_small() -> None:
    sizes = [len(path.read_bytes()) for path in COMMITTED.iterdir() if path.is_file()]
    assert sum(sizes) < 3_000_000


def addresses(realdata: Path) -> Iterator[str]:
    sources = (
        ("siae_lemarche/siae_all.jsonl", "post_code", "city"),
        ("prescripteurs_les_emplois/prescripteurs.jsonl", "post_code", "city"),
        ("transiscope/initiatives.jsonl", "postal_code", "city"),
    )
    for name, code, city in sources:
        for line in (realdata / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            if row[city]:
                yield f"{row[code]} {row[city]}"
    for line in (realdata / "mednum" / "gironde.jsonl").read_text("utf-8").splitlines():
        yield f"{json.loads(line)['commune']} (33)"


@pytest.mark.realdata
def test_nearly_every_real_address_is_understood(realdata: Path, referential: Referential) -> None:
    typed = list(addresses(realdata))
    failed = []
    for text in typed:
        try:
            referential.find(text)
        except (UnknownTerritory, AmbiguousTerritory):
            failed.append(text)
    assert len(typed) > 5_000
    assert len(failed) / len(typed) < 0.005, failed


@pytest.mark.realdata
def test_real_addresses_land_near_their_coordinates(
    realdata: Path, referential: Referential
) -> None:
    far = total = 0
    for line in (realdata / "siae_lemarche" / "siae_all.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        try:
            found = referential.find(f"{row['post_code']} {row['city']}")
        except (UnknownTerritory, AmbiguousTerritory):
            continue
        if row["lat"] and found.latitude is not None and found.longitude is not None:
            total += 1
            far += abs(row["lat"] - found.latitude) + abs(row["lon"] - found.longitude) > 0.4
    assert total > 3_500
    assert far / total < 0.005

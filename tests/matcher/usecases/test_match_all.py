"""The best partners of everybody: written whole, gone on with where they were left."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from matcher.bootstrap import Application
from matcher.engine.best_partners import BestPartners
from matcher.engine.candidates import Filters
from matcher.engine.pairs import Question
from matcher.engine.recommending import partners_of
from matcher.errors import InvalidInput, UnusableFile
from matcher.usecases import match_all as module
from matcher.usecases.match_all import match_all

LIMIT = 3


def test_everybody_of_a_territory_has_the_partners_that_asking_finds(
    application: Application, tmp_path: Path
) -> None:
    index, _ = application.live.whole(application.today())
    matching = application.matching
    question = Question(Filters(), matching.weights, matching.minimum_score)

    found = match_all(application, tmp_path / "run", territory="department:95", limit=LIMIT)

    rows = _rows(found.file)
    written = {row["actor_id"] for row in rows}
    assert found.matched == len(written) > 50
    for name in sorted(written):
        a = index.positions[name]
        place = index.actors[a].place
        assert place is not None
        assert place.department == "department:95"
        asked = sorted(
            (m.score.score for m in partners_of(index, a, index, question)), reverse=True
        )
        given = [row["score"] for row in rows if row["actor_id"] == name]
        assert given == pytest.approx(sorted(asked, reverse=True)[:LIMIT], abs=1e-4)
        assert [row["rank"] for row in rows if row["actor_id"] == name] == [
            rank + 1 for rank in range(len(given))
        ]


def test_a_run_goes_on_where_it_was_left_and_ends_alike(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAVED_EVERY", 0.0)
    whole = _rows(match_all(application, tmp_path / "whole", limit=LIMIT).file)

    def stop(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match_all(application, tmp_path / "cut", limit=LIMIT, progress=stop)
    assert not (tmp_path / "cut" / "partners.parquet").exists()
    told: list[tuple[int, int]] = []
    resumed = match_all(
        application, tmp_path / "cut", limit=LIMIT, progress=lambda *counts: told.append(counts)
    )

    assert resumed.resumed
    assert told[0][0] > 1
    assert told[-1] == (resumed.pairs, resumed.pairs)
    assert _rows(resumed.file) == whole


def test_a_folder_of_another_question_is_refused_and_left_as_it_is(
    application: Application, tmp_path: Path
) -> None:
    first = match_all(application, tmp_path, limit=LIMIT)
    before = first.file.read_bytes()

    with pytest.raises(UnusableFile) as refused:
        match_all(application, tmp_path, limit=LIMIT + 1)

    assert refused.value.code == "run-of-another-question"
    assert first.file.read_bytes() == before


@pytest.mark.parametrize("limit", [0, 101])
def test_a_limit_that_is_none_is_refused(
    application: Application, tmp_path: Path, limit: int
) -> None:
    with pytest.raises(InvalidInput):
        match_all(application, tmp_path, limit=limit)


def test_progress_ends_at_all_pairs(application: Application, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    found = match_all(application, tmp_path, progress=lambda *counts: told.append(counts))

    assert told[-1] == (found.pairs, found.pairs)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_nobody_has_a_partner_where_there_is_nobody() -> None:
    found = BestPartners.none_yet(0, LIMIT)

    assert found.best_of(np.zeros(0, dtype=np.int64)).shape == (0, LIMIT)


def _rows(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows

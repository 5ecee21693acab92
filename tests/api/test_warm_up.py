"""A server that is warm answers its first question as fast as the next ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.web.pages import prepare_templates
from matcher.bootstrap import Application
from matcher.engine.kernels import answers, sets, tiles
from matcher.store.tables import metadata
from matcher.usecases.warm_up import warm_up

TEMPLATES = Path(__file__).parents[2] / "api" / "web" / "templates"
KERNELS: Mapping[str, Any] = {
    f"{module.__name__}.{name}": kernel
    for module in (answers, sets, tiles)
    for name, kernel in vars(module).items()
    if hasattr(kernel, "signatures")
}


def _loaded() -> dict[str, int]:
    """How many versions of each compiled function are in memory."""
    return {name: len(kernel.signatures) for name, kernel in KERNELS.items()}


def test_no_question_waits_for_something_compiled(
    application: Application, client: TestClient
) -> None:
    warm_up(application)
    before = _loaded()
    assert before["matcher.engine.kernels.answers.logits_between"]
    assert before["matcher.engine.kernels.tiles.best_answers"]

    profile = {"kind": "social_worker", "commune": "95018", "needs": ["un atelier vélo"]}
    assert client.post("/recommendations", json={"profile": profile}).json()["items"]
    assert client.get("/recommendations", params={"department": "95"}).json()["items"]
    assert client.get("/recommendations", params={"department": "95", "sides": "any"}).json()
    pair = {"actor": "ccas-argenteuil", "partner": "velo-argenteuil"}
    assert client.get("/synergie", params=pair).status_code == 200
    assert _loaded() == before


def test_the_encoder_reads_both_sides_and_nothing_is_stored_or_recorded(
    application: Application,
) -> None:
    application.snapshot()
    before = _rows(application)
    assert warm_up(application) == len(application.snapshot())
    assert "encoder" in vars(application)
    assert _rows(application) == before


def test_every_page_is_written_from_a_template_that_was_read_before() -> None:
    assert prepare_templates() == len(list(TEMPLATES.rglob("*.html"))) > 50


def _rows(application: Application) -> dict[str, int]:
    with application.database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }

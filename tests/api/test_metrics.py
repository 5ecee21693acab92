import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matcher.bootstrap import Application
from matcher.logs import REQUEST_ID, JsonFormatter, PlainFormatter, WithRequest


def measured(client: TestClient) -> dict[str, float]:
    """Each sample of the exposition by its name and labels."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_route_and_status(client: TestClient) -> None:
    known = 'synergies_http_requests_total{method="GET",route="/actors/{actor_id}",status="200"}'
    unknown = known.replace("200", "404")
    before = measured(client)
    for actor_id in ("ccas-argenteuil", "velo-paris", "nobody"):
        client.get(f"/actors/{actor_id}")
    after = measured(client)
    assert after[known] - before.get(known, 0) == 2
    assert after[unknown] - before.get(unknown, 0) == 1


def test_durations_are_counted_as_often_as_requests(client: TestClient) -> None:
    count = 'synergies_http_request_duration_seconds_count{route="/territories/{code}"}'
    before = measured(client).get(count, 0)
    client.get("/territories/95")
    assert measured(client)[count] - before == 1


def test_an_address_that_no_route_has_is_not_repeated(client: TestClient) -> None:
    client.get("/annuaire/jeanne.martin@exemple.fr")
    assert "jeanne.martin" not in client.get("/metrics").text


def test_the_index_says_how_far_it_is_behind(
    client: TestClient, add_actors: Callable[[list[dict[str, Any]]], None]
) -> None:
    client.get("/recommendations?department=95")
    current = measured(client)
    assert current["synergies_index_sequence"] == current["synergies_store_sequence"]
    assert current["synergies_index_age_seconds"] == 0
    assert current["synergies_index_actors"] == 7
    add_actors([{"id": "new", "kind": "social_worker", "name": "new", "commune": "95018"}])
    behind = measured(client)
    assert behind["synergies_index_sequence"] < behind["synergies_store_sequence"]
    assert behind["synergies_index_age_seconds"] > 0
    client.get("/recommendations?department=95")
    assert measured(client)["synergies_index_age_seconds"] == 0


@pytest.mark.sqlite_only  # a file to break
def test_a_store_that_cannot_be_read_still_lets_requests_be_counted(
    client: TestClient, application: Application
) -> None:
    application.database.close()
    file = application.settings.database_url.removeprefix("sqlite:///")
    for suffix in ("", "-wal", "-shm"):
        with open(file + suffix, "wb") as broken:
            broken.write(b"no database" * 100)
    told = measured(client)
    assert "synergies_store_sequence" not in told
    assert any(name.startswith("synergies_http_requests_total") for name in told)


def test_a_request_is_logged_by_its_route_and_id_alone(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="api.observing"):
        response = client.get("/actors/velo-paris", headers={"X-Request-ID": "from-the-portal"})
    line = vars(caplog.records[-1])
    assert response.headers["X-Request-ID"] == line["request_id"] == "from-the-portal"
    assert (line["route"], line["status"]) == ("/actors/{actor_id}", 200)
    assert "velo-paris" not in str(line)


def test_a_line_written_during_a_request_bears_its_id() -> None:
    record = logging.LogRecord("matcher.live_index", logging.WARNING, "", 0, "late", None, None)
    token = REQUEST_ID.set("from-the-portal")
    try:
        assert WithRequest().filter(record)
    finally:
        REQUEST_ID.reset(token)
    assert '"request_id":"from-the-portal"' in JsonFormatter().format(record)
    assert PlainFormatter().format(record).endswith("late [from-the-portal]")

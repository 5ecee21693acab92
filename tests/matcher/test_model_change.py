"""The model is changed under load: every answer is of one model, and none fails."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.bootstrap import Application
from matcher.generations import Generations, change_model
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.store.generation import published_model
from models.analysis import ExpandingEncoder
from models.hashing import HashingEncoder
from models.lexicon import load_lexicon

CLIENTS = 3
SWAPS = 20
IDS = 4


class Killed(BaseException):
    """What a process does not survive."""


def make(settings: Settings, database: Database) -> Application:
    """An installation whose model is named by its number of dimensions: ``hashing-64``."""
    made = Application(settings, database)
    dimension = int((settings.model or "").partition("-")[2] or 256)
    made.__dict__["encoder"] = ExpandingEncoder(HashingEncoder(dimension), load_lexicon())
    return made


class Service:
    """A process that answers over HTTP and follows the published model."""

    def __init__(self, application: Application) -> None:
        first = make(application.settings, application.database)
        first.today = application.today
        self.app = create_app(first)
        self.generations = Generations(first, first.settings, self._switch, make)

    def _switch(self, following: Application) -> None:
        self.app.state.application = following

    def answers(self, ids: list[str]) -> dict[str, Any]:
        """What is answered to each, whole."""
        client = TestClient(self.app, raise_server_exceptions=False)
        found = {}
        for name in ids:
            response = client.get("/recommendations", params={"actor_id": name})
            assert response.status_code == 200, response.text
            found[name] = response.json()
        return found


@pytest.fixture
def ids(application: Application) -> list[str]:
    """Some who ask."""
    return list(application.snapshot().parts[0].ids)[:: len(application.snapshot()) // IDS][:IDS]


def test_an_embedding_that_is_killed_changes_nothing_and_goes_on_where_it_stopped(
    application: Application, ids: list[str]
) -> None:
    service = Service(application)
    before = service.answers(ids)
    told: list[tuple[int, int]] = []

    def dying(done: int, total: int) -> None:
        told.append((done, total))
        raise Killed

    application.progress = dying
    with pytest.raises(Killed):
        change_model(application, application.settings, "hashing-32", make=make)
    with application.database.read() as connection:
        assert published_model(connection) is None
    assert not service.generations.look()
    assert service.answers(ids) == before

    application.progress = lambda done, total: told.append((done, total))
    change_model(application, application.settings, "hashing-32", make=make)
    assert 0 < told[1][1] <= told[0][1]
    assert service.generations.look()
    after = service.answers(ids)
    assert {answer["index_version"] for answer in after.values()}.isdisjoint(
        answer["index_version"] for answer in before.values()
    )


def test_a_published_model_that_cannot_be_opened_leaves_the_one_at_work(
    application: Application, ids: list[str]
) -> None:
    service = Service(application)
    before = service.answers(ids)
    change_model(application, application.settings, "hashing-16", make=make)
    service.generations._make = _failing
    with pytest.raises(OSError, match="weights"):
        service.generations.look()
    assert service.answers(ids) == before


def test_a_process_finds_out_by_itself_and_tries_again_what_failed(
    application: Application,
    ids: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("matcher.generations.POLL_SECONDS", 0.02)
    service, stop = Service(application), threading.Event()
    service.generations._make = _failing
    before = service.answers(ids)
    thread = threading.Thread(target=service.generations.follow, args=(stop,))
    thread.start()
    try:
        change_model(application, application.settings, "hashing-40", make=make)
        _wait(lambda: "cannot be used here yet" in caplog.text)
        assert service.answers(ids) == before
        service.generations._make = make
        _wait(lambda: service.app.state.application.settings.model == "hashing-40")
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert service.answers(ids) != before


def test_a_page_in_progress_over_a_change_begins_again_and_never_mixes_models(
    application: Application,
) -> None:
    service = Service(application)
    client = TestClient(service.app, raise_server_exceptions=False)
    asked = {"department": "95", "limit": "1"}
    first = client.get("/recommendations", params=asked).json()
    assert first["next_cursor"]
    following = asked | {"cursor": first["next_cursor"]}
    assert client.get("/recommendations", params=following).status_code == 200

    change_model(application, application.settings, "hashing-40", make=make)
    assert service.generations.look()

    refused = client.get("/recommendations", params=following)
    assert (refused.status_code, refused.json()["code"]) == (422, "cursor-outdated")
    again = client.get("/recommendations", params=asked).json()
    assert again["index_version"] != first["index_version"]


def _wait(happened: Callable[[], bool]) -> None:
    """Until something happened, 20 s at most."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def _failing(settings: Settings, database: Database) -> Application:
    raise OSError("no weights here")


def test_every_answer_under_load_is_of_one_model_and_none_fails(
    application: Application, ids: list[str], tell: Callable[[str], None]
) -> None:
    services = [Service(application) for _ in range(2)]
    models = ["hashing-24", "hashing-48"]
    expected = dict(_expected(application, models, ids))
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    stop = threading.Event()

    def load(service: Service) -> None:
        client = TestClient(service.app, raise_server_exceptions=False)
        while not stop.is_set():
            for name in ids:
                response = client.get("/recommendations", params={"actor_id": name})
                body = response.json()
                version = body.get("index_version", "")
                seen[version] += 1
                if response.status_code != 200 or body != expected.get(version, {}).get(name):
                    wrong.append(f"{response.status_code} {version}")

    clients = [threading.Thread(target=load, args=(services[k % 2],)) for k in range(CLIENTS)]
    for client in clients:
        client.start()
    for number in range(SWAPS):
        change_model(application, application.settings, models[number % 2], make=make)
        for service in services:
            assert service.generations.look()
    stop.set()
    for client in clients:
        client.join(60)

    assert wrong == []
    assert len(set(seen)) >= 2
    tell(f"{SWAPS} swaps, {sum(seen.values())} answers, 0 failed, 0 of two models")


def _expected(
    application: Application, models: list[str], ids: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each model alone answers, by the version that it names."""
    for model in (None, *models):
        alone = Service(application)
        if model:
            change_model(application, application.settings, model, make=make)
            assert alone.generations.look()
        answers = alone.answers(ids)
        versions = {answer["index_version"] for answer in answers.values()}
        assert len(versions) == 1
        yield versions.pop(), answers

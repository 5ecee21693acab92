"""A served installation with the fixtures, and a real browser that looks at it."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright
from uvicorn import Config, Server

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_stream import import_stream
from matcher.usecases.manage_accounts import create_account
from matcher.usecases.warm_up import warm_up

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "data" / "fixtures" / "actors.jsonl"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STARTING_SECONDS = 30


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window; skipped where it is absent, unless it is required.

    Playwright leaves an event loop at work in the thread: it is gone before other tests want one.
    """
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("SYNERGIES_BROWSER") == "required":
            pytest.fail("chromium is absent: apt-get install chromium")
        pytest.skip("chromium is absent: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with the fixtures, which tests copy rather than change."""
    url = f"sqlite:///{tmp_path_factory.mktemp('installed')}/synergies.db"
    made = opened(url)
    import_stream(made, [FIXTURES.read_bytes()], scope=Scope.everything(), side=None, dry_run=False)
    warm_up(made)
    made.database.truncate_log()
    made.close()
    return url


def opened(url: str, auth: str = "off", **more: str) -> Application:
    """An installation on 23 November 2026."""
    usual = Settings(database_url=url, model="hashing", auth=auth, rate_limits="off")
    settings = replace(usual, **more)  # type: ignore[arg-type]
    return Application(settings, Database.open(url), lambda: date(2026, 11, 23))


@dataclass
class Desk:
    """A served installation, and what was said against the pages that were opened."""

    address: str
    application: Application
    browser: Browser
    faults: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """Addresses of other sites that a page may ask."""
    _contexts: list[Page] = field(default_factory=list)

    def open(
        self,
        path: str,
        width: int = 1280,
        *,
        script: bool = True,
        colours: Literal["light", "dark"] = "light",
    ) -> Page:
        """Open a page in a new window; errors of its scripts and foreign requests are noted."""
        page = self.blank(width, script=script, colours=colours)
        page.goto(self.address + path)
        return page

    def blank(
        self, width: int = 1280, *, script: bool = True, colours: Literal["light", "dark"] = "light"
    ) -> Page:
        """A new window of its own, with nothing in it."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme=colours,
            locale="fr-FR",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.on("dialog", self._asked_to_look)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)
        self._contexts.append(page)
        return page

    def close(self) -> None:
        """Close every window."""
        for page in self._contexts:
            page.context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that says 404 or 422 is one of the states: the browser notes it as an error.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.faults.append(message.text)

    def _asked_to_look(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request: Request) -> None:
        ours = request.url.startswith((self.address, *self.others))
        if urlsplit(request.url).scheme != "data" and not ours:
            self.faults.append(f"asked elsewhere: {request.url}")


@pytest.fixture
def desk(installed: str, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """The desk on a database of its own, without signing in."""
    yield from _served(installed, browser, tmp_path, "off")


@pytest.fixture
def locked_desk(installed: str, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """The same, where one signs in."""
    yield from _served(installed, browser, tmp_path, "on")


@pytest.fixture(scope="module")
def shared_desk(
    installed: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One desk for tests that only look."""
    yield from _served(installed, browser, tmp_path_factory.mktemp("shared"), "off")


def violations(page: Page) -> list[str]:
    """What axe-core says against a page, a line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{one['id']}: {one['help']} — {node['html'][:200]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture
def accessible() -> "object":
    """Ask axe-core about a page: ``accessible(page)`` gives what it says against it."""
    return violations


@pytest.fixture(scope="session")
def started(
    installed: str, tmp_path_factory: pytest.TempPathFactory, shared_letterbox: Any
) -> Iterator[Application]:
    """`synergies serve` as it is run, where one signs in by mail; this is its database."""
    folder = tmp_path_factory.mktemp("service")
    yield from _running(installed, folder, shared_letterbox, MODEL="hashing")


@pytest.fixture(scope="module")
def service(started: Application, browser: Browser) -> Iterator[Desk]:
    """A browser at it."""
    yield from _looked_at(started, browser)


@pytest.fixture
def full_service(
    installed: str, browser: Browser, tmp_path: Path, shared_letterbox: Any, model_directory: Path
) -> Iterator[Desk]:
    """The same with the model that is installed by default."""
    model = {"MODEL": "", "MODEL_DIR": str(model_directory)}
    for application in _running(installed, tmp_path, shared_letterbox, **model):
        yield from _looked_at(application, browser)


def _looked_at(application: Application, browser: Browser) -> Iterator[Desk]:
    desk = Desk(application.settings.base_url or "", application, browser)
    yield desk
    desk.close()
    assert desk.faults == []


def _running(installed: str, folder: Path, letterbox: Any, **model: str) -> Iterator[Application]:
    file = folder / "synergies.db"
    shutil.copyfile(installed.removeprefix("sqlite:///"), file)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    told = model | {
        **{"DATABASE_URL": f"sqlite:///{file}", "AUTH": "on"},
        **{"BASE_URL": address, "SMTP_URL": letterbox.url},
        **{"MAIL_FROM": "Synergies <pages@synergies.test>", "MAIL_CONTACT": "aide@synergies.test"},
    }
    environment = dict(os.environ) | {f"SYNERGIES_{name}": value for name, value in told.items()}
    application = opened(f"sqlite:///{file}", "on", base_url=address)
    create_account(application, "administration@exemple.fr", Role.ADMIN, {}, Scope.everything())
    program = [sys.executable, "-m", "matcher.cli", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(address)
        yield application
    finally:
        process.terminate()
        process.wait()
        application.close()


def _wait_for(address: str) -> None:
    limit = monotonic() + 2 * STARTING_SECONDS
    while monotonic() < limit:
        with suppress(OSError), urlopen(f"{address}/health/ready"):
            return
        sleep(0.1)
    pytest.fail("the service does not start")


@dataclass
class Portal:
    """A site of somebody else, on this machine: it shows one page."""

    address: str
    page: str = ""


@pytest.fixture(scope="module")
def listed() -> Iterator[Portal]:
    """A portal whose pages may show what we say, where a desk is told so."""
    with _portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def unlisted() -> Iterator[Portal]:
    """A portal that nobody has heard of."""
    with _portal() as portal:
        yield portal


@contextmanager
def _portal() -> Iterator[Portal]:
    portal = Portal("")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(portal.page.encode() if self.path == "/" else b"")

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        portal.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield portal
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def serve_with(
    installed: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Desk]]:
    """Opens a desk of its own with more settings, and rows imported before it is served."""
    with ExitStack() as stack:

        def serve(
            rows: Sequence[Mapping[str, Any]] = (), *, auth: str = "off", **settings: str
        ) -> Desk:
            folder = tmp_path_factory.mktemp("served")
            served = contextmanager(_served)(installed, browser, folder, auth, rows, **settings)
            return stack.enter_context(served)

        yield serve


def _served(
    installed: str,
    browser: Browser,
    folder: Path,
    auth: str,
    rows: Sequence[Mapping[str, Any]] = (),
    **settings: str,
) -> Iterator[Desk]:
    file = folder / "synergies.db"
    shutil.copyfile(installed.removeprefix("sqlite:///"), file)
    application = opened(f"sqlite:///{file}", auth, **settings)
    if rows:
        lines = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        report = import_stream(
            application, [lines], scope=Scope.everything(), side=None, dry_run=False
        )
        assert not report.rejected, report.rejected
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(Config(create_app(application), log_config=None, lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        limit = monotonic() + STARTING_SECONDS
        while not server.started:
            assert monotonic() < limit, "the server does not start"
            sleep(0.01)
        port = listener.getsockname()[1]
        desk = Desk(f"http://127.0.0.1:{port}", application, browser)
        yield desk
        desk.close()
        server.should_exit = True
        thread.join()
    application.close()
    assert desk.faults == []

"""A served installation with the fixtures, and a real browser that looks at it."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from uvicorn import Config, Server

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_stream import import_stream
from matcher.usecases.warm_up import warm_up

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures" / "actors.jsonl"
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


def opened(url: str, auth: str = "off") -> Application:
    """An installation on 23 November 2026."""
    settings = Settings(database_url=url, model="hashing", auth=auth, rate_limits="off")
    return Application(settings, Database.open(url), lambda: date(2026, 11, 23))


@dataclass
class Desk:
    """A served installation, and what was said against the pages that were opened."""

    address: str
    application: Application
    browser: Browser
    faults: list[str] = field(default_factory=list)
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

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(self.address):
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


def _served(installed: str, browser: Browser, folder: Path, auth: str) -> Iterator[Desk]:
    file = folder / "synergies.db"
    shutil.copyfile(installed.removeprefix("sqlite:///"), file)
    application = opened(f"sqlite:///{file}", auth)
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

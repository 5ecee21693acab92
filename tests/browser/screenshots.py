"""Photograph every state of every page at both widths: `make screenshots` writes docs/pages/."""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from matcher.bootstrap import Application
from matcher.settings import Settings
from matcher.store.database import Database
from tests.browser.states import STATES

ROOT = Path(__file__).parents[2]
WIDTHS = {"360": 360, "1280": 1280}
TALLEST = 1800
STARTING_SECONDS = 120


def main() -> None:
    """Serve the fixtures with the real model, and photograph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "pages")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        settings = Settings(database_url=f"sqlite:///{made}/synergies.db")
        with served(settings.database_url) as address:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            application = Application(settings, Database.open(settings.database_url))
            for state in STATES:
                path = state.address(application)
                for name, width in WIDTHS.items():
                    photograph(browser, address + path, width, folder / f"{state.name}-{name}.jpg")
            application.close()
            browser.close()


def photograph(browser: Browser, address: str, width: int, file: Path) -> None:
    """Keep one state at one width, as far down as anybody looks."""
    page = browser.new_page(viewport={"width": width, "height": 800}, locale="fr-FR")
    page.goto(address, wait_until="networkidle")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=file, type="jpeg", quality=55)
    page.close()
    sys.stdout.write(f"{file.name}: {width} × {height}\n")


@contextmanager
def served(database_url: str) -> Iterator[str]:
    """The address of an installation of its own with the fixtures, while it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = dict(environ) | {"SYNERGIES_DATABASE_URL": database_url}
    program = [sys.executable, "-c", "from matcher.cli import main; main()"]
    fixtures = ROOT / "data" / "fixtures" / "actors.jsonl"
    subprocess.run([*program, "import", fixtures], cwd=ROOT, env=environment, check=True)
    serving = subprocess.Popen([*program, "serve", "--port", str(port)], cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        serving.terminate()
        serving.wait()


def wait_for(address: str) -> None:
    """Wait until the installation is ready to answer."""
    for _ in range(STARTING_SECONDS):
        try:
            with urlopen(f"{address}/health/ready"):
                return
        except URLError:
            time.sleep(1)
    raise TimeoutError(address)


if __name__ == "__main__":
    main()

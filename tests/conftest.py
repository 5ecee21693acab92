"""What tests of several rooms share: the prepared model, real data, what was counted."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models.prepare import prepare_model

ROOT = Path(__file__).parent.parent
COUNTS = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say what a test counted (probes, kills, cases); all of it is told after the run."""
    counts = request.config.stash.setdefault(COUNTS, [])
    return lambda text: counts.append(f"{request.node.name}: {text}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted, in the order of names: the order of tests is drawn by lot."""
    counts = terminalreporter.config.stash.get(COUNTS, [])
    if counts:
        terminalreporter.section("counts")
        terminalreporter.write("".join(f"{line}\n" for line in sorted(counts)))


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

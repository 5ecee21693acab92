"""What tests of several rooms share: the prepared model and the folder of real data."""

import os
from pathlib import Path

import pytest

from models.prepare import prepare_model

ROOT = Path(__file__).parent.parent


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

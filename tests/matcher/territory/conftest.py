from pathlib import Path

import pytest

from matcher.territory import Referential, load_referential


@pytest.fixture(scope="session")
def referential() -> Referential:
    return load_referential()


@pytest.fixture(scope="session")
def realdata() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    return folder

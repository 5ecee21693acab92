"""Where an installation keeps its index."""

from pathlib import Path

import pytest

from matcher.settings import Settings


@pytest.mark.parametrize("url", ["sqlite:///var/a.db", "sqlite:////srv/a.db?timeout=3"])
def test_the_index_of_a_file_is_beside_it(url: str) -> None:
    settings = Settings.from_environment({"SYNERGIES_DATABASE_URL": url})
    path = url.removeprefix("sqlite:///").partition("?")[0]
    assert settings.index_directory == Path(f"{path}-index")
    assert Settings(database_url=url).index_directory == settings.index_directory


def test_two_databases_of_a_server_do_not_share_an_index() -> None:
    one, other, same = (
        Settings(database_url=f"postgresql://{address}").index_directory
        for address in ("me:secret@host/one", "me:secret@host/other", "me:changed@host/one")
    )
    assert one == same != other
    assert "secret" not in str(one)


def test_a_folder_that_is_named_is_the_one() -> None:
    settings = Settings.from_environment({"SYNERGIES_INDEX_DIR": "/srv/index"})
    assert settings.index_directory == Path("/srv/index")

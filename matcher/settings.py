"""Settings of an installation, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT_DATABASE_URL = "sqlite:///var/synergies.db"
DEFAULT_MODEL_DIRECTORY = Path("var/models")
DEFAULT_INDEX_DIRECTORY = Path("var/index")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data and weights are, and how the installation behaves.

    ``model`` is ``None`` for the encoder prepared by ``make model``, else a path or a name that
    SentenceTransformer understands, or ``hashing``. ``auth`` is ``off`` until accounts exist.
    """

    database_url: str = DEFAULT_DATABASE_URL
    model: str | None = None
    model_directory: Path = DEFAULT_MODEL_DIRECTORY
    index_directory: Path = DEFAULT_INDEX_DIRECTORY
    auth: str = "off"
    language: str = "fr"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read ``SYNERGIES_*``; what is absent or empty keeps its default."""

        def read(name: str, default: str) -> str:
            return environment.get(f"SYNERGIES_{name}", "").strip() or default

        database_url = read("DATABASE_URL", DEFAULT_DATABASE_URL)
        return cls(
            database_url=database_url,
            model=read("MODEL", "") or None,
            model_directory=Path(read("MODEL_DIR", str(DEFAULT_MODEL_DIRECTORY))),
            index_directory=Path(read("INDEX_DIR", "") or index_beside(database_url)),
            auth=read("AUTH", "off"),
            language=read("LANGUAGE", "fr"),
        )


def index_beside(database_url: str) -> Path:
    """Where the index of a database is kept: beside an SQLite file, else in the usual folder."""
    scheme, _, path = database_url.partition(":///")
    if scheme == "sqlite" and path:
        return Path(f"{path.partition('?')[0]}-index")
    return DEFAULT_INDEX_DIRECTORY

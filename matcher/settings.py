"""Settings of an installation, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

DEFAULT_DATABASE_URL = "sqlite:///var/synergies.db"
DEFAULT_MODEL_DIRECTORY = Path("var/models")
DEFAULT_INDEX_DIRECTORY = Path("var/index")
OPEN = "off"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data and weights are, and how the installation behaves.

    ``model`` is ``None`` for the encoder prepared by ``make model``, else a path or a name that
    SentenceTransformer understands, or ``hashing``. ``index_folder`` is ``None`` for a folder that
    goes with the database: no two of them may share one. ``auth`` is ``off`` or asks for keys;
    ``auth_chosen`` tells that somebody has said so. ``secret`` signs links, ``None`` for one that
    is kept in the database. ``rate_limits`` is ``None`` for the usual ones.
    ``cors_origins`` may ask `/recommendations` from their pages, ``None`` for nobody elsewhere.
    ``smtp_url`` to ``mail_in_doubt`` are for mail, as they were written; ``read_mail_settings``
    reads them when something is to be sent.
    ``log`` is the form of the service's log, ``json`` or ``text``; ``None`` is text on a terminal.
    """

    database_url: str = DEFAULT_DATABASE_URL
    model: str | None = None
    model_directory: Path = DEFAULT_MODEL_DIRECTORY
    index_folder: Path | None = None
    auth: str = OPEN
    auth_chosen: bool = False
    secret: bytes | None = None
    rate_limits: str | None = None
    language: str = "fr"
    log: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    mail_contact: str | None = None
    base_url: str | None = None
    cors_origins: str | None = None
    relay_log: str | None = None
    mail_in_doubt: str = "hold"
    mail_returns: bool = True
    dkim_key: str | None = None
    dkim_selector: str | None = None
    dkim_domain: str | None = None

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
            index_folder=Path(folder) if (folder := read("INDEX_DIR", "")) else None,
            auth=read("AUTH", OPEN).casefold(),
            auth_chosen=bool(read("AUTH", "")),
            secret=read("SECRET", "").encode() or None,
            rate_limits=read("RATE_LIMITS", "") or None,
            language=read("LANGUAGE", "fr"),
            log=read("LOG", "") or None,
            smtp_url=read("SMTP_URL", "") or None,
            mail_from=read("MAIL_FROM", "") or None,
            mail_contact=read("MAIL_CONTACT", "") or None,
            base_url=read("BASE_URL", "") or None,
            cors_origins=read("CORS_ORIGINS", "") or None,
            relay_log=read("RELAY_LOG", "") or None,
            mail_in_doubt=read("MAIL_IN_DOUBT", "hold").casefold(),
            mail_returns=read("MAIL_RETURNS", "on").casefold() != "off",
            dkim_key=read("DKIM_KEY", "") or None,
            dkim_selector=read("DKIM_SELECTOR", "") or None,
            dkim_domain=read("DKIM_DOMAIN", "") or None,
        )

    @property
    def asks_keys(self) -> bool:
        """Whether whoever asks must show a key; so does every value that is not ``off``."""
        return self.auth != OPEN

    @property
    def index_directory(self) -> Path:
        """Where the large part of the index is kept."""
        return self.index_folder or index_beside(self.database_url)

    @property
    def ledger_file(self) -> Path:
        """Where the copy of the ledger of erasures is kept, for the day a backup is restored."""
        return self._beside("erasures")

    @property
    def outputs_file(self) -> Path:
        """Where it is noted which folders hold results that name people."""
        return self._beside("outputs")

    def _beside(self, what: str) -> Path:
        beside = index_beside(self.database_url)
        if not self.database_url.startswith("sqlite:"):
            beside = self.index_directory
        return beside.with_name(f"{beside.name.removesuffix('-index')}-{what}")


def index_beside(database_url: str) -> Path:
    """Where the index of a database is kept: beside an SQLite file, else in a folder of its own.

    Two databases never share one; a password that changes does not move it.
    """
    scheme, _, path = database_url.partition(":///")
    if scheme == "sqlite" and path:
        return Path(f"{path.partition('?')[0]}-index")
    address = re.sub(r"//[^@/]*@", "//", database_url)
    return DEFAULT_INDEX_DIRECTORY / blake2b(address.encode(), digest_size=8).hexdigest()

"""Copies of a PostgreSQL store by its own tools, where they are installed."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL

from matcher.errors import NotReady, UnusableFile
from matcher.store.database import Database
from matcher.store.pgvector import SCHEMA
from matcher.store.written_aside import written_aside

TOOLS = ("pg_dump", "pg_restore", "psql")
DEBIAN = Path("/usr/lib/postgresql")
OWN = ("--no-owner", "--no-privileges")
WHOLE = (
    *("--enable-row-security", "--exclude-table-data=installation"),
    *(f"--exclude-schema={SCHEMA}", "--extension=plpgsql"),
)
"""The rules of rows hide nobody from who names no départements, but pg_dump refuses them unless
told. The installation stays: a store without its row sends no mail, nor does a half-done restore.
The copy for pgvector is made again, and a server without that extension restores the rest.
"""


def back_up(database: Database, target: Path) -> None:
    """Write what the store holds now into ``target``, in pg_dump's custom format.

    Raises NotReady ``postgresql-tools-missing`` and ``backup-not-written``.
    """
    folder = _tools(database)
    try:
        with written_aside(target) as aside:
            command = [str(folder / "pg_dump"), "--format=custom", *OWN, *WHOLE, f"--file={aside}"]
            _run([*command, f"--dbname={_address(database.url)}"], database.url)
    except (OSError, subprocess.SubprocessError) as error:
        reason = _reason(error)
        raise NotReady("backup-not-written", path=str(target), reason=reason) from error


def put_in_place(backup: Path, database: Database) -> None:
    """Drop our tables and make those of ``backup``, in one transaction.

    Raises NotReady ``postgresql-tools-missing``, ``restore-failed``; UnusableFile
    ``backup-damaged``.
    """
    folder = _tools(database)
    with tempfile.TemporaryDirectory(prefix="synergies-") as aside:
        script = Path(aside) / "restore.sql"
        try:
            _run([str(folder / "pg_restore"), *OWN, f"--file={script}", str(backup)], database.url)
        except subprocess.SubprocessError as error:
            raise UnusableFile("backup-damaged", path=str(backup)) from error
        before = Path(aside) / "before.sql"
        before.write_text(_dropping(database), encoding="utf-8")
        told = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        command = [str(folder / "psql"), *told, f"--file={before}", f"--file={script}"]
        try:
            _run([*command, f"--dbname={_address(database.url)}"], database.url)
        except subprocess.SubprocessError as error:
            shown = database.url.render_as_string(hide_password=True)
            raise NotReady("restore-failed", path=shown, reason=_reason(error)) from error


def _dropping(database: Database) -> str:
    with database.read() as connection:
        names = inspect(connection).get_table_names()
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    ours = f"DROP TABLE IF EXISTS {quoted} CASCADE;\n" if names else ""
    return f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;\n{ours}"


def _tools(database: Database) -> Path:
    """The folder of tools that are at least as new as the server: older ones refuse it."""
    with database.read() as connection:
        asked = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    major = int(asked) // 10_000
    for folder in _folders():
        if all((folder / tool).is_file() for tool in TOOLS) and _version(folder) >= major:
            return folder
    command = f"apt-get install postgresql-client-{major}"
    raise NotReady("postgresql-tools-missing", version=str(major), command=command)


def _folders() -> list[Path]:
    found = shutil.which("pg_dump")
    installed = sorted(DEBIAN.glob("*/bin"), key=lambda path: path.parts[-2], reverse=True)
    return [*([Path(found).parent] if found else []), *installed]


def _version(folder: Path) -> int:
    said = subprocess.run(
        [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _address(url: URL) -> str:
    """How its tools are told where it is, without the password that others could read there."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return plain.set(query=url.query).render_as_string()


def _run(command: Sequence[str], url: URL) -> None:
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    environment = {**os.environ, **secret, "LC_ALL": "C"}
    subprocess.run(command, check=True, capture_output=True, text=True, env=environment)


def _reason(error: Exception) -> str:
    said = str(getattr(error, "stderr", "") or error).strip()
    return said.splitlines()[0] if said else type(error).__name__

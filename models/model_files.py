"""The manifest of a prepared model: which files it holds, so that damage is seen before use."""

import json
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and SHA-256 (hexadecimal) of one file."""

    size: int
    sha256: str


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal; raises ``OSError`` where it cannot be read."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def write_manifest(directory: Path, origin: dict[str, Any]) -> None:
    """Record every file under ``directory`` with what it was made from."""
    files = {
        path.relative_to(directory).as_posix(): {
            "size": path.stat().st_size,
            "sha256": sha256(path),
        }
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = {"format": FORMAT, "origin": origin, "files": files}
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def read_manifest(directory: Path) -> dict[str, FileRecord] | None:
    """The files that ``directory`` should hold, or ``None`` without a readable manifest."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            return None
        return {name: FileRecord(**record) for name, record in manifest["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def damaged_files(directory: Path, records: dict[str, FileRecord], *, part: str = "") -> list[str]:
    """Names of files that are absent, of another size or, below ``part``, of another content.

    Contents are compared only for the names that start with ``part``: what serves requests is
    hashed at every start (118 MB, a quarter of a second), the rest only measured.
    """
    return [
        name
        for name, record in records.items()
        if not _is_intact(directory / name, record, hashed=name.startswith(part))
    ]


def _is_intact(path: Path, record: FileRecord, *, hashed: bool) -> bool:
    try:
        return path.stat().st_size == record.size and (not hashed or sha256(path) == record.sha256)
    except OSError:
        return False

"""The ledger: keyed hashes of who was erased and of what was refused, that no backup undoes.

A hash tells nobody who left, and with the key, which never leaves the installation, it recognises
who would return. A copy beside the database survives the restore of an older one.
"""

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from matcher.engine.profiles import Actor
from matcher.store.tables import actors, erasure_keys, erasures

KEY_BYTES = 32
BATCH = 400


@dataclass(frozen=True, slots=True)
class Ledger:
    """Keys by name, and the day of each erasure by its hash."""

    keys: dict[str, bytes] = field(default_factory=dict)
    erased: dict[str, date] = field(default_factory=dict)

    def __or__(self, other: "Ledger") -> "Ledger":
        return Ledger(self.keys | other.keys, self.erased | other.erased)


def record_erasures(connection: Connection, leaving: Sequence[Actor], today: date) -> None:
    """Note those who leave, so that they do not come back.

    An address that somebody else uses too is not noted: it would keep that person out.
    """
    key = _key(connection)
    shared = _still_used(connection, leaving)
    words = [word for actor in leaving for word in _words(actor)]
    hashes = {_hash(key, word) for word in words if word not in shared}
    _add(connection, dict.fromkeys(hashes, today))


def erased_among(connection: Connection, candidates: Iterable[Actor]) -> frozenset[str]:
    """Ids of those who were erased, known by their id or their address."""
    owners: dict[str, set[str]] = {}
    for actor in candidates:
        for word in _words(actor):
            owners.setdefault(word, set()).add(actor.id)
    return frozenset(name for word in _erased_words(connection, owners) for name in owners[word])


def without_erased(connection: Connection, candidates: Sequence[Actor]) -> list[Actor]:
    """Those who were not erased, and who no longer say that they know somebody who was."""
    gone = erased_among(connection, candidates)
    named = {f"id:{name}" for actor in candidates for name in actor.known}
    forgotten = _erased_words(connection, named)
    return [
        replace(actor, known=tuple(name for name in actor.known if f"id:{name}" not in forgotten))
        for actor in candidates
        if actor.id not in gone
    ]


def note_words(connection: Connection, words: Iterable[str], today: date) -> None:
    """Note words in the ledger, each under its hash; those that are there keep their day."""
    key = _key(connection)
    _add(connection, {_hash(key, word): today for word in words})


def forget_words(connection: Connection, words: Iterable[str]) -> None:
    """Take words out of the ledger, whichever key they were noted with."""
    hashes = list(_hashed(_keys(connection), words))
    for start in range(0, len(hashes), BATCH):
        connection.execute(
            delete(erasures).where(erasures.c.hash.in_(hashes[start : start + BATCH]))
        )


def noted_among(connection: Connection, words: Iterable[str]) -> dict[str, date]:
    """Those of ``words`` that the ledger knows, and since when."""
    by_hash = _hashed(_keys(connection), words)
    return {by_hash[name]: day for name, day in _known(connection, list(by_hash)).items()}


def with_words(ledger: Ledger, words: Mapping[str, date]) -> Ledger:
    """A ledger that also knows ``words``; it gets a key if it has none."""
    if not words:
        return ledger
    keys = ledger.keys or dict([_drawn()])
    key = keys[min(keys)]
    return Ledger(keys, {_hash(key, word): day for word, day in words.items()} | ledger.erased)


def without_words(ledger: Ledger, words: Iterable[str]) -> Ledger:
    """A ledger that no longer knows ``words``."""
    gone = _hashed(ledger.keys.values(), words)
    return replace(ledger, erased={n: day for n, day in ledger.erased.items() if n not in gone})


def read_ledger(connection: Connection) -> Ledger:
    """Everything the database knows of erasures, keys included: to be kept as it is kept."""
    keys = {row.name: row.secret for row in connection.execute(select(erasure_keys))}
    return Ledger(keys, {row.hash: row.erased for row in connection.execute(select(erasures))})


def merge_ledger(connection: Connection, ledger: Ledger) -> None:
    """Add what another ledger knows; what is known already stays as it is."""
    known = set(connection.execute(select(erasure_keys.c.name)).scalars())
    new = [{"name": n, "secret": s} for n, s in ledger.keys.items() if n not in known]
    if new:
        connection.execute(insert(erasure_keys), new)
    _add(connection, ledger.erased)


def save_ledger(ledger: Ledger, file: Path) -> None:
    """Write the copy beside the database, whole or not at all, for its owner's eyes only."""
    told = {
        "keys": {name: secret.hex() for name, secret in ledger.keys.items()},
        "erased": {name: day.isoformat() for name, day in sorted(ledger.erased.items())},
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
        json.dump(told, written)
        written.flush()
        os.fsync(written.fileno())
    aside.replace(file)


def load_ledger(file: Path) -> Ledger:
    """Read the copy beside the database; an empty ledger where there is none.

    Raises ValueError for a file that is not a ledger.
    """
    if not file.exists():
        return Ledger()
    told = json.loads(file.read_text("utf-8"))
    keys = {str(name): bytes.fromhex(secret) for name, secret in told["keys"].items()}
    return Ledger(keys, {str(n): date.fromisoformat(day) for n, day in told["erased"].items()})


def _words(actor: Actor) -> tuple[str, ...]:
    email = (actor.email or "").strip().casefold()
    return (f"id:{actor.id}", f"email:{email}") if email else (f"id:{actor.id}",)


def _still_used(connection: Connection, leaving: Sequence[Actor]) -> frozenset[str]:
    addresses = list({actor.email for actor in leaving if actor.email})
    going, used = {actor.id for actor in leaving}, set()
    for start in range(0, len(addresses), BATCH):
        asked = actors.c.email.in_(addresses[start : start + BATCH])
        for row in connection.execute(select(actors.c.id, actors.c.email).where(asked)):
            if row.id not in going:
                used.add(f"email:{row.email.strip().casefold()}")
    return frozenset(used)


def _key(connection: Connection) -> bytes:
    """The key of this installation, drawn at its first erasure."""
    kept = select(erasure_keys.c.secret).order_by(erasure_keys.c.name).limit(1)
    found: bytes | None = connection.execute(kept).scalar()
    if found is None:
        name, found = _drawn()
        connection.execute(insert(erasure_keys).values(name=name, secret=found))
    return found


def _drawn() -> tuple[str, bytes]:
    """A new key and its name."""
    key = secrets.token_bytes(KEY_BYTES)
    return sha256(key).hexdigest()[:16], key


def _keys(connection: Connection) -> list[bytes]:
    return list(connection.execute(select(erasure_keys.c.secret)).scalars())


def _hashed(keys: Iterable[bytes], words: Iterable[str]) -> dict[str, str]:
    """Words by their hashes."""
    every = tuple(keys)
    return {_hash(key, word): word for word in words for key in every}


def _hash(key: bytes, word: str) -> str:
    return hmac.new(key, word.encode("utf-8", "replace"), sha256).hexdigest()


def _erased_words(connection: Connection, words: Iterable[str]) -> frozenset[str]:
    return frozenset(noted_among(connection, words))


def _known(connection: Connection, hashes: Sequence[str]) -> dict[str, date]:
    found: dict[str, date] = {}
    for start in range(0, len(hashes), BATCH):
        asked = erasures.c.hash.in_(hashes[start : start + BATCH])
        for row in connection.execute(select(erasures).where(asked)):
            found[row.hash] = row.erased
    return found


def _add(connection: Connection, erased: dict[str, date]) -> None:
    known = _known(connection, list(erased))
    new = [{"hash": name, "erased": day} for name, day in erased.items() if name not in known]
    if new:
        connection.execute(insert(erasures), new)

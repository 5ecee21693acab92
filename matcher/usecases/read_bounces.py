"""Read mails that came back, believe those that we can have caused, and stop writing there."""

import mailbox
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from matcher.errors import UnusableFile
from matcher.mailing.bounces import Fate, Report, read_report
from matcher.mailing.return_path import is_ours, mails_named
from matcher.store.bounces import Bounced, lift_suspension, message_id_of, note_bounce
from matcher.store.database import Database
from matcher.usecases.answers import Answer

LARGEST = 1024 * 1024
"""Bytes of a report that are read; what follows is the mail that came back."""


class BouncesRead(Answer):
    """How many mails were read: hard and soft bounces of ours, seen before, of others, no report.

    ``unsigned`` are reports that bear no return path of ours: they change nothing.
    """

    hard: int
    soft: int
    known: int
    unsigned: int
    nothing: int


def read_bounces(
    database: Database, secret: bytes, mails: Iterable[bytes], clock: Callable[[], int]
) -> BouncesRead:
    """Note what these mails report; reading the same again changes nothing."""
    counted: Counter[str] = Counter()
    for raw in mails:
        counted[_read(database, secret, raw, clock())] += 1
    return BouncesRead(**{name: counted[name] for name in BouncesRead.model_fields})


class AddressLifted(Answer):
    """An address that is written to again, and how many reports of it were forgotten."""

    address: str
    reports: int


def lift_address(database: Database, address: str) -> AddressLifted:
    """Write again to an address that works again."""
    with database.write() as connection:
        return AddressLifted(address=address, reports=lift_suspension(connection, address))


def now() -> int:
    """The moment, in seconds since 1970, UTC."""
    return int(time.time())


def mails_in(paths: Iterable[Path]) -> Iterator[bytes]:
    """Every mail of mbox files, Maildir folders and single files; UnusableFile where one is not."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _maildir(path)
            else:
                yield from _file(path)
        except OSError as error:
            raise UnusableFile("file-unreadable", path=str(path)) from error


def _read(database: Database, secret: bytes, raw: bytes, now: int) -> str:
    report = read_report(raw[:LARGEST])
    if report.fate is Fate.NOTHING:
        return "nothing"
    with database.write() as connection:
        for mail_id, proof in mails_named(report.sent_to):
            message_id = message_id_of(connection, mail_id)
            if message_id is not None and is_ours(secret, mail_id, message_id, proof):
                noted = note_bounce(connection, _bounced(report, raw, message_id, now))
                return report.fate.value if noted else "known"
    return "unsigned"


def _bounced(report: Report, raw: bytes, message_id: str, now: int) -> Bounced:
    hard = report.fate is Fate.HARD
    return Bounced(message_id, sha256(raw).hexdigest(), hard, report.status, now)


def _maildir(folder: Path) -> Iterator[bytes]:
    """The mails of `cur` and `new`, whatever a folder lacks of the other parts of a Maildir."""
    for part in ("new", "cur"):
        for file in sorted((folder / part).glob("*")):
            yield file.read_bytes()


def _file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        if opened.read(5) != b"From ":
            opened.seek(0)
            yield opened.read(LARGEST)
            return
    box = mailbox.mbox(path, create=False)
    try:
        yield from (box.get_bytes(key) for key in box.iterkeys())
    finally:
        box.close()

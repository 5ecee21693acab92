"""What came back is read right, and believed only where we can have caused it."""

import mailbox
import random
import string
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from matcher.errors import UnusableFile
from matcher.mailing.bounces import Fate, read_report
from matcher.mailing.return_path import is_ours, mails_named, return_path
from matcher.store.bounces import lift_suspension
from matcher.store.database import Database
from matcher.store.mail_tables import bounces, outbox
from matcher.store.outbox import MailState
from matcher.usecases.read_bounces import BouncesRead, mails_in, read_bounces
from matcher.usecases.send_outbox import Sending, send_outbox

NOW = 1_796_000_000
SECRET = b"sixteen bytes and more"
Fill = Callable[..., list[str]]


@pytest.fixture
def sent(database: Database, fill: Fill, faulty: Any) -> dict[str, str]:
    """Three people who were written to: the token of each one's return path."""
    names, tokens = fill(3, now=NOW), {}
    with faulty() as relay:
        sending = Sending(relay.relay(), "bonjour@synergies.test", return_secret=SECRET)
        send_outbox(database, sending, lambda: NOW)
    with database.read() as connection:
        for row in connection.execute(select(outbox)):
            assert row.state == MailState.SENT
            path = return_path("bonjour@synergies.test", SECRET, row.id, row.message_id)
            tokens[row.actor_id] = path.partition("+b")[2].partition("@")[0]
    assert list(tokens) == names
    return tokens


def read(database: Database, *mails: bytes) -> BouncesRead:
    return read_bounces(database, SECRET, mails, lambda: NOW + 60)


def states(database: Database) -> dict[str, str]:
    with database.read() as connection:
        found = connection.execute(select(outbox.c.actor_id, outbox.c.state))
        return {row.actor_id: row.state for row in found}


def told(database: Database) -> list[Any]:
    with database.read() as connection:
        return [connection.execute(select(table)).all() for table in (outbox, bounces)]


def test_every_sample_is_read_as_a_person_reads_it(samples: Any, tell: Any) -> None:
    found = [(one, read_report(one.mail).fate) for one in samples.of("a" * 21)]
    assert [(one.name, fate) for one, fate in found if fate != one.fate] == []
    hard = [one.fate for one, fate in found if fate is Fate.HARD]
    precision = hard.count("hard") / len(hard)
    assert len(found) >= 60
    assert precision >= 0.99
    counted = Counter(one.fate for one, _ in found)
    tell(f"{len(found)} samples {dict(counted)}, precision of hard {precision:.3f}")


@pytest.mark.every_engine
def test_a_hard_bounce_ends_mails_to_that_address_alone(
    database: Database, sent: dict[str, str], samples: Any, faulty: Any
) -> None:
    gone, *others = sent
    hard = next(one.mail for one in samples.of(sent[gone]) if one.fate == "hard")
    assert read(database, hard, hard) == BouncesRead(hard=1, soft=0, known=1, unsigned=0, nothing=0)
    assert states(database) == {gone: "bounced", **dict.fromkeys(others, "sent")}
    later = NOW + 40 * 86_400
    with database.write() as connection:
        again = {"state": "queued", "due": later, "until": later + 60, "first_attempt": None}
        connection.execute(update(outbox).values(again))
    with faulty() as relay:
        send_outbox(database, Sending(relay.relay(), "bonjour@synergies.test"), lambda: later)
    assert states(database) == {gone: "skipped", **dict.fromkeys(others, "sent")}
    assert len(relay.taken) == 2


def test_an_address_that_works_again_is_written_to_again(
    database: Database, sent: dict[str, str], samples: Any
) -> None:
    gone = next(iter(sent))
    read(database, next(one.mail for one in samples.of(sent[gone]) if one.fate == "hard"))
    with database.write() as connection:
        assert lift_suspension(connection, f"{gone}@exemple.test") == 1
        assert lift_suspension(connection, f"{gone}@exemple.test") == 0


def test_soft_bounces_are_counted_and_stop_nothing(
    database: Database, sent: dict[str, str], samples: Any
) -> None:
    mails = [one for one in samples.of(next(iter(sent.values()))) if one.fate != "hard"]
    done = read(database, *(one.mail for one in mails))
    soft = sum(one.fate == "soft" for one in mails)
    assert (done.hard, done.soft, done.nothing) == (0, soft, len(mails) - soft)
    assert set(states(database).values()) == {"sent"}
    with database.read() as connection:
        assert not any(connection.execute(select(bounces.c.hard)).scalars())


def forged_tokens(genuine: list[str], count: int) -> list[str]:
    """Tokens drawn, changed by one sign, or made of the parts of two."""
    lot, alphabet = random.Random(count), string.ascii_lowercase + "234567"
    made: list[str] = []
    while len(made) < count:
        token = lot.choice(genuine)
        place = lot.randrange(20)
        sign = lot.choice(alphabet.replace(token[place], ""))
        made += [
            "".join(lot.choices(alphabet, k=21)),
            token[:place] + sign + token[place + 1 :],
            token[:8] + lot.choice([one for one in genuine if one != token])[8:],
        ]
    return made[:count]


def test_no_forged_report_suspends_anybody(
    database: Database, sent: dict[str, str], samples: Any, tell: Any
) -> None:
    before = told(database)
    hard = [one.mail for one in samples.of("TOKEN") if one.fate == "hard"]
    tokens = forged_tokens(list(sent.values()), 1_000)
    mails = [
        hard[number % len(hard)].replace(b"TOKEN", token.encode())
        for number, token in enumerate(tokens)
    ]
    done = read(database, *mails)
    assert (done.hard, done.soft, done.unsigned) == (0, 0, 1_000)
    assert told(database) == before
    tell(f"1000 forged reports: {done.hard + done.soft} accepted")


def test_a_token_is_of_one_mail_and_one_secret_and_bears_no_case() -> None:
    path = return_path("bonjour@synergies.test", SECRET, 7, "<a@synergies.test>")
    assert len(path.partition("@")[0]) <= 64
    ((mail_id, proof),) = mails_named(f"To: {path.upper()}")
    assert mail_id == 7
    assert is_ours(SECRET, 7, "<a@synergies.test>", proof)
    assert not is_ours(SECRET, 7, "<b@synergies.test>", proof)
    assert not is_ours(b"another secret of ours", 7, "<a@synergies.test>", proof)


@pytest.mark.parametrize("raw", [b"", b"\0\xff", b"From: x\n", b"Content-Type: multipart/report"])
def test_what_is_no_mail_is_no_report(raw: bytes) -> None:
    assert read_report(raw).fate is Fate.NOTHING


def test_mails_are_read_from_an_mbox_a_maildir_and_files(tmp_path: Path, samples: Any) -> None:
    mails = [one.mail for one in samples.of("a" * 21)[:3]]
    box = mailbox.mbox(tmp_path / "box")
    for mail in mails:
        box.add(mail)
    box.close()
    folder = mailbox.Maildir(tmp_path / "folder")
    for mail in mails:
        folder.add(mail)
    (tmp_path / "one.eml").write_bytes(mails[0])
    read_again = list(mails_in([tmp_path / "box", tmp_path / "folder", tmp_path / "one.eml"]))
    fates = [read_report(mail).fate for mail in read_again]
    assert fates == [Fate.HARD] * 7
    with pytest.raises(UnusableFile):
        list(mails_in([tmp_path / "absent"]))

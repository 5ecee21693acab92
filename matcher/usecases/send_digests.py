"""Make the mails of a month, once for a territory, and put them into the outbox or a folder."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from urllib.parse import quote

from sqlalchemy.exc import IntegrityError

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotReady, UnusableFile
from matcher.mailing.digest import render_digest
from matcher.mailing.message import Envelope, Mailbox, compose
from matcher.store import outbox
from matcher.store.oppositions import willing_among
from matcher.store.outbox import ATTEMPTS_END, MailState, Queued
from matcher.store.suggestions import (
    Run,
    count_suggestions,
    find_run,
    write_run,
    written_ever,
)
from matcher.usecases.find_partners import Progress
from matcher.usecases.plan_digests import Plan, plan_digests
from matcher.usecases.plan_questions import PlanQuestion
from matcher.usecases.read_mail_settings import Post
from matcher.usecases.write_digests import digest_of, readers
from matcher.wording.words import Words

MORNING = time(7, tzinfo=UTC)
"""When mails of a month to come leave, on its first day."""

PLANNED_AGAIN = 3
"""Times that a plan is made again because somebody left while it was made."""

CARD = "lot.json"
"""The report of a plan beside its mails, and the sign that a folder is ours to fill again."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch in the outbox: mails by state; ``created`` is False where it was there before."""

    run: Run
    suggestions: int
    states: Counter[MailState]
    created: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A batch in a folder, for people to look at."""

    folder: Path
    plan: Plan
    mails: int


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def plan_once(application: Application, question: PlanQuestion, progress: Progress) -> Plan:
    """Plan a batch that is not there yet; InvalidInput ``batch-already-planned`` where it is."""
    with application.database.read() as connection:
        if find_run(connection, question.run_id) is not None:
            raise InvalidInput("batch-already-planned", run=question.run_id)
    return plan_digests(application, question, progress)


def prepare_digests(
    application: Application,
    question: PlanQuestion,
    post: Post,
    now: int,
    progress: Progress = _silent,
) -> Prepared:
    """Plan a batch and put its mails into the outbox, in one transaction; once, however often.

    A batch of this territory and month that is there already stays as it is.
    """
    for _ in range(PLANNED_AGAIN):
        with application.database.read() as connection:
            if find_run(connection, question.run_id) is not None:
                break
        plan = plan_digests(application, question, progress)
        due = due_of(question.month, now)
        run = Run(
            *(question.run_id, question.territory, question.month, now),
            plan.report.model_dump(),
        )
        mails = [
            Queued(run.id, name, message_id, address, content, due, due + ATTEMPTS_END)
            for name, address, message_id, content in compose_mails(
                application, plan, post, due, application.gate.secret()
            )
        ]
        try:
            if _keep(application, run, plan, mails):
                return _prepared(application, run.id, created=True)
        except IntegrityError:
            continue  # another process was faster, or somebody has just left
    return _prepared(application, question.run_id, created=False)


def write_mails(
    application: Application,
    question: PlanQuestion,
    post: Post,
    folder: Path,
    now: int,
    progress: Progress = _silent,
) -> Written:
    """Write each mail of a batch as a file; the store is not touched.

    Raises UnusableFile ``folder-not-ours`` for a folder that holds anything but such a batch.
    """
    plan = plan_once(application, question, progress)
    try:
        _make_room(folder)
        # Links of a look are signed with nothing lasting: nobody answers for somebody else.
        due, passing = due_of(question.month, now), token_bytes(32)
        made = compose_mails(application, plan, post, due, passing)
        for name, _, _, content in made:
            _write(folder / f"{quote(name, safe='')[:150]}.eml", content)
    except OSError as error:
        raise UnusableFile("run-not-writable", path=str(error.filename or folder)) from error
    _write(folder / CARD, plan.report.model_dump_json(indent=2).encode())
    return Written(folder, plan, plan.report.mails)


def due_of(month: date, now: int) -> int:
    """When the mails of a month may leave: at once, or when it begins. Seconds, UTC."""
    return max(now, int(datetime.combine(month, MORNING).timestamp()))


def compose_mails(
    application: Application, plan: Plan, post: Post, due: int, secret: bytes
) -> Iterator[tuple[str, str, str, bytes]]:
    """Each mail of a plan: whose, to which address, under which Message-ID, and its bytes."""
    words = Words("fr")
    with application.database.read() as connection:
        reached = written_ever(connection)
    domain = post.sender.address.rpartition("@")[2]
    for reader in readers(application, plan, words):
        who = plan.members[reader.actor.id]
        first = who.id not in reached
        digest, stop = digest_of(reader, plan, post, secret, words, first_contact=first)
        address = who.email or ""
        envelope = Envelope(
            sender=post.sender,
            recipient=Mailbox(who.name, address),
            message_id=_message_id(plan.question.run_id, who.id, secret, domain),
            date=datetime.fromtimestamp(due, UTC),
            unsubscribe=stop,
        )
        yield who.id, address, envelope.message_id, compose(render_digest(digest), envelope)


def _keep(application: Application, run: Run, plan: Plan, mails: list[Queued]) -> bool:
    """Write a run whole; False where it is there, or somebody in it has left or refused since."""
    named = {name for one, other, _ in plan.pairs for name in (one, other)}
    with application.database.write() as connection:
        if find_run(connection, run.id) is not None:
            return False
        if willing_among(connection, named) != named:
            return False
        write_run(connection, run, plan.pairs)
        outbox.enqueue(connection, mails)
    return True


def _prepared(application: Application, run_id: str, *, created: bool) -> Prepared:
    with application.database.read() as connection:
        run = find_run(connection, run_id)
        if run is None:
            raise NotReady("plan-unsettled")
        states = Counter(outbox.count_states(connection, run_id))
        return Prepared(run, count_suggestions(connection, run_id), states, created)


def _message_id(run_id: str, actor_id: str, secret: bytes, domain: str) -> str:
    """The same for the same run and reader, so that a mail sent twice can be told."""
    told = f"{run_id}\n{actor_id}".encode("utf-8", "replace")
    return f"<{blake2b(told, key=secret[:64], digest_size=16).hexdigest()}@{domain}>"


def _make_room(folder: Path) -> None:
    """Make the folder, or take away the mails of an earlier look."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / CARD).is_file():
            raise UnusableFile("folder-not-ours", path=str(folder))
        for old in folder.glob("*.eml"):
            old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _write(folder / CARD, b"{}")


def _write(file: Path, content: bytes) -> None:
    """Readable by its owner only: a mail holds names and signed links."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)

"""Batches asked over HTTP: accepted at once, worked on beside, looked at while they go on."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from secrets import token_hex
from threading import Lock, Thread

from pydantic import Field
from sqlalchemy.exc import IntegrityError

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound, SynergiesError
from matcher.scope import Scope
from matcher.store.batches import (
    BatchState,
    StoredBatch,
    add_batch,
    find_batch,
    find_by_key,
    take_up,
    tell_batch,
)
from matcher.store.outbox import count_states
from matcher.usecases.answers import Answer
from matcher.usecases.plan_answers import PlanReport
from matcher.usecases.plan_questions import (
    CAPACITY,
    MINIMUM_SCORE,
    MOST,
    PlanQuestion,
    read_plan_question,
)
from matcher.usecases.read_mail_settings import read_post, read_sending, returning
from matcher.usecases.send_digests import plan_once, prepare_digests
from matcher.usecases.send_outbox import send_outbox
from matcher.wording.words import Words

LOG = logging.getLogger(__name__)
SIGN_OF_LIFE_SECONDS = 60.0

_working = Lock()
"""One batch at a time in a process: each takes all processors."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What is asked: a département, a région or neither, a month, and whether to send."""

    department: str | None = None
    region: str | None = None
    month: str | None = None
    limit: int = MOST
    capacity: int = CAPACITY
    minimum_score: float = MINIMUM_SCORE
    dry_run: bool = False


class BatchAnswer(Answer):
    """A batch and where it stands."""

    id: str
    state: str = Field(description="`accepted`, `planning`, `sending`, `done` or `failed`.")
    run: str = Field(description="The batch of its territory and month.")
    dry_run: bool
    mails: dict[str, int] = Field(description="Mails of the run by state; none of a dry run.")
    report: PlanReport | None
    error: str | None = Field(description="Why it failed.")


Start = Callable[[Callable[[], None]], None]


def beside(work: Callable[[], None]) -> None:
    """Work in a thread of its own."""
    Thread(target=work, daemon=True).start()


def ask_batch(
    application: Application,
    asked: BatchRequest,
    key: str,
    words: Words,
    scope: Scope,
    start: Start = beside,
) -> BatchAnswer:
    """Accept a batch, once for a key: the same request again is the same batch.

    One that failed, or whose process has ended, is begun again by asking again. Raises
    InvalidInput ``idempotency-key-reused`` where the key came with another request, and whatever
    :func:`read_plan_question` and :func:`read_post` do.
    """
    question = _question(application, asked, scope)
    if not asked.dry_run:
        read_post(application.settings)
        read_sending(application.settings)
    now, hashed = int(time.time()), sha256(key.encode()).hexdigest()
    request = json.loads(json.dumps(asdict(asked)))
    made = StoredBatch(
        id=f"lot-{token_hex(12)}",
        who=scope.who[:240],
        key=hashed,
        request=request,
        departments=question.departments,
        state=BatchState.ACCEPTED,
        run_id=question.run_id,
        report=None,
        error=None,
        created=now,
        changed=now,
    )
    batch, begin = _kept(application, made, scope)
    if batch.request != request:
        raise InvalidInput("idempotency-key-reused", pointer="Idempotency-Key")
    if begin:
        work = _Work(application, batch.id, asked)
        start(lambda: work.run(scope))
    return read_batch(application, batch.id, words, scope)


def read_batch(application: Application, batch_id: str, words: Words, scope: Scope) -> BatchAnswer:
    """Where a batch stands; NotFound for one that is not wholly within ``scope``."""
    with application.database.read() as connection:
        batch = find_batch(connection, batch_id)
        if batch is None or not _within(batch, scope):
            raise NotFound("unknown-batch", pointer="batch_id")
        dry = bool(batch.request["dry_run"])
        states = {} if dry else count_states(connection, batch.run_id)
    return BatchAnswer(
        id=batch.id,
        state=batch.state.value,
        run=batch.run_id,
        dry_run=dry,
        mails={state.value: count for state, count in sorted(states.items())},
        report=PlanReport(**batch.report) if batch.report else None,
        error=_said(batch.error, words) if batch.error else None,
    )


def _question(application: Application, asked: BatchRequest, scope: Scope) -> PlanQuestion:
    typed = {"department": asked.department, "region": asked.region}
    return read_plan_question(
        application,
        {level: text for level, text in typed.items() if text is not None},
        asked.month,
        scope,
        most=asked.limit,
        capacity=asked.capacity,
        minimum_score=asked.minimum_score,
    )


def _within(batch: StoredBatch, scope: Scope) -> bool:
    if scope.departments is None:
        return True
    return batch.departments is not None and set(batch.departments) <= set(scope.departments)


def _kept(application: Application, made: StoredBatch, scope: Scope) -> tuple[StoredBatch, bool]:
    """The batch of a key, and whether its work is to begin now."""
    with application.database.read() as connection:
        before = find_by_key(connection, made.who, made.key)
    if before is None:
        try:
            with application.database.write() as connection:
                add_batch(connection, made)
                application.recorder.changed(connection, scope, "batch", run=made.run_id)
        except IntegrityError:  # the same request at the same moment
            with application.database.read() as connection:
                before = find_by_key(connection, made.who, made.key)
        else:
            return made, True
    batch = before or made
    if batch.request != made.request:
        return batch, False
    with application.database.write() as connection:
        return batch, take_up(connection, batch.id, made.created)


def _said(error: Mapping[str, object], words: Words) -> str:
    told = dict(error)
    code = str(told.pop("code"))
    return words.say(f"error.{code}", **told)


@dataclass
class _Work:
    """One batch at work."""

    application: Application
    batch_id: str
    asked: BatchRequest
    told: float = 0.0

    def run(self, scope: Scope) -> None:
        """Plan, keep, send; whatever goes wrong is written where the batch is looked at."""
        try:
            with _working:
                self._run(scope)
        except SynergiesError as error:
            known = {name: str(value) for name, value in error.parameters.items()}
            self._tell(state=BatchState.FAILED, error={"code": error.code, **known})
        except Exception:
            LOG.exception("batch %s failed", self.batch_id)
            self._tell(state=BatchState.FAILED, error={"code": "batch-failed"})

    def _run(self, scope: Scope) -> None:
        application, asked = self.application, self.asked
        self._tell(state=BatchState.PLANNING)
        question = _question(application, asked, scope)
        if asked.dry_run:
            plan = plan_once(application, question, self._alive)
            self._tell(state=BatchState.DONE, report=plan.report.model_dump())
            return
        sending, post = read_sending(application.settings), read_post(application.settings)
        prepared = prepare_digests(application, question, post, int(time.time()), self._alive)
        self._tell(state=BatchState.SENDING, report=dict(prepared.run.report))
        sent = send_outbox(
            application.database,
            returning(sending, application.settings, application.gate.secret()),
            lambda: int(time.time()),
            progress=lambda done: self._alive(done, done),
        )
        if sent.stopped is not None:
            error = {"code": "relay-stopped", "reason": sent.stopped}
            self._tell(state=BatchState.FAILED, error=error)
        else:
            self._tell(state=BatchState.DONE)

    def _alive(self, _done: int, _total: int) -> None:
        """Say now and then that the work goes on."""
        if time.monotonic() - self.told >= SIGN_OF_LIFE_SECONDS:
            self._tell()

    def _tell(self, **told: object) -> None:
        self.told = time.monotonic()
        with self.application.database.write() as connection:
            tell_batch(connection, self.batch_id, int(time.time()), **told)

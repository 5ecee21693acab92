"""Say whether an installation can recommend, and what it lacks if not."""

import logging
from collections.abc import Callable

from matcher.bootstrap import Application
from matcher.errors import NotReady, SynergiesError
from matcher.store.accounts import list_accounts
from matcher.store.changes import change_sequence
from matcher.store.keys import list_keys
from matcher.usecases.answers import Answer
from matcher.wording.words import Words

LOG = logging.getLogger(__name__)


class ReadinessCheck(Answer):
    """One thing that must work; ``detail`` says what to look at when it does not."""

    name: str
    ok: bool
    detail: str | None


class Readiness(Answer):
    """Whether everything works."""

    ready: bool
    checks: list[ReadinessCheck]


def check_readiness(application: Application, words: Words) -> Readiness:
    """Try each part in the order in which they need each other; never raises for a lack.

    The reasons, which name hosts and folders, go to the log; the answer names the part.
    """
    parts: dict[str, Callable[[], object]] = {
        "access": lambda: _access(application),
        "database": lambda: _database(application),
        "model": lambda: application.matching,
        "index": application.snapshot,
    }
    checks = [_tried(name, part, words) for name, part in parts.items()]
    return Readiness(ready=all(check.ok for check in checks), checks=checks)


def _tried(name: str, part: Callable[[], object], words: Words) -> ReadinessCheck:
    try:
        part()
    except SynergiesError as error:
        LOG.warning("not ready, %s: %s", name, error)
        return ReadinessCheck(name=name, ok=False, detail=words.say(f"readiness.{name}"))
    return ReadinessCheck(name=name, ok=True, detail=None)


def _access(application: Application) -> None:
    if not application.settings.asks_keys:
        return
    with application.database.read() as connection:
        may_ask = any(not key.revoked for key in list_keys(connection))
        may_ask = may_ask or any(one.ended is None for one in list_accounts(connection))
    if not may_ask:
        raise NotReady("no-keys", command="synergies keys create")


def _database(application: Application) -> None:
    with application.database.read() as connection:
        change_sequence(connection)

"""An installation that asks for keys, and somebody of each role who asks it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from matcher.access.embeds import Embed
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_actors import import_rows
from matcher.usecases.import_stream import import_stream
from matcher.usecases.manage_keys import create_key
from matcher.usecases.warm_up import warm_up

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures" / "actors.jsonl"
MYSELF = "ts-argenteuil-hotel-01"
AT_ONCE = 40
NOBODY_LISTENS = 9
"""The port of a relay that takes no mail: every way to it is gone, and no mail leaves."""
NUMBERS = count()


@dataclass
class Caller:
    """Somebody of one role, with a key; a practitioner has a link for each actor that it is.

    It may lose as many actors as it likes: :meth:`passing` names one who is only there for that.
    """

    role: Role
    application: Application
    key: str | None
    _passing: list[str] = field(default_factory=list)

    def headers(self, actor_id: str | None = None) -> dict[str, str]:
        """What it shows at the gate; a practitioner shows the link of ``actor_id``."""
        key = self.key or self._link(actor_id or MYSELF)
        return {"Authorization": f"Bearer {key}"}

    def passing(self, *, erased: bool) -> str:
        """An actor of Argenteuil that nothing else needs; another one next time if ``erased``."""
        if not self._passing:
            self._passing = _new_actors(self.application)
        return self._passing.pop() if erased else self._passing[-1]

    def _link(self, actor_id: str) -> str:
        return self.application.gate.link(actor_id, datetime.now(UTC) + timedelta(days=1))


def _new_actors(application: Application) -> list[str]:
    names = [f"passing-{next(NUMBERS)}" for _ in range(AT_ONCE)]
    rows = [
        {"id": name, "name": name, "kind": "social_worker", "commune": "95018", "needs": ["Vélo"]}
        for name in names
    ]
    import_rows(
        enumerate(rows, start=1),
        file="test",
        database=application.database,
        referential=application.referential,
        today=application.today(),
        scope=Scope.everything(),
    )
    return names


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The fixtures in a database of their own, behind keys."""
    file = tmp_path_factory.mktemp("fuzz") / "synergies.db"
    url = f"sqlite:///{file}"
    made = Settings(
        database_url=url,
        model="hashing",
        auth="on",
        rate_limits="off",
        smtp_url=f"smtp://127.0.0.1:{NOBODY_LISTENS}?security=none",
        mail_from="Synergies <suggestions@synergies.test>",
        mail_contact="contact@synergies.test",
        base_url="http://synergies.test",
    )
    opened = Application(made, Database.open(url), lambda: date(2026, 11, 23))
    import_stream(
        opened, [FIXTURES.read_bytes()], scope=Scope.everything(), side=None, dry_run=False
    )
    warm_up(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def callers(application: Application) -> list[Caller]:
    """One of each role; the coordinator is of Val-d'Oise."""

    def caller(role: Role) -> Caller:
        if role is Role.PRACTITIONER:
            return Caller(role, application, None)
        if role is Role.EMBED:
            embed = Embed(("department:95",), ("https://portail.example",))
            until = datetime.now(UTC) + timedelta(days=1)
            return Caller(role, application, application.gate.embed(embed, until))
        territories = {"department": ["95"]} if role is Role.COORDINATOR else {}
        made = create_key(application, role, territories, "", Scope.everything())
        return Caller(role, application, made.key)

    return [caller(role) for role in Role]

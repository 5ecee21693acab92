"""Nothing is claimed for whom said stop, left or does not exist; nobody is flooded."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from matcher.store import outbox as store
from matcher.store.actors import delete_actors
from matcher.store.bounces import Bounced, note_bounce
from matcher.store.database import Database
from matcher.store.mail_tables import outbox, runs
from matcher.store.oppositions import MAIL, PROFILING, set_opposition
from matcher.store.outbox import Caps, Mail, MailState

NOW = 1_796_000_000
TODAY = date(2026, 12, 1)
CAPS = Caps(per_domain_hour=10**9)
Fill = Callable[..., list[str]]


class World:
    """Some people with a mail each, workers that take and begin, and what was acknowledged."""

    def __init__(self, database: Database, names: list[str]) -> None:
        self.database, self.names = database, names
        self.taken: list[tuple[str, Mail]] = []
        self.stopped: set[str] = set()
        self.claimed_after: list[str] = []
        self.claims = self.stops = 0

    def take(self, lot: random.Random) -> None:
        """A worker leases the next mail."""
        worker = f"w{lot.randrange(10**9)}"
        with self.database.write() as connection:
            mail = store.take(connection, worker, NOW, CAPS)
        if mail is not None:
            self.taken.append((worker, mail))

    def begin(self, lot: random.Random) -> None:
        """A worker that holds a mail claims it: the relay listens."""
        if not self.taken:
            return
        worker, mail = self.taken.pop(lot.randrange(len(self.taken)))
        with self.database.write() as connection:
            went = store.begin(connection, mail, worker, NOW, CAPS)
        self.claims += went
        if went and mail.address.partition("@")[0] in self.stopped:
            self.claimed_after.append(mail.address)

    def stop(self, lot: random.Random) -> None:
        """Somebody opposes, leaves, or is found not to exist; all of it acknowledged here."""
        left = [name for name in self.names if name not in self.stopped]
        if not left:
            return
        name, how = lot.choice(left), lot.choice(["mail", "profiling", "erase", "bounce"])
        with self.database.write() as connection:
            if how == "erase":
                delete_actors(connection, [name])
            elif how == "bounce":
                back = Bounced(f"<{name}@synergies.test>", name.ljust(64, "0"), True, "5.1.1", NOW)
                note_bounce(connection, back)
            else:
                against = MAIL if how == "mail" else PROFILING
                set_opposition(connection, name, against, opposed=True, today=TODAY)
        self.stopped.add(name)
        self.stops += 1


@pytest.mark.parametrize("rounds", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_nothing_is_claimed_after_an_acknowledged_stop(
    database: Database, fill: Fill, rounds: int, tell: Callable[[str], None]
) -> None:
    claims = stops = 0
    with database.read() as connection:
        message = connection.execute(select(outbox.c.message_id)).first()
    assert message is None
    for number in range(rounds):
        lot = random.Random(number)
        names = fill(4, now=NOW, run=f"r{number}")
        with database.write() as connection:
            mine = outbox.c.run_id == f"r{number}"
            for name in names:
                named = {"message_id": f"<{name}@synergies.test>"}
                connection.execute(
                    update(outbox).where(mine, outbox.c.actor_id == name).values(named)
                )
        world = World(database, names)
        for _ in range(16):
            lot.choice([world.take, world.begin, world.begin, world.stop])(lot)
        assert world.claimed_after == [], number
        claims, stops = claims + world.claims, stops + world.stops
        with database.write() as connection:
            settled = {"state": MailState.SKIPPED, "lease": None}
            connection.execute(update(outbox).where(mine).values(settled))
    assert claims > rounds / 4
    assert stops > rounds
    tell(f"{rounds} interleavings, {claims} claims, {stops} stops: 0 claimed after an ack")


PARIS = ZoneInfo("Europe/Paris")
DAYS = {
    "spring": datetime(2027, 3, 28, tzinfo=PARIS),
    "autumn": datetime(2027, 10, 31, tzinfo=PARIS),
}


@pytest.mark.parametrize("people", [10, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("season", sorted(DAYS))
def test_nobody_is_flooded_across_a_change_of_hour_or_a_clock_that_goes_back(
    database: Database, fill: Fill, season: str, people: int, tell: Callable[[str], None]
) -> None:
    """50 days around the change: a batch every five days, a clock that goes back now and then."""
    lot, change = random.Random(people), DAYS[season]
    start = change - timedelta(days=25)
    caps = Caps(per_domain_hour=max(3, people // 3), person_days=25)
    names = fill(people, now=int(start.timestamp()), run="first")
    sent: dict[str, list[int]] = {name: [] for name in names}
    hours: Counter[int] = Counter()
    latest = 0
    for day in range(50):
        morning = int((start + timedelta(days=day)).timestamp())
        if day % 5 == 0 and day:
            _plan(database, names, f"run-{day}", morning)
        for hour in (7, 8, 9):
            now = morning + hour * 3600 - lot.choice([0, 0, 0, 3600, 7200, 5 * 86_400])
            for name in _send_all(database, caps, now):
                sent[name].append(now)
                latest = max(latest, now)
                hours[now // 3600] += 1
    gaps = [
        later - earlier
        for moments in sent.values()
        for earlier, later in zip(sorted(moments), sorted(moments)[1:], strict=False)
    ]
    assert sum(map(len, sent.values())) >= people
    assert not [gap for gap in gaps if gap < caps.person_days * 86_400]
    assert max(hours.values()) <= caps.per_domain_hour
    tell(f"{people * 50} recipient-days, {sum(map(len, sent.values()))} mails: 0 over a cap")


def _plan(database: Database, names: list[str], run: str, now: int) -> None:
    with database.write() as connection:
        row = {"id": run, "month": TODAY, "planned": now, "report": {}}
        connection.execute(insert(runs), row)
        store.enqueue(
            connection,
            [
                store.Queued(
                    run_id=run,
                    actor_id=name,
                    message_id=f"<{run}.{name}@synergies.test>",
                    address=f"{name}@exemple.test",
                    content=b"Bonjour",
                    due=now,
                    until=now + 86_400,
                )
                for name in names
            ],
        )


def _send_all(database: Database, caps: Caps, now: int) -> list[str]:
    gone: list[str] = []
    while True:
        with database.write() as connection:
            mail: Any = store.take(connection, "w", now, caps)
            if mail is None:
                return gone
            if store.begin(connection, mail, "w", now, caps):
                store.settle(connection, mail.id, MailState.SENT, now)
                gone.append(mail.address.partition("@")[0])

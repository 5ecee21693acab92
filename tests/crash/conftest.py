"""What tests of interrupted mail share: a relay that listens, and an outbox to fill."""

import asyncio
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import func, insert, select

from matcher.engine.profiles import Actor, Kind
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.store.mail_tables import outbox, runs
from matcher.store.outbox import Queued, enqueue

DOMAIN = "synergies.test"


class Sink:
    """A relay that writes each Message-ID to its log, as relays do, then says that it has it."""

    def __init__(self, log: Path) -> None:
        self.log, self.got = log, Counter[str]()
        self.arrived = threading.Semaphore(0)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one mail."""
        name = re.search(rb"Message-ID: (<[^>]+>)", envelope.content)[1].decode()  # type: ignore[index]
        with self.log.open("a") as log:
            log.write(f"relay[1]: message-id={name}\n")
        self.got[name] += 1
        self.arrived.release()
        return "250 taken"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Sink, int]]:
    """A real SMTP server on a port of its own."""
    handler = Sink(tmp_path / "relay.log")
    handler.log.touch()
    loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    serving = loop.create_server(lambda: SMTP(handler, loop=loop), sock=listener)
    server = loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield handler, listener.getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.1))
    loop.close()


@pytest.fixture
def fill() -> Callable[..., list[str]]:
    """Put mails to fictitious people into an outbox, due at a moment; gives their Message-IDs."""
    return _fill


def _fill(database: Database, count: int, now: int, run: str = "run") -> list[str]:
    names = [f"{run}-{number:05}" for number in range(count)]
    message_ids = [f"<{name}@{DOMAIN}>" for name in names]
    people = [
        Actor(n, Kind.SOCIAL_WORKER, n, email=f"{n}@exemple.test", consent_email=True)
        for n in names
    ]
    mails = [
        Queued(
            run_id=run,
            actor_id=name,
            message_id=message_id,
            address=f"{name}@exemple.test",
            content=f"Message-ID: {message_id}\r\nFrom: a@{DOMAIN}\r\n\r\nBonjour.\r\n".encode(),
            due=now,
            until=now + 10**7,
        )
        for name, message_id in zip(names, message_ids, strict=True)
    ]
    with database.write() as connection:
        save_actors(connection, people, today=date(2026, 12, 1))
        row = {"id": run, "month": date(2026, 12, 1), "planned": now, "report": {}}
        connection.execute(insert(runs), row)
        enqueue(connection, mails)
    return message_ids


@pytest.fixture
def states() -> Callable[[Database], dict[str, int]]:
    """Count the mails of an outbox by state."""
    return _states


def _states(database: Database) -> dict[str, int]:
    with database.read() as connection:
        found = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        return {row[0]: row[1] for row in found}

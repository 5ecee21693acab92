"""A relay on 127.0.0.1 that fails at a chosen step, and a store with mails that wait."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Self

import pytest
from sqlalchemy import insert

from matcher.engine.profiles import Actor, Kind
from matcher.mailing.delivery import Relay
from matcher.store import outbox
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.store.mail_tables import runs
from matcher.store.outbox import Queued

DAY = 86_400


@dataclass
class FaultyRelay:
    """An SMTP server of few words: at ``step`` it answers ``fault``, everywhere else all is well.

    ``fault`` is a code, ``drop`` (hang up) or ``stall`` (say nothing more). ``times`` counts down:
    after so many faults it behaves. ``taken`` are the mails it has answered 250 to, ``swallowed``
    those that it had whole but did not confirm.
    """

    step: str = ""
    fault: int | str = ""
    times: int = 1_000
    taken: list[bytes] = field(default_factory=list)
    swallowed: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def relay(self, **how: object) -> Relay:
        """How to reach it."""
        port = self._listener.getsockname()[1]
        return Relay("127.0.0.1", port, timeout=0.4, **how)  # type: ignore[arg-type]

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._begin(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection, connection.makefile("rb") as lines:
            try:
                if not self._answer(connection, "connect", b"220 ready"):
                    return
                while line := lines.readline():
                    if not self._command(connection, lines, line.decode().strip()):
                        return
            except (OSError, ValueError):
                return

    def _command(self, connection: socket.socket, lines: object, line: str) -> bool:
        verb = line.split(" ", maxsplit=1)[0].upper()
        if verb in {"EHLO", "HELO"}:
            return self._answer(connection, "ehlo", b"250-hello\r\n250-STARTTLS\r\n250 AUTH PLAIN")
        if verb == "RCPT":
            self.recipients.append(line.partition("<")[2].rstrip(">"))
        if verb == "DATA":
            return self._answer(connection, "data", b"354 go") and self._data(connection, lines)
        steps = {"STARTTLS": "tls", "AUTH": "auth", "MAIL": "mail", "RCPT": "rcpt"}
        if verb == "QUIT":
            connection.sendall(b"221 bye\r\n")
            return False
        return self._answer(connection, steps.get(verb, verb.lower()), b"250 fine")

    def _data(self, connection: socket.socket, lines: object) -> bool:
        mail = bytearray()
        while (line := lines.readline()) != b".\r\n":  # type: ignore[attr-defined]
            if not line:
                return False
            mail += line.removeprefix(b".")
        faulty = self._is_faulty("dot")
        (self.swallowed if faulty else self.taken).append(bytes(mail))
        return self._answer(connection, "dot", b"250 taken")

    def _is_faulty(self, step: str) -> bool:
        return step == self.step and self.times > 0

    def _answer(self, connection: socket.socket, step: str, usual: bytes) -> bool:
        if not self._is_faulty(step):
            connection.sendall(usual + b"\r\n")
            return True
        self.times -= 1
        if self.fault == "stall":
            self._ending.wait(2)
        if isinstance(self.fault, str):
            return False
        connection.sendall(f"{self.fault} fault\r\n".encode())
        return step != "connect"


@pytest.fixture
def faulty() -> type[FaultyRelay]:
    """Makes relays that fail."""
    return FaultyRelay


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A store in which there is nobody."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def fill(database: Database) -> Callable[..., list[str]]:
    """Puts as many mails into the outbox, each to a fictitious person of its own."""

    def filled(
        count: int, *, now: int, run: str = "run", domain: str = "exemple.test"
    ) -> list[str]:
        names = [f"{run}-{number}" for number in range(count)]
        people = [
            Actor(
                id=name,
                kind=Kind.SOCIAL_WORKER,
                name=name,
                email=f"{name}@{domain}",
                consent_email=True,
            )
            for name in names
        ]
        mails = [
            Queued(
                run_id=run,
                actor_id=name,
                message_id=f"<{run}.{name}@synergies.test>",
                address=f"{name}@{domain}",
                content=f"Message-ID: <{run}.{name}@synergies.test>\r\n\r\n.{name}\r\n".encode(),
                due=now,
                until=now + DAY,
            )
            for name in names
        ]
        with database.write() as connection:
            save_actors(connection, people, today=date(2026, 12, 1))
            row = {"id": run, "month": date(2026, 12, 1), "planned": now, "report": {}}
            connection.execute(insert(runs), row)
            assert outbox.enqueue(connection, mails) == count
            assert outbox.enqueue(connection, mails) == 0
        return names

    return filled

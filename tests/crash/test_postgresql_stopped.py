"""A PostgreSQL stopped as if its machine had, under writes: what was acked is there again."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotReady
from matcher.store.actors import all_actors, save_actors
from matcher.store.database import Database, migrate

pytestmark = [pytest.mark.every_engine, pytest.mark.postgresql_only]

TODAY = date(2026, 11, 23)
WRITERS = 4
SECONDS = 0.4


class Writer(threading.Thread):
    """Saves one actor after another and remembers those that were acknowledged."""

    def __init__(self, database: Database, name: str) -> None:
        super().__init__(name=name)
        self.database = database
        self.acked: list[str] = []
        self.refused = 0

    def run(self) -> None:
        """Write until the server has gone."""
        while not self.refused:
            name = f"{self.name}-{len(self.acked)}"
            try:
                with self.database.write() as connection:
                    person = Actor(name, Kind.SOCIAL_WORKER, "Élise")
                    save_actors(connection, [person], today=TODAY)
            except NotReady:
                self.refused += 1
            else:
                self.acked.append(name)


@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_what_was_acked_survives_a_server_that_is_stopped_at_once(
    careful_server: Any, times: int, tell: Callable[[str], None], count: Callable[..., None]
) -> None:
    migrate(careful_server.url())
    acked: set[str] = set()
    with closing(Database.open(careful_server.url())) as database:
        for stop in range(times):
            writers = [Writer(database, f"{stop}-{number}") for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(SECONDS)
            careful_server.stop("immediate")
            for writer in writers:
                writer.join(60)
                acked |= set(writer.acked)
            careful_server.start()
            with database.read() as connection:
                found = {actor.id for actor in all_actors(connection)}
            count("crash", kills_stops_and_cuts=1, acknowledged_changes_looked_for=len(acked))
            count("crash", lost=len(acked - found))
            assert acked <= found
            assert len(found - acked) <= WRITERS * times
    assert len(acked) > times
    tell(f"{times} stops, {len(acked)} acked, {len(found)} found, 0 acked lost")

"""The composition root: wires encoder, store, referential and index for the CLI and the API."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, cached_property
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from threading import Lock

from matcher.access.aside import Aside
from matcher.access.gate import Gate, utc_now
from matcher.access.recording import Recorder
from matcher.access.sessions import Sessions
from matcher.engine.index import ActorIndex, IndexBuilder, Snapshot
from matcher.engine.profiles import Actor
from matcher.engine.protocols import Encoder
from matcher.engine.recommending import Kept
from matcher.live_index import LiveIndex
from matcher.settings import Settings
from matcher.store.actors import find_actor
from matcher.store.database import Database
from matcher.store.generation import published_model
from matcher.store.oppositions import willing_among
from matcher.store.snapshot_erasure import forget_departed
from matcher.store.vectors import CachedEncoder
from matcher.territory import Referential, load_referential
from matcher.usecases.locate import located
from models.analysis import analyse, open_encoder
from models.matching import Matching, load_matching

KEPT_TERRITORIES = 64
"""Questions to territories whose best pairs are kept, a few megabytes each for a large one."""


class Application:
    """One installation at work in one process.

    ``snapshot()`` is always the current one; a snapshot is immutable, so a caller that holds one
    is never disturbed by the next.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        today: Callable[[], date] = date.today,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.database = database
        self.today = today
        self.now = now
        self._keeping = Lock()
        self._kept: tuple[str, Kept] = ("", {})
        self.progress: Callable[[int, int], None] = lambda done, total: None
        """Told how many texts are encoded, of how many, when a new snapshot needs it."""

    @cached_property
    def referential(self) -> Referential:
        """The territories, loaded once."""
        return load_referential()

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of the settings, opened when it is first needed."""
        return open_encoder(self.settings.model, self.settings.model_directory)

    @cached_property
    def matching(self) -> Matching:
        """The learned constants that go with the encoder."""
        return load_matching(self.encoder.model_id)

    @cached_property
    def builder(self) -> IndexBuilder:
        """What indexes stored actors: their vectors are computed once and kept in the store."""
        encoder = self.encoder
        cached = CachedEncoder(
            encoder.model_id, encoder.dimension, lambda: encoder, self.database, self._tell
        )
        return IndexBuilder(cached, analyse, self.matching.model)

    @cached_property
    def live(self) -> LiveIndex:
        """What follows the store."""
        return LiveIndex(
            self.database,
            self.builder,
            self.locate,
            self.settings.index_directory,
            self.learned,
        )

    @cached_property
    def learned(self) -> str:
        """Names what an index holds besides what actors say: constants, territories, words.

        What was saved by a version that reads statements or places otherwise is not used.
        """
        return f"{version('synergies')} {self.matching.digest} {_digest_of_tables()}"

    def locate(self, actor: Actor) -> Actor:
        """The same actor with its place."""
        return located(actor, self.referential)

    def _tell(self, done: int, total: int) -> None:
        self.progress(done, total)

    def snapshot(self) -> Snapshot:
        """Everybody as the store holds them now and as they count today."""
        return self.live.current(self.today())

    def snapshot_named(self, version: str, named: Callable[[Snapshot], str]) -> Snapshot | None:
        """The current snapshot or a recent one whose name is ``version``, ``None`` once forgotten.

        ``named`` says what a snapshot is called: it depends on who asks.
        """
        return self.live.named(version, self.today(), named)

    def kept_pairs(self, version: str) -> Kept:
        """Best pairs of the territories that were asked for last, of one snapshot."""
        with self._keeping:
            if self._kept[0] != version or len(self._kept[1]) >= KEPT_TERRITORIES:
                self._kept = (version, {})
            return self._kept[1]

    def willing(self, actor_ids: Iterable[str]) -> frozenset[str]:
        """Those who are stored now and accept to be matched, whatever a snapshot says."""
        with self.database.read() as connection:
            return willing_among(connection, actor_ids)

    def probe(self, *actors: Actor) -> ActorIndex:
        """A snapshot of actors who are not in the index, as one who asks a question.

        Their words pass through the encoder and are kept nowhere.
        """
        builder = IndexBuilder(self.encoder, analyse, self.matching.model)
        return builder.build(actors, today=self.today())

    @cached_property
    def gate(self) -> Gate:
        """What recognises callers."""
        return Gate(self.database, self.settings.secret, self.now)

    @cached_property
    def sessions(self) -> Sessions:
        """What recognises who is signed in on the pages."""
        return Sessions(self.database, self.now, self.aside)

    @cached_property
    def recorder(self) -> Recorder:
        """What writes the audit log."""
        return Recorder(self.database, utc_now)

    @cached_property
    def aside(self) -> Aside:
        """What does work that an answer does not wait for."""
        return Aside()

    def actor(self, actor_id: str, departments: Sequence[str] | None) -> Actor | None:
        """A stored actor with its place, ``None`` when there is none of that id in sight.

        ``departments`` are those of the caller's scope; ``None`` is all of them.
        """
        with self.database.read(departments) as connection:
            actor = find_actor(connection, actor_id, departments)
        return located(actor, self.referential) if actor else None

    def let_go(self, tables: Sequence[str], *, thorough: bool) -> bool:
        """Take those who were just erased out of files and memory; other processes follow.

        ``tables`` are those whose rows were deleted; as :meth:`Database.scrub`.
        """
        forget_departed(self.settings.index_directory, self.database)
        with self._keeping:
            self._kept = ("", {})
        if "live" in self.__dict__:  # made by whoever has answered a question
            self.live.let_go()
        return self.database.scrub(tables, thorough=thorough)

    def close(self) -> None:
        """Write what is still to be written, and let go of the database."""
        if "aside" in self.__dict__:
            self.aside.close()
        if "recorder" in self.__dict__:
            self.recorder.close()
        self.database.close()


@cache
def _digest_of_tables() -> str:
    digest = blake2b(digest_size=8)
    for package in ("data.territories", "data.vocabularies"):
        tables = (table for table in files(package).iterdir() if table.name.endswith(".tsv"))
        for table in sorted(tables, key=lambda table: table.name):
            digest.update(f"{table.name}\0".encode() + blake2b(table.read_bytes()).digest())
    return digest.hexdigest()


def bootstrap(settings: Settings) -> Application:
    """Open the database and wire the rest, each part when it is first needed."""
    database = Database.open(settings.database_url)
    with database.read() as connection:
        return Application(at_work(settings, published_model(connection)), database)


def at_work(settings: Settings, published: str | None) -> Settings:
    """The settings with the model that was published, if one was."""
    return replace(settings, model=published) if published else settings

"""Rebuild what matching has learned, and say whether it is what is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matcher.engine.features import features
from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.errors import InvalidInput, UnusableFile
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.actors import all_actors
from matcher.store.database import Database
from matcher.territory import load_referential
from matcher.usecases.import_actors import import_actors
from matcher.usecases.locate import located
from models.analysis import open_encoder
from models.matching import ARTEFACTS
from models.training.artefact import install, make_artefact
from models.training.comparing import differences
from models.training.scores import JudgedMeetings, judge, read_meetings

LABELLED = Path(str(files("data") / "labelled"))

JUDGED_ON = date(2026, 11, 23)
"""The day on which the meetings were judged: statements that expire later still counted."""


@dataclass(frozen=True, slots=True)
class Training:
    """The files that differ from those kept, and in what; whether they took their place."""

    differences: tuple[tuple[str, str], ...]
    kept: bool


def train(settings: Settings, *, keep: bool, progress: Callable[[int, int], None]) -> Training:
    """Make the artefact of matching anew, aside; with ``keep``, put it in the place of the old.

    Raises NotReady when the weights of the encoder are not there, InvalidInput when the settings
    name another one (its constants would not suit the prepared model), UnusableFile when the
    labels are not there.
    """
    if settings.model is not None:
        raise InvalidInput("training-of-another-model")
    if not LABELLED.is_dir():  # an installed wheel has none; told now, not after a minute
        raise UnusableFile("folder-absent", path=str(LABELLED))
    encoder = open_encoder(settings.model, settings.model_directory)
    with TemporaryDirectory() as name, as_file(ARTEFACTS) as kept:
        made = Path(name)
        make_artefact(made, encoder, judged_meetings, progress)
        found = tuple(differences(made, kept))
        if keep:
            install(made, kept)
    return Training(found, keep)


def judged_meetings(builder: IndexBuilder) -> JudgedMeetings:
    """The features of the judged pairs of fixtures, located and indexed as in production."""
    index = _fixtures(builder)
    meetings = read_meetings(LABELLED / "judged_meetings" / "pairs.jsonl")
    pairs = [(index.positions[meeting.a], index.positions[meeting.b]) for meeting in meetings]
    return judge(meetings, [features(index, a, index, np.array([b])) for a, b in pairs])


def _fixtures(builder: IndexBuilder) -> ActorIndex:
    referential = load_referential()
    with TemporaryDirectory() as name, as_file(files("data") / "fixtures" / "actors.jsonl") as path:
        database = Database.open(f"sqlite:///{name}/fixtures.db")
        import_actors(
            [path],
            database=database,
            referential=referential,
            today=JUDGED_ON,
            scope=Scope.everything(),
        )
        with database.read() as connection:
            actors = [located(actor, referential) for actor in all_actors(connection)]
        database.close()
    return builder.build(actors, today=JUDGED_ON)

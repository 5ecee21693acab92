"""Index a made-up population as production would, without encoding each of its texts anew."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from matcher.bootstrap import Application
from matcher.engine.index import IndexBuilder
from matcher.live_index import LiveIndex
from matcher.population import varying_analyzer, varying_encoder
from matcher.settings import Settings, index_beside
from matcher.store.database import Database
from models.analysis import analyse
from models.cues import cues


def index_population(
    store: Path, settings: Settings, progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Make the snapshot that ``synergies serve`` maps for ``store``, unless it is there.

    Phrases are encoded and analysed once; their variations follow from them.
    """
    url = f"sqlite:///{store}"
    application = Application(replace(settings, database_url=url), Database.open(url))
    try:
        real = application.builder
        LiveIndex(
            application.database,
            IndexBuilder(
                varying_encoder(application.encoder), varying_analyzer(analyse, cues), real.model
            ),
            application.locate,
            index_beside(url),
            application.learned,
            progress=progress,
        ).compact(application.today())
    finally:
        application.close()

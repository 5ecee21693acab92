"""The installation at work with the model that the store names: changed while answers go on."""

import logging
from collections.abc import Callable
from threading import Event

from matcher.bootstrap import Application, at_work
from matcher.errors import SynergiesError
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.store.generation import publish_model, published_model

LOG = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often a process looks whether another model was published."""

Make = Callable[[Settings, Database], Application]


class Generations:
    """Follows the published model, one whole installation after the other.

    Whoever holds an installation keeps it to the end of an answer: its model, constants and index
    belong together. The next one is given to ``switch`` once it is ready to answer.
    """

    def __init__(
        self,
        first: Application,
        settings: Settings,
        switch: Callable[[Application], None],
        make: Make = Application,
    ) -> None:
        self._current = first
        self._settings = settings
        self._switch = switch
        self._make = make

    def look(self) -> bool:
        """Change to the published model where it is another; whether it was.

        Raises what opening the model or the index raises: the one at work stays.
        """
        with self._current.database.read() as connection:
            settings = at_work(self._settings, published_model(connection))
        if settings.model == self._current.settings.model:
            return False
        following = self._make(settings, self._current.database)
        following.today, following.now = self._current.today, self._current.now
        following.snapshot()
        self._switch(following)
        self._current = following
        return True

    def follow(self, stop: Event) -> None:
        """Look from time to time, until ``stop``."""
        while not stop.wait(POLL_SECONDS):
            try:
                if self.look():
                    LOG.info("the model is now %s", self._current.encoder.model_id)
            except (OSError, SynergiesError) as error:
                LOG.warning("the published model cannot be used here yet: %s", error)


def change_model(
    application: Application, settings: Settings, model: str | None, *, make: Make = Application
) -> Application:
    """Encode and index everybody with another model beside the one at work, then publish it.

    ``None`` is the model of ``settings``. Whoever is killed before the end has changed nothing,
    and goes on where it stopped when it begins again: what was encoded is kept. Raises NotReady
    where the model cannot be opened or the index not saved. Gives the new installation.
    """
    following = make(at_work(settings, model), application.database)
    following.today, following.progress = application.today, application.progress
    following.snapshot()
    with application.database.write() as connection:
        publish_model(connection, model)
    return following

"""What every verb needs: the application, the settings, the terminal, and shared options."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.engine.profiles import Kind
from matcher.settings import Settings
from matcher.terminal import Terminal
from matcher.wording.words import Words

if TYPE_CHECKING:
    from matcher.bootstrap import Application

FAILED, WRONG_USAGE = 1, 2


class Side(StrEnum):
    """The two sides, as an option."""

    SOCIAL_WORKER = Kind.SOCIAL_WORKER.value
    SOCIAL_ENTREPRENEUR = Kind.SOCIAL_ENTREPRENEUR.value


AsJson = Annotated[bool, typer.Option("--json", help="Imprime du JSON, rien d'autre.")]


@contextmanager
def open_application() -> Iterator["Application"]:
    """The application of this environment, closed at the end."""
    from matcher.bootstrap import bootstrap

    application = bootstrap(read_settings())
    try:
        yield application
    finally:
        application.close()


def read_settings() -> Settings:
    """The settings of this environment."""
    return Settings.from_environment(os.environ)


def open_terminal() -> Terminal:
    """Where a verb writes, in the language of the settings."""
    return Terminal(Words(read_settings().language))


def territories_of(
    department: list[str] | None, epci: list[str] | None, region: list[str] | None
) -> dict[str, list[str]]:
    """The options that say which départements somebody is given."""
    return {"department": department or [], "epci": epci or [], "region": region or []}

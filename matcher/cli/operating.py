"""``synergies serve`` and ``synergies migrate``."""

import sys
from typing import Annotated

import typer

from matcher.cli.running import open_terminal, read_settings


def serve(
    host: Annotated[str, typer.Option(help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port d'écoute.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Nombre de processus.", min=1, max=64)] = 1,
) -> None:
    """Ouvrir l'API HTTP ; sa documentation est à /docs.

    Exemple : synergies serve --port 8080
    """
    from matcher.access.exposure import check_exposure
    from matcher.usecases.serve import serve as run

    settings = read_settings()
    check_exposure(host, settings)
    log = settings.log or ("text" if sys.stderr.isatty() else "json")
    run(host=host, port=port, workers=workers, database_url=settings.database_url, log=log)


def migrate() -> None:
    """Créer la base de données, ou l'amener à la version actuelle."""
    from matcher.usecases.migrate import migrate_database

    done = migrate_database(read_settings().database_url)
    open_terminal().show_migration(done.after, changed=done.changed)

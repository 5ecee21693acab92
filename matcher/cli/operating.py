"""``synergies serve``, ``synergies migrate`` and ``synergies embed``."""

import sys
from typing import Annotated

import typer

from matcher.cli.running import open_application, open_terminal, read_settings


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


def embed(
    model: Annotated[
        str | None,
        typer.Option(help="Nom ou chemin du modèle ; sans option, celui de SYNERGIES_MODEL."),
    ] = None,
    pgvector: Annotated[
        bool,
        typer.Option("--pgvector", help="Copier aussi les vecteurs pour l'extension pgvector."),
    ] = False,
) -> None:
    """Changer de modèle sans arrêter le service : tout est encodé à côté, puis publié.

    Les processus qui répondent gardent l'ancien modèle jusque-là, puis changent d'eux-mêmes.
    Interrompue, la commande n'a rien changé ; relancée, elle reprend où elle en était.

    Exemple : synergies embed --model /srv/modeles/mon-modele
    """
    from matcher.generations import change_model
    from matcher.store.pgvector import copy_vectors

    terminal = open_terminal()
    with open_application() as application, terminal.progress() as advance:
        application.progress = lambda done, total: advance("vectors", done, total)
        following = change_model(application, read_settings(), model)
        if pgvector:
            copy_vectors(application.database, following.encoder.model_id)
    terminal.out.print(terminal.words.say("terminal.model", model=following.encoder.model_id))

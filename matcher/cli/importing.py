"""``synergies import``."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.running import WRONG_USAGE, AsJson, Side, open_application, open_terminal
from matcher.engine.profiles import Kind
from matcher.scope import Scope


def import_command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="CHEMIN...", help="Fichiers JSONL, CSV, XLSX, data·inclusion, ou un dossier."
        ),
    ],
    side: Annotated[
        Side | None,
        typer.Option(help="Côté des structures dont le type ne le dit pas."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Vérifie tout, n'enregistre rien.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Importer des acteurs ; importer deux fois ne change rien.

    Chaque ligne refusée est nommée (fichier, ligne, champ, raison) ; les bonnes sont gardées.
    Code de sortie 2 si une ligne au moins est refusée.

    Exemple : synergies import data/fixtures/actors.jsonl
    """
    from matcher.usecases.import_actors import import_actors

    with open_application() as application, open_terminal().progress() as progress:
        report = import_actors(
            paths,
            database=application.database,
            referential=application.referential,
            today=application.today(),
            scope=Scope.everything(),
            side=Kind(side.value) if side else None,
            dry_run=dry_run,
            progress=lambda done, total: progress("import", done, total),
        )
    open_terminal().show_import(report, as_json=as_json, dry_run=dry_run)
    if report.rejected:
        raise typer.Exit(WRONG_USAGE)

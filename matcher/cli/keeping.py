"""``synergies backup``, ``synergies restore`` and ``synergies doctor``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.running import FAILED, AsJson, open_terminal, read_settings

MARKS = {"ok": ("✓", None), "warning": ("!", "yellow"), "failure": ("✗", "red")}

BackupFile = Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier de la sauvegarde.")]


def backup(file: BackupFile) -> None:
    """Sauvegarder la base dans un fichier, sans arrêter le service.

    Le fichier apparaît entier et vérifié, ou pas du tout ; lui seul suffit à tout rétablir. Il
    contient des données personnelles : seul son propriétaire peut le lire, gardez-le chiffré.

    Exemple : synergies backup var/synergies-lundi.backup
    """
    from matcher.usecases.back_up import back_up

    done = back_up(read_settings().database_url, file)
    terminal = open_terminal()
    told = {"path": str(done.file), "megabytes": round(done.size / 1e6, 1)}
    said = terminal.words.say("terminal.backed_up", **told)
    terminal.out.print(said, soft_wrap=True, markup=False)


def restore(
    file: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remplace une base qui contient des données.")
    ] = False,
) -> None:
    """Rétablir la base depuis une sauvegarde, amenée à la version actuelle.

    Une base qui contient des données n'est remplacée qu'avec --replace. Les processus ouverts
    suivent. L'envoi de courriels reste suspendu jusqu'à confirmation.

    Exemple : synergies restore var/synergies-lundi.backup --replace
    """
    from matcher.usecases.restore import restore as run

    done = run(read_settings(), file, now=datetime.now(UTC), replace=replace)
    terminal = open_terminal()
    told = {"actors": done.actors, "revision": done.revision}
    terminal.out.print(terminal.words.say("terminal.restored", **told), soft_wrap=True)


def doctor(as_json: AsJson = False) -> None:
    """Examiner l'installation : ✓ va bien, ! à savoir, ✗ à réparer. Ne change rien.

    Code de sortie 1 si une chose au moins est à réparer.

    Exemple : synergies doctor
    """
    from matcher.usecases.diagnose import diagnose

    terminal = open_terminal()
    diagnosis = diagnose(read_settings(), terminal.words)
    if as_json:
        terminal.print_json(diagnosis)
    else:
        for item in diagnosis.items:
            mark, style = MARKS[item.outcome]
            terminal.print_hanging(f"{mark} ", item.text, style=style)
    if not diagnosis.ok:
        raise typer.Exit(FAILED)

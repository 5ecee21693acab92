"""The rights of people: ``erase``, ``export-actor``, ``oppose``, ``purge``, ``register``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.running import AsJson, open_application, open_terminal
from matcher.scope import Scope

ActorId = Annotated[str, typer.Argument(metavar="ACTEUR", help="Identifiant de l'acteur.")]


class ExportFormat(StrEnum):
    """How an export is written."""

    JSON = "json"
    CSV = "csv"


def erase(
    actor: ActorId,
    outputs: Annotated[
        list[Path] | None,
        typer.Option(metavar="DOSSIER", help="Autre résultat de match-all à nettoyer (répétable)."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ne demande pas de confirmation.")] = False,
) -> None:
    """Effacer une personne, partout et pour de bon.

    Lignes, textes, vecteurs, index et journaux de la base ; ni un nouvel import ni une sauvegarde
    restaurée ne la ramènent. Les résultats que match-all a écrits depuis cette installation sont
    retrouvés ; --outputs nomme ceux qui ont été déplacés. Les sauvegardes déjà faites vieillissent
    jusqu'à leur terme.

    Exemple : synergies erase ts-argenteuil-hotel-01
    """
    from matcher.usecases.erase_actor import erase_actor

    terminal = open_terminal()
    if not yes:
        typer.confirm(terminal.words.say("terminal.erase_confirm", actor=actor), abort=True)
    with open_application() as application:
        done = erase_actor(
            application, actor, Scope.everything(), outputs=outputs or (), thorough=True
        )
    terminal.show_done(done, "erased" if done.complete else "erased_later")
    for folder in done.unreached:
        terminal.fail(terminal.words.say("terminal.output_unreached", path=folder))


def export_actor(
    actor: ActorId,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="json, ou csv : une valeur par ligne.")
    ] = ExportFormat.JSON,
) -> None:
    """Donner à une personne tout ce qui est gardé sur elle.

    Lignes, textes, sources, oppositions, recommandations du jour avec leurs raisons ; les vecteurs
    sont comptés, jamais donnés.

    Exemple : synergies export-actor ts-argenteuil-hotel-01 --format csv
    """
    from matcher.usecases.export_actor import export_actor as run
    from matcher.usecases.export_actor import export_as_csv

    terminal = open_terminal()
    with open_application() as application:
        export = run(application, actor, terminal.words, Scope.everything())
    if form is ExportFormat.CSV:
        terminal.print_text(export_as_csv(export))
    else:
        terminal.print_json(export)


def oppose(
    actor: ActorId,
    profiling: Annotated[
        bool | None,
        typer.Option("--profiling/--no-profiling", help="Refuse d'être rapproché d'autres."),
    ] = None,
    mail: Annotated[
        bool | None, typer.Option("--mail/--no-mail", help="Refuse tout courriel.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Noter qu'une personne s'oppose au profilage ou aux courriels ; aucun import ne le défait.

    --no-profiling retire l'opposition ; --no-mail aussi, mais il faut un nouveau consentement.

    Exemple : synergies oppose ts-argenteuil-hotel-01 --profiling
    """
    from matcher.usecases.oppose import oppose as run

    terminal = open_terminal()
    with open_application() as application:
        state = run(application, actor, Scope.everything(), profiling=profiling, mail=mail)
    if as_json:
        terminal.print_json(state)
    else:
        for against, opposed in (("profiling", state.profiling), ("mail", state.mail)):
            terminal.show_done(state, f"opposed_{against}" if opposed else f"accepts_{against}")


def purge(
    actor_months: Annotated[
        int, typer.Option(help="Garde un acteur tant de mois après ses dernières nouvelles.")
    ] = 36,
    statement_months: Annotated[
        int, typer.Option(help="Garde un besoin ou une offre tant de mois après son échéance.")
    ] = 12,
    audit_months: Annotated[
        int, typer.Option(help="Garde une ligne du journal d'accès tant de mois.")
    ] = 12,
    mail_days: Annotated[
        int, typer.Option(help="Garde le texte d'un courriel tant de jours après son sort.")
    ] = 90,
    run_months: Annotated[
        int, typer.Option(help="Garde les suggestions d'un envoi tant de mois après le sien.")
    ] = 24,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compte seulement ; n'efface rien.")
    ] = False,
) -> None:
    """Effacer ce qui a été gardé assez longtemps ; à lancer chaque nuit.

    Tout se fait en une transaction : interrompue, elle n'a rien effacé.

    Exemple : synergies purge --dry-run
    """
    from matcher.usecases.purge import Retention
    from matcher.usecases.purge import purge as run

    retention = Retention(actor_months, statement_months, audit_months, mail_days, run_months)
    with open_application() as application:
        done = run(application, retention, dry_run=dry_run)
    open_terminal().show_done(done, "purge_checked" if dry_run else "purged")


def register() -> None:
    """Imprimer le registre : chaque donnée personnelle, à qui, pourquoi, combien de temps.

    En Markdown, tel qu'il est dans docs/privacy.md ; il vient du code, et un test les compare.

    Exemple : synergies register
    """
    from matcher.usecases.describe_register import describe_register

    terminal = open_terminal()
    terminal.print_text(describe_register(terminal.words))

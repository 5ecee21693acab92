"""``synergies keys …``, ``synergies link`` and ``synergies audit``."""

from enum import StrEnum
from typing import Annotated

import typer

from matcher.cli.running import AsJson, open_application, open_terminal, territories_of
from matcher.scope import Role, Scope

keys = typer.Typer(
    name="keys",
    help="Créer, lister et retirer les clés de l'API (SYNERGIES_AUTH=on les demande).",
    no_args_is_help=True,
)


class KeyRole(StrEnum):
    """Roles that a key can have, as an option."""

    PORTAL = Role.PORTAL.value
    COORDINATOR = Role.COORDINATOR.value
    ADMIN = Role.ADMIN.value


@keys.command("create")
def create(
    role: Annotated[
        KeyRole,
        typer.Option(
            help="portal : lire et recommander partout ; coordinator : dans ses départements "
            "seulement ; admin : tout."
        ),
    ],
    department: Annotated[
        list[str] | None, typer.Option(help="Département d'un coordinateur (répétable).")
    ] = None,
    epci: Annotated[
        list[str] | None, typer.Option(help="Tous les départements d'une intercommunalité.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Tous les départements d'une région.")
    ] = None,
    label: Annotated[str, typer.Option(help="Pour qui, ou pour quoi : sans nom de personne.")] = "",
    as_json: AsJson = False,
) -> None:
    """Créer une clé, montrée une seule fois ; seule son empreinte est gardée.

    Exemple : synergies keys create --role coordinator --department 95 --label "équipe du 95"
    """
    from matcher.usecases.manage_keys import create_key

    typed = territories_of(department, epci, region)
    terminal = open_terminal()
    with open_application() as application:
        made = create_key(application, Role(role.value), typed, label, Scope.everything())
    if as_json:
        terminal.print_json(made)
    else:
        terminal.show_secret(
            terminal.words.say("keys.created", id=made.id, role=made.role), made.key
        )


@keys.command("list")
def list_all() -> None:
    """Lister les clés : identifiant, rôle, départements, dates. Jamais la clé entière."""
    from matcher.usecases.manage_keys import show_keys

    terminal = open_terminal()
    with open_application() as application:
        found = show_keys(application)
    if not found:
        terminal.say(terminal.words.say("keys.none"))
        return
    columns = ("id", "role", "departments", "label", "created", "revoked")
    rows = [
        (
            *(
                key.id,
                key.role,
                " ".join(key.departments),
                key.label,
                key.created.date().isoformat(),
            ),
            key.revoked.date().isoformat() if key.revoked else "",
        )
        for key in found
    ]
    terminal.show_rows([terminal.words.say(f"keys.column.{name}") for name in columns], rows)


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="syn_ et huit caractères.")],
) -> None:
    """Retirer une clé : elle n'ouvre plus rien, dans tous les processus, en moins d'une seconde."""
    from matcher.usecases.manage_keys import end_key

    terminal = open_terminal()
    with open_application() as application:
        end_key(application, key_id, Scope.everything())
    terminal.say(terminal.words.say("keys.revoked", id=key_id))


def link(
    actor: Annotated[str, typer.Argument(help="Identifiant d'un acteur enregistré.")],
    days: Annotated[int, typer.Option(help="Durée, en jours.", min=1, max=365)] = 30,
) -> None:
    """Signer le lien d'un acteur : il ouvre sa propre fiche, et elle seule.

    Exemple : synergies link ts-argenteuil-hotel-01 --days 30
    """
    from matcher.usecases.manage_keys import sign_for

    terminal = open_terminal()
    with open_application() as application:
        token, until = sign_for(application, actor, days, Scope.everything())
    terminal.show_secret(terminal.words.say("link.signed", actor_id=actor, until=until), token)


def audit(
    actor: Annotated[str | None, typer.Option(help="Ce qui concerne un acteur.")] = None,
    since: Annotated[str | None, typer.Option(help="Depuis un jour : 2026-11-23.")] = None,
    limit: Annotated[int, typer.Option(help="Nombre de lignes.", min=1, max=10_000)] = 1_000,
    as_json: AsJson = False,
) -> None:
    """Lire le journal des accès : qui a vu ou changé qui, et quand ; le plus récent d'abord.

    Exemple : synergies audit --actor ts-argenteuil-hotel-01 --since 2026-11-01
    """
    from matcher.usecases.read_audit import read_audit

    terminal = open_terminal()
    with open_application() as application:
        answer = read_audit(application, actor_id=actor, since=since, limit=limit)
    if as_json:
        terminal.print_json(answer)
        return
    columns = ("at", "who", "what", "count", "actors")
    rows = [
        (
            *(entry.at.strftime("%Y-%m-%d %H:%M:%S"), entry.who, entry.what, str(entry.count)),
            " ".join(entry.actor_ids[:5]) + (" …" if entry.count > 5 else ""),
        )
        for entry in answer.entries
    ]
    terminal.show_rows([terminal.words.say(f"audit.column.{name}") for name in columns], rows)

"""``synergies accounts …``: who signs in on the pages."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.running import AsJson, open_application, open_terminal, territories_of
from matcher.scope import Role, Scope

if TYPE_CHECKING:
    from matcher.terminal import Terminal
    from matcher.usecases.manage_accounts import AccountCard

accounts = typer.Typer(
    name="accounts",
    help="Ouvrir, lister, changer et retirer les comptes qui se connectent aux pages "
    "(SYNERGIES_AUTH=on demande de se connecter).",
    no_args_is_help=True,
)


class AccountRole(StrEnum):
    """Roles that an account can have, as an option."""

    COORDINATOR = Role.COORDINATOR.value
    ADMIN = Role.ADMIN.value


Address = Annotated[str, typer.Argument(metavar="ADRESSE", help="Adresse électronique du compte.")]
ItsRole = Annotated[
    AccountRole,
    typer.Option("--role", help="coordinator : dans ses départements seulement ; admin : tout."),
]
Departments = Annotated[
    list[str] | None,
    typer.Option("--department", help="Département d'un coordinateur (répétable)."),
]
Epci = Annotated[
    list[str] | None,
    typer.Option("--epci", help="Tous les départements d'une intercommunalité."),
]
Regions = Annotated[
    list[str] | None, typer.Option("--region", help="Tous les départements d'une région.")
]


@accounts.command("add")
def add(
    address: Address,
    role: ItsRole,
    department: Departments = None,
    epci: Epci = None,
    region: Regions = None,
    as_json: AsJson = False,
) -> None:
    """Ouvrir un compte : son adresse peut alors demander un lien de connexion.

    Il n'y a pas de mot de passe : la page /connexion envoie à cette adresse un lien qui sert une
    fois, pendant un quart d'heure. Un compte retiré est rouvert.

    Exemple : synergies accounts add coordination@exemple.fr --role coordinator --department 95
    """
    from matcher.usecases.manage_accounts import create_account

    typed = territories_of(department, epci, region)
    terminal = open_terminal()
    with open_application() as application:
        card = create_account(application, address, Role(role.value), typed, Scope.everything())
    _tell(terminal, "accounts.created", card, as_json=as_json)


@accounts.command("change")
def change(
    address: Address,
    role: ItsRole,
    department: Departments = None,
    epci: Epci = None,
    region: Regions = None,
    as_json: AsJson = False,
) -> None:
    """Donner à un compte un autre rôle ou d'autres départements ; il devra se reconnecter.

    Exemple : synergies accounts change coordination@exemple.fr --role coordinator --department 93
    """
    from matcher.usecases.manage_accounts import change_account

    typed = territories_of(department, epci, region)
    terminal = open_terminal()
    with open_application() as application:
        card = change_account(application, address, Role(role.value), typed, Scope.everything())
    _tell(terminal, "accounts.changed", card, as_json=as_json)


@accounts.command("list")
def list_all() -> None:
    """Lister les comptes : adresse, rôle, départements, dates, et leur nom dans le journal."""
    from matcher.usecases.manage_accounts import show_accounts

    terminal = open_terminal()
    with open_application() as application:
        found = show_accounts(application)
    if not found:
        terminal.say(terminal.words.say("accounts.none"))
        return
    columns = ("address", "role", "departments", "created", "ended", "id")
    rows = [
        (
            *(card.address, card.role, " ".join(card.departments)),
            card.created.date().isoformat(),
            card.ended.date().isoformat() if card.ended else "",
            card.id,
        )
        for card in found
    ]
    terminal.show_rows([terminal.words.say(f"accounts.column.{name}") for name in columns], rows)


@accounts.command("end")
def end(address: Address) -> None:
    """Retirer un compte : ses sessions et ses liens n'ouvrent plus rien, à la demande suivante.

    Exemple : synergies accounts end coordination@exemple.fr
    """
    from matcher.usecases.manage_accounts import end_account

    terminal = open_terminal()
    with open_application() as application:
        card = end_account(application, address, Scope.everything())
    _tell(terminal, "accounts.ended", card, as_json=False)


@accounts.command("link")
def link(address: Address) -> None:
    """Faire un lien de connexion sans courriel, à remettre soi-même à la personne.

    Il sert une fois, pendant un quart d'heure, comme celui que la page envoie : pour essayer, ou
    quand aucun relais de courriel n'est réglé. SYNERGIES_BASE_URL dit où sont les pages.

    Exemple : synergies accounts link coordination@exemple.fr
    """
    from matcher.usecases.sign_in import LINK_MINUTES, make_link

    terminal = open_terminal()
    with open_application() as application:
        made = make_link(application, address, Scope.everything())
        asked = application.settings.asks_keys
    told = terminal.words.say("accounts.link", address=address, minutes=LINK_MINUTES)
    terminal.show_secret(told, made)
    if not asked:
        terminal.fail(terminal.words.say("accounts.open"))


def _tell(terminal: "Terminal", code: str, card: "AccountCard", *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(card)
        return
    where = "".join(f" {code}" for code in card.departments)
    terminal.say(terminal.words.say(code, address=card.address, role=card.role, where=where))

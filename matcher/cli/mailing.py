"""What comes of mails: ``bounces``."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.running import AsJson, open_application, open_terminal


def bounces(
    mails: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="BOÎTE…", help="Fichiers mbox, dossiers Maildir, ou messages seuls."
        ),
    ] = None,
    lift: Annotated[
        str | None,
        typer.Option(metavar="ADRESSE", help="Écrire de nouveau à cette adresse, qui remarche."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lire les courriels revenus, et ne plus écrire aux adresses qui n'existent pas.

    À lancer sur la boîte qui reçoit les retours (bonjour+b…@…), aussi souvent qu'on veut : relire
    ne compte pas deux fois. Seul un retour à l'adresse signée d'un de nos envois est cru ; un refus
    définitif suspend l'adresse, un refus passager est compté, une réponse automatique est ignorée.

    Exemple : synergies bounces /var/mail/retours
    """
    from matcher.usecases.read_bounces import lift_address, mails_in, now, read_bounces

    terminal = open_terminal()
    if not mails and lift is None:
        raise typer.BadParameter(terminal.words.say("terminal.bounces_nothing"))
    with open_application() as application:
        if lift is not None:
            lifted = lift_address(application.database, lift)
            terminal.show_done(lifted, "bounces_lifted")
        if mails:
            secret = application.gate.secret()
            done = read_bounces(application.database, secret, mails_in(mails), now)
            if as_json:
                terminal.print_json(done)
            else:
                terminal.show_done(done, "bounces_read")

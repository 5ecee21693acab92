"""``synergies widget-link``."""

from datetime import timedelta
from typing import Annotated

import typer

from matcher.cli.running import AsJson, Side, open_application, open_terminal
from matcher.scope import Scope


def widget_link(
    origin: Annotated[
        list[str],
        typer.Option(help="Site qui affichera le module : https://portail.example (répétable)."),
    ],
    department: Annotated[
        list[str] | None, typer.Option(help="Département montré (répétable, cinq au plus).")
    ] = None,
    commune: Annotated[
        str | None, typer.Option(help="Une seule commune, au lieu d'un département.")
    ] = None,
    need: Annotated[
        str, typer.Option(help="Un besoin : le module montre alors qui peut y répondre.")
    ] = "",
    kind: Annotated[Side, typer.Option(help="Côté de qui exprime le besoin.")] = Side.SOCIAL_WORKER,
    days: Annotated[int, typer.Option(help="Durée, en jours.", min=1, max=365)] = 90,
    token_only: Annotated[
        bool, typer.Option("--token", help="Le jeton seul, pour le composant web.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fabriquer le module qu'un portail affiche : une balise iframe, avec un jeton signé.

    Le jeton n'ouvre que la lecture des synergies de ce territoire, depuis ces sites, jusqu'à sa
    date. Qui voit la page peut le lire : ne l'affichez qu'à ceux qui peuvent voir ces noms.

    Exemple : synergies widget-link --department 95 --origin https://portail.example
    """
    from matcher.usecases.make_embed import make_embed

    terminal = open_terminal()
    typed = {"department": department or [], "commune": [commune] if commune else []}
    with open_application() as application:
        made = make_embed(
            application,
            typed,
            origin,
            timedelta(days=days),
            terminal.words,
            Scope.everything(),
            need=need,
            kind=kind.value,
        )
    if as_json:
        terminal.print_json(made)
        return
    said = terminal.words.say(
        "embed.made", until=made.expires.date(), origins=made.origins, departments=made.departments
    )
    terminal.show_secret(said, made.token if token_only else made.snippet)

"""``synergies why-not``."""

from typing import Annotated

import typer

from matcher.cli.running import AsJson, open_application, open_terminal
from matcher.scope import Scope


def why_not(
    actor: Annotated[str, typer.Option(help="Identifiant de qui cherche des partenaires.")],
    partner: Annotated[str, typer.Option(help="Identifiant de qui manque dans sa liste.")],
    department: Annotated[
        str | None,
        typer.Option(help="Territoire de la liste : 95, val-d-oise, « Val d'Oise »…"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Dire pourquoi un acteur n'est pas proposé à un autre, ou ce qui le place derrière.

    La liste est celle de « recommend --actor ». Si le partenaire n'y est pas, chaque obstacle
    est dit en une phrase : trop loin, du même côté, déjà écarté, une offre qui exclut ce qui est
    demandé, aucune offre qui réponde à un besoin, un score trop bas… S'il y est, son rang, et en
    quoi le premier de la liste passe devant.

    Exemples :

    synergies why-not --actor ts-argenteuil-hotel-01 --partner es-marseille-garage-01

    synergies why-not --actor ts-cergy-mecs-01 --partner es-taverny-velo-01 --department 95
    """
    from matcher.usecases.read_question import RecommendationQuery
    from matcher.usecases.why_not import why_not as run

    territories = {} if department is None else {"department": department}
    query = RecommendationQuery(actor_id=actor, territories=territories)
    terminal = open_terminal()
    with open_application() as application, terminal.progress() as progress:
        application.progress = lambda done, total: progress("vectors", done, total)
        answer = run(application, query, partner, terminal.words, Scope.everything())
    if as_json:
        terminal.print_json(answer)
        return
    terminal.print_hanging("", answer.text)
    for reason in answer.reasons:
        terminal.print_hanging("  • ", reason.text)

"""``synergies bench``: what measuring needs."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.running import open_terminal, read_settings

MOST_ACTORS = 9_999_999
DIRECTORY = Path("var/bench")

bench = typer.Typer(name="bench", help="Préparer de quoi mesurer la vitesse.", no_args_is_help=True)


@bench.callback()
def _group() -> None:
    """Préparer de quoi mesurer la vitesse."""


@bench.command()
def generate(
    actors: Annotated[
        int,
        typer.Option(min=1, max=MOST_ACTORS, help="Nombre d’acteurs."),
    ],
    seed: Annotated[int, typer.Option(min=0, help="Graine : la même donne les mêmes acteurs.")] = 0,
    directory: Annotated[
        Path,
        typer.Option(metavar="DOSSIER", help="Reçoit un sous-dossier ACTEURS-GRAINE."),
    ] = DIRECTORY,
    mail: Annotated[
        bool,
        typer.Option("--mail", help="Chacun a une adresse en .invalid et accepte les courriels."),
    ] = False,
) -> None:
    """Inventer une population à l’échelle d’un pays, dans une base de données à part.

    Deux tiers de travailleurs sociaux, un tiers d’entrepreneurs sociaux, répartis comme les
    habitants des communes de France, quatre besoins et offres chacun. Personne n’existe : les
    organisations portent « (fictif) », il n’y a aucune adresse. Avec --mail, dans un sous-dossier
    ACTEURS-GRAINE-mail, chacun en a une, où rien ne peut arriver : pour mesurer plan-digests.

    Écrite une fois, réutilisée ensuite ; effacez le sous-dossier pour recommencer. Compter une à
    trois minutes et un gigaoctet pour 600 000 acteurs.

    Exemple : synergies bench generate --actors 10000 --seed 1

    Pour s’en servir : SYNERGIES_DATABASE_URL=sqlite:///var/bench/10000-1/synergies.db
    """
    from matcher.usecases.generate_population import generate_population
    from matcher.usecases.index_population import index_population

    terminal, settings = open_terminal(), read_settings()
    with terminal.progress() as progress:
        generated = generate_population(
            actors,
            seed,
            directory,
            mail=mail,
            index=lambda store: index_population(
                store, settings, lambda done, total: progress("index", done, total)
            ),
            progress=lambda done, total: progress("population", done, total),
        )
    terminal.show_population(generated)

"""``synergies evaluate`` and ``synergies train``."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.running import AsJson, open_terminal, read_settings


def evaluate(
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="DOSSIER", help="Dossier avec corpus.jsonl, queries.jsonl et qrels.tsv."
        ),
    ],
    run: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Écrit notre classement, les 100 premiers."),
    ] = None,
    details: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Écrit chaque requête (TSV), pires pertes d’abord."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mesurer la qualité sur un jeu annoté, à côté de BM25, TF-IDF et du modèle dense seul.

    Le classement est celui des recommandations : chaque document est une offre, chaque requête un
    besoin.

    L’écart est notre nDCG@10 moins celui de la ligne, avec son intervalle de confiance à 95 %
    (bootstrap apparié, 2 000 tirages de requêtes).

    Exemple : synergies evaluate mon-jeu --run classement.tsv --details requetes.tsv
    """
    from matcher.usecases.evaluate import evaluate as measure

    with open_terminal().progress() as progress:
        evaluation = measure(
            read_settings(), directory, run=run, details=details, progress=progress
        )
    open_terminal().show_evaluation(evaluation, as_json=as_json)


def train(
    keep: Annotated[
        bool, typer.Option("--keep", help="Remplace les fichiers installés par les nouveaux.")
    ] = False,
) -> None:
    """Réapprendre les constantes de l’appariement, et dire ce qui diffère de ce qui est installé.

    Tout vient de textes et d’annotations du dépôt, à graine fixe : sur la même machine, le résultat
    est le même à l’octet près. Sans --keep, rien n’est remplacé. Quelques minutes.

    Exemple : synergies train
    """
    from matcher.usecases.train import train as run

    terminal = open_terminal()
    with terminal.progress() as progress:
        training = run(
            read_settings(),
            keep=keep,
            progress=lambda done, total: progress("training", done, total),
        )
    terminal.show_training(training)

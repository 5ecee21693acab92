"""The command line: `synergies …`, one verb per use case."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.engine.candidates import Direction, Sides
from matcher.engine.profiles import Kind
from matcher.errors import InvalidInput, NotReady, SynergiesError
from matcher.settings import Settings
from matcher.terminal import Terminal
from matcher.wording.misuse import misuse
from matcher.wording.words import Words

if TYPE_CHECKING:
    from matcher.bootstrap import Application
    from matcher.territory import Referential

FAILED, WRONG_USAGE = 1, 2
INTERRUPTED = 130
"""What Typer returns after Ctrl-C, which needs no words: who pressed it knows."""

app = typer.Typer(
    name="synergies",
    help="Recommande des coopérations entre travailleurs sociaux et entrepreneurs sociaux, "
    "et dit pourquoi.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Réglages : SYNERGIES_DATABASE_URL (défaut sqlite:///var/synergies.db), "
    "SYNERGIES_MODEL, SYNERGIES_MODEL_DIR, SYNERGIES_LANGUAGE (fr, en). "
    "Codes de sortie : 0 fait, 1 échec, 2 mauvaise demande.",
)


class Side(StrEnum):
    """The two sides, as an option."""

    SOCIAL_WORKER = Kind.SOCIAL_WORKER.value
    SOCIAL_ENTREPRENEUR = Kind.SOCIAL_ENTREPRENEUR.value


AsJson = Annotated[bool, typer.Option("--json", help="Imprime du JSON, rien d'autre.")]


def main() -> None:
    """Run the CLI: every expected failure is one clear line on stderr, never a traceback."""
    terminal = _terminal()
    try:
        code = app(prog_name="synergies", standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as error:
        code = WRONG_USAGE
        if str(error):  # empty when the help was shown instead
            terminal.fail(terminal.words.error(misuse(error)))
    except SynergiesError as error:
        code = FAILED if isinstance(error, NotReady) else WRONG_USAGE
        field = (error.pointer or "").partition("profile/")[2]
        place = f"{field} : " if field else ""
        terminal.fail(place + terminal.words.error(error))
    except BrokenPipeError:
        code = FAILED
        # The reader (head, less) has gone; pointing stdout at nothing keeps the exit silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("SYNERGIES_DEBUG"):
            raise
        code = FAILED
        terminal.fail(terminal.words.say("error.unexpected", kind=type(error).__name__))
    sys.exit(FAILED if code == INTERRUPTED else code)


@app.command("import")
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

    with _application() as application, _terminal().progress() as progress:
        report = import_actors(
            paths,
            database=application.database,
            referential=application.referential,
            today=application.today(),
            side=Kind(side.value) if side else None,
            dry_run=dry_run,
            progress=lambda done, total: progress("import", done, total),
        )
    _terminal().show_import(report, as_json=as_json, dry_run=dry_run)
    if report.rejected:
        raise typer.Exit(WRONG_USAGE)


@app.command()
def recommend(
    actor: Annotated[str | None, typer.Option(help="Identifiant d'un acteur enregistré.")] = None,
    need: Annotated[
        list[str] | None, typer.Option(help="Un besoin, en une phrase (répétable).")
    ] = None,
    offer: Annotated[
        list[str] | None, typer.Option(help="Une offre, en une phrase (répétable).")
    ] = None,
    kind: Annotated[
        Side, typer.Option(help="Côté de qui exprime le besoin ou l'offre.")
    ] = Side.SOCIAL_WORKER,
    department: Annotated[str | None, typer.Option(help="95, val-d-oise, « Val d'Oise »…")] = None,
    commune: Annotated[
        str | None, typer.Option(help="Nom, code postal ou code INSEE d'une commune.")
    ] = None,
    epci: Annotated[str | None, typer.Option(help="Nom ou code d'une intercommunalité.")] = None,
    region: Annotated[str | None, typer.Option(help="Nom ou code d'une région.")] = None,
    domain: Annotated[
        list[str] | None, typer.Option(help="Thématique data·inclusion (répétable).")
    ] = None,
    public: Annotated[
        list[str] | None, typer.Option(help="Public data·inclusion (répétable).")
    ] = None,
    radius_km: Annotated[float | None, typer.Option(help="Distance maximale en km.")] = None,
    sides: Annotated[
        Sides, typer.Option(help="cross : l'autre côté ; any : les deux.")
    ] = Sides.CROSS,
    direction: Annotated[
        Direction | None,
        typer.Option(help="mutual : dans les deux sens ; needs : reçoit ; offers : apporte."),
    ] = None,
    minimum_score: Annotated[float | None, typer.Option(help="Score minimal, de 0 à 1.")] = None,
    exclude_known: Annotated[
        bool, typer.Option("--exclude-known", help="Sans ceux qui se connaissent déjà.")
    ] = False,
    limit: Annotated[int, typer.Option(help="Nombre de lignes, de 1 à 100.")] = 10,
    cursor: Annotated[str | None, typer.Option(help="Suite d'une réponse précédente.")] = None,
    as_json: AsJson = False,
) -> None:
    """Recommander des partenaires à un acteur, ou les synergies d'un territoire.

    Exemples :

    synergies recommend --department 95

    synergies recommend --actor ts-argenteuil-hotel-01

    synergies recommend --need "un lieu pour un atelier cuisine" --department 95
    """
    from matcher.usecases.read_question import RecommendationQuery
    from matcher.usecases.recommend import recommend as run

    typed = {"department": department, "commune": commune, "epci": epci, "region": region}
    territories = {level: text for level, text in typed.items() if text is not None}
    if actor is not None and (need or offer):
        raise InvalidInput("actor-and-need", pointer="actor")
    query = RecommendationQuery(
        actor_id=actor,
        territories=territories,
        domains=tuple(domain or ()),
        publics=tuple(public or ()),
        radius_km=radius_km,
        sides=sides.value,
        direction=direction.value if direction else None,
        minimum_score=minimum_score,
        exclude_known=exclude_known,
        limit=limit,
        cursor=cursor,
    )
    terminal = _terminal()
    with _application() as application, terminal.progress() as progress:
        application.progress = lambda done, total: progress("vectors", done, total)
        if need or offer:
            said = {"kind": kind.value, "needs": need or [], "offers": offer or []}
            profile = said | _seat(territories, application.referential)
            query = replace(query, profile=profile, territories={})
        answer = run(application, query, terminal.words)
    if as_json:
        terminal.print_json(answer)
    else:
        terminal.show_recommendations(answer, first=not cursor)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port d'écoute.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Nombre de processus.", min=1, max=64)] = 1,
) -> None:
    """Ouvrir l'API HTTP ; sa documentation est à /docs.

    Exemple : synergies serve --port 8080
    """
    from matcher.usecases.serve import serve as run

    run(host=host, port=port, workers=workers)


@app.command()
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

    with _terminal().progress() as progress:
        evaluation = measure(_settings(), directory, run=run, details=details, progress=progress)
    _terminal().show_evaluation(evaluation, as_json=as_json)


@app.command()
def migrate() -> None:
    """Créer la base de données, ou l'amener à la version actuelle."""
    from matcher.usecases.migrate import migrate_database

    done = migrate_database(_settings().database_url)
    _terminal().show_migration(done.after, changed=done.changed)


def _seat(typed: Mapping[str, str], referential: "Referential") -> dict[str, object]:
    """Where somebody who is not stored sits and acts: the territories that were typed."""
    from matcher.usecases.read_question import read_territory

    zone = {level: read_territory(referential, level, text) for level, text in typed.items()}
    commune = zone.pop("commune", None)
    seat: dict[str, object] = {"commune": commune} if commune else {}
    return seat | ({"zone": list(zone.values())} if zone else {})


@contextmanager
def _application() -> Iterator["Application"]:
    from matcher.bootstrap import bootstrap

    application = bootstrap(_settings())
    try:
        yield application
    finally:
        application.close()


def _settings() -> Settings:
    return Settings.from_environment(os.environ)


def _terminal() -> Terminal:
    return Terminal(Words(_settings().language))


if __name__ == "__main__":
    main()

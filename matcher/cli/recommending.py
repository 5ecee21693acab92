"""``synergies recommend``."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.running import AsJson, Side, open_application, open_terminal
from matcher.engine.candidates import Direction, Sides
from matcher.errors import InvalidInput
from matcher.scope import Scope

if TYPE_CHECKING:
    from matcher.territory import Referential


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
    weights_profile: Annotated[
        str | None, typer.Option(help="Nom d'un réglage enregistré sur la page « Réglages ».")
    ] = None,
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
    from matcher.usecases.weight_profiles import weights_of

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
    terminal = open_terminal()
    with open_application() as application, terminal.progress() as progress:
        application.progress = lambda done, total: progress("vectors", done, total)
        if weights_profile is not None:
            weights = weights_of(application, weights_profile, Scope.everything())
            query = replace(query, weights=weights)
        if need or offer:
            said = {"kind": kind.value, "needs": need or [], "offers": offer or []}
            profile = said | _seat(territories, application.referential)
            query = replace(query, profile=profile, territories={})
        answer = run(application, query, terminal.words, Scope.everything())
    if as_json:
        terminal.print_json(answer)
    else:
        terminal.show_recommendations(answer, first=not cursor)


def _seat(typed: Mapping[str, str], referential: "Referential") -> dict[str, object]:
    """Where somebody who is not stored sits and acts: the territories that were typed."""
    from matcher.usecases.read_question import read_territory

    zone = {level: read_territory(referential, level, text) for level, text in typed.items()}
    commune = zone.pop("commune", None)
    seat: dict[str, object] = {"commune": commune} if commune else {}
    return seat | ({"zone": list(zone.values())} if zone else {})


def match_all(
    output: Annotated[
        Path, typer.Option(metavar="DOSSIER", help="Reçoit partners.parquet, et l’état du calcul.")
    ],
    department: Annotated[str | None, typer.Option(help="95, val-d-oise, « Val d'Oise »…")] = None,
    region: Annotated[str | None, typer.Option(help="Nom ou code d'une région.")] = None,
    limit: Annotated[int, typer.Option(help="Partenaires par acteur, de 1 à 100.")] = 10,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADRESSE", help="Ordonnanceur Dask : tcp://hôte:8786."),
    ] = None,
) -> None:
    """Trouver d'un coup les meilleurs partenaires de chaque acteur d'un territoire ou du pays.

    Écrit DOSSIER/partners.parquet : actor_id, partner_id, rank, score. Interrompu, le calcul
    reprend où il en était : relancez la même commande. Avec --scheduler, ce sont les machines
    d'une grappe Dask qui calculent (docs/scaling.md) ; le résultat est le même.

    Exemple : synergies match-all --department 95 --output var/match-95
    """
    from matcher.usecases.match_all import match_all as run
    from matcher.usecases.read_question import read_territory

    if department is not None and region is not None:
        raise InvalidInput("two-territories", pointer="region")
    terminal = open_terminal()
    with open_application() as application, terminal.progress() as progress:
        typed = {"department": department, "region": region}
        found = [
            read_territory(application.referential, level, text)
            for level, text in typed.items()
            if text is not None
        ]
        matched = run(
            application,
            output,
            territory=found[0] if found else None,
            limit=limit,
            progress=lambda done, total: progress("pairs", done, total),
            scheduler=scheduler,
        )
    terminal.show_matched(matched)

"""Every state of every page that a person may meet: what is looked at, and photographed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.usecases.mail_links import AnswerLink, MailLinks
from matcher.usecases.stage_import import stage_import

ASKER = "ts-argenteuil-hotel-01"
STRANGER = "es-taverny-velo-01"
"""Somebody who is not proposed to the one who asks."""
LIST = (
    "nom;côté;commune;besoins;Téléphone\nMaison des ponts (fictive);travailleur social;Argenteuil;"
    "Un atelier vélo;01\nLes quais (fictif);travailleur social;Nullepart;Une salle;02\n"
)
"""A file with a line to correct and a column that nobody knows."""
PAIR = {"actor": "ts-cergy-mecs-01", "partner": "es-cergy-colocs-01"}


@dataclass(frozen=True)
class State:
    """A page as an address shows it; ``name`` is that of its pictures.

    In the path ``{token}`` stands for the signed link of an actor to its own data, ``{answer}`` and
    ``{stop}`` for those of a mail, ``{depot}`` for a file that was sent to be checked.
    """

    name: str
    path: str
    status: int = 200

    def address(self, application: Application) -> str:
        """The path with what the installation signs or keeps."""
        for place, made in MADE.items():
            if place in self.path:
                return self.path.replace(place, made(application))
        return self.path


def _token(application: Application) -> str:
    return application.gate.link(ASKER, application.now() + timedelta(days=1))


def _links(application: Application) -> MailLinks:
    return MailLinks("", application.gate.secret(), application.now())


def _answer(application: Application) -> str:
    one, other = PAIR.values()
    link = _links(application).answer(AnswerLink(one, other, one, "accepted"))
    return link.rpartition("/")[2]


def _stop(application: Application) -> str:
    return _links(application).stop(ASKER).rpartition("/")[2]


def _depot(application: Application) -> str:
    return stage_import(application, "liste.csv", LIST.encode(), None, Scope.everything("open"))


MADE: Mapping[str, Callable[[Application], str]] = {
    "{token}": _token,
    "{answer}": _answer,
    "{stop}": _stop,
    "{depot}": _depot,
}


def _at(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


STATES = (
    State("territoire", _at("/territoire", department="95")),
    State("territoire-commune", _at("/territoire", territoire="Argenteuil", public="jeunes")),
    State("territoire-vide", _at("/territoire", department="48")),
    State("territoire-inconnu", _at("/territoire", department="zzz"), 422),
    State("territoire-reglage", _at("/territoire", department="95", reglage="Loin"), 422),
    State("territoire-ordre", _at("/territoire", department="95", sort="nearest")),
    State("equilibre", _at("/territoire/equilibre", department="95")),
    State("fiches", _at("/territoire/fiches", department="95", limit="10")),
    State("acteur", _at("/acteur", id=ASKER)),
    State("acteur-inconnu", _at("/acteur", id="personne"), 404),
    State("acteurs", "/acteurs"),
    State("acteurs-trouves", _at("/acteurs", nom="mission")),
    State("acteurs-aucun", _at("/acteurs", nom="zzzzzz")),
    State("acteur-modifier", _at("/acteur/modifier", id=ASKER)),
    State("acteur-nouveau", "/acteur/nouveau"),
    State("besoin", "/besoin"),
    State("besoin-trouve", _at("/besoin", need="Des vélos pour des jeunes", department="95")),
    State("synergie", _at("/synergie", **PAIR)),
    State("synergie-non-proposee", _at("/synergie", actor=ASKER, partner=STRANGER)),
    State("synergie-contre", _at("/synergie", **PAIR, contre="vélo")),
    State("synergie-fiche", _at("/synergie/fiche", **PAIR)),
    State("introduction", _at("/synergie/introduction", **PAIR)),
    State(
        "rendez-vous-refus",
        _at("/synergie/rendez-vous.ics", **PAIR, start="demain", minutes="une heure"),
        422,
    ),
    State("import", "/import"),
    State("import-verification", "/import/verification?depot={depot}"),
    State("import-trop-tard", _at("/import/verification", depot="perdu"), 404),
    State("reglages", _at("/reglages", department="95")),
    State("reglages-essai", _at("/reglages", department="95", poids_territory="4")),
    State("reglages-refus", _at("/reglages", department="95", poids_territory="6"), 422),
    State("connexion", "/connexion"),
    State("connexion-lien", "/connexion/perdu", 410),
    State("algorithme", "/algorithme"),
    State("mes-donnees", "/mes-donnees/{token}"),
    State("mes-donnees-profil", "/mes-donnees/{token}/profil"),
    State("mes-donnees-effacement", "/mes-donnees/{token}/effacement"),
    State("courriel-reponse", "/reponses/{answer}"),
    State("courriel-arret", "/desinscription/{stop}"),
    State("lien-perdu", "/mes-donnees/perdu", 404),
    State("adresse-inconnue", "/nulle-part", 404),
)

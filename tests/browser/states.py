"""Every state of every page that a person may meet: what is looked at, and photographed."""

from dataclasses import dataclass
from urllib.parse import urlencode

MISSION = "ts-argenteuil-hotel-01"
PARTNER = "es-taverny-velo-01"


@dataclass(frozen=True)
class State:
    """A page as an address shows it; ``name`` is that of its pictures."""

    name: str
    path: str
    status: int = 200


def _at(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


STATES = (
    State("territoire", _at("/territoire", department="95")),
    State("territoire-inconnu", _at("/territoire", department="zzz"), 422),
)

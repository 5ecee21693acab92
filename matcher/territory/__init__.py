"""The referential of territories: find one by what people type, and how near two of them are."""

from matcher.territory.referential import Referential, load_referential
from matcher.territory.territories import (
    AmbiguousTerritory,
    Level,
    Proximity,
    Territory,
    UnknownTerritory,
)

__all__ = [
    "AmbiguousTerritory",
    "Level",
    "Proximity",
    "Referential",
    "Territory",
    "UnknownTerritory",
    "load_referential",
]

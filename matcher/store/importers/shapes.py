"""What a row is: an actor row of ours, an entry of a directory, a structure or a service."""

from collections.abc import Collection
from enum import StrEnum

from matcher.store.importers.actor_row import FIELDS
from matcher.store.importers.columns import actor_field
from matcher.store.vocabularies import folded

STRUCTURE_MARKS = {
    "typologie",
    "reseaux-porteurs",
    "labels-nationaux",
    "presentation-resume",
    "presentation-detail",
    "date-maj",
    "lien-source",
    "siret",
}
NAME_MARKS = {"name", "title", "nom", "raison-sociale"}
DIRECTORY_MARKS = {
    "access-conditions-di",
    "address",
    "adresse",
    "brand",
    "city",
    "code-postal",
    "eligibility-zones",
    "lat",
    "latitude",
    "lon",
    "longitude",
    "naf",
    "post-code",
    "postal-code",
    "services",
    "summary",
    "title",
}
OURS = {"needs", "offers", "zone", "radius_km", "consent_email", "profiling", "known"}


class Shape(StrEnum):
    """The kinds of rows an import knows."""

    ACTOR = "actor"
    DIRECTORY = "directory"
    STRUCTURE = "structure"
    SERVICE = "service"


def shape_of(names: Collection[str], *, tabular: bool) -> Shape:
    """Tell a row's shape by its field names alone.

    What resembles nothing is an actor row, whose check names the fields it does not know.
    """
    words = {folded(name) for name in names}
    if "structure-id" in words and "nom" in words:
        return Shape.SERVICE
    if "nom" in words and words & STRUCTURE_MARKS:
        return Shape.STRUCTURE
    fields = {actor_field(name) if tabular else name for name in names}
    if fields <= set(FIELDS) or fields & OURS:
        return Shape.ACTOR
    if words & NAME_MARKS and words & DIRECTORY_MARKS:
        return Shape.DIRECTORY
    return Shape.ACTOR

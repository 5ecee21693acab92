"""The words a spreadsheet may use for the fields of an actor row, and its cells made values."""

from collections.abc import Mapping

from matcher.store.importers.actor_row import FIELDS
from matcher.store.vocabularies import folded

LISTS = frozenset({"zone", "domains", "publics", "needs", "offers", "known"})
FLAGS = frozenset({"consent_email", "profiling"})
NUMBERS = frozenset({"radius_km", "capacity_per_month"})
BLANK_SAYS_NOTHING = FLAGS | NUMBERS | {"kind", "name", "id", "updated", "source"}
FRENCH = {
    "identifiant": "id",
    "nom": "name",
    "type": "kind",
    "cote": "kind",
    "genre d’acteur": "kind",
    "organisation": "organization",
    "organisme": "organization",
    "structure": "organization",
    "type de structure": "structure_type",
    "courriel": "email",
    "adresse électronique": "email",
    "e-mail": "email",
    "mail": "email",
    "ville": "commune",
    "code insee": "commune",
    "code commune": "commune",
    "département": "department",
    "zone d’intervention": "zone",
    "territoires": "zone",
    "territoire": "zone",
    "rayon": "radius_km",
    "rayon km": "radius_km",
    "thématiques": "domains",
    "thématique": "domains",
    "domaines": "domains",
    "public": "publics",
    "profils": "publics",
    "présentation": "description",
    "besoins": "needs",
    "besoin": "needs",
    "offres": "offers",
    "offre": "offers",
    "capacité par mois": "capacity_per_month",
    "capacité": "capacity_per_month",
    "accord e-mail": "consent_email",
    "consentement": "consent_email",
    "profilage": "profiling",
    "connus": "known",
    "relations": "known",
}
FIELD_OF = {folded(word): field for word, field in FRENCH.items()} | {
    folded(field): field for field in FIELDS
}
YES = {"true", "vrai", "oui", "yes", "1", "x"}
NO = {"false", "faux", "non", "no", "0"}


def actor_field(header: str) -> str:
    """Give the field a header means, or the header itself where it means none."""
    return FIELD_OF.get(folded(header), header)


def cells_as_values(cells: Mapping[str, object]) -> dict[str, object]:
    """Convert text cells under any accepted header into the values of an actor row.

    A cell that cannot be converted stays text, for the row's own check to refuse.
    """
    values: dict[str, object] = {}
    for header, cell in cells.items():
        field, text = actor_field(header), str(cell).strip()
        if text or field not in BLANK_SAYS_NOTHING:
            values[field] = as_value(field, text)
    return values


def as_value(field: str, text: str) -> object:
    """Convert what stands in a cell of a field; as :func:`cells_as_values`."""
    if field in LISTS:
        return [part.strip() for part in text.split("|") if part.strip()]
    if field in FLAGS:
        return True if folded(text) in YES else False if folded(text) in NO else text
    if field in NUMBERS:
        return _number(text)
    return text or None


def _number(text: str) -> object:
    try:
        number = float(text.replace(",", ".").replace(" ", "").replace("\u00a0", ""))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number

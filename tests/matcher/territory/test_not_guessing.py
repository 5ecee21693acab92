"""What is ambiguous, misspelled or hostile gives choices, never a guess nor a crash."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.territory import (
    AmbiguousTerritory,
    Level,
    Referential,
    UnknownTerritory,
    load_referential,
)

FAMILIAR = ["Argenteuil", "L'Haÿ-les-Roses", "Val-d'Oise", "Saint-Étienne", "Bœrsch", "Île-de-Sein"]


def outcome(text: str, level: Level | None = None) -> str | list[str] | None:
    """The territory found, the candidates, or nothing; any other exception fails the test."""
    try:
        return load_referential().find(text, level=level).id
    except AmbiguousTerritory as ambiguous:
        return [candidate.id for candidate in ambiguous.candidates]
    except UnknownTerritory:
        return None


@pytest.mark.parametrize(
    ("text", "first", "among"),
    [
        ("Saint-Denis", "commune:97411", "commune:93066"),
        ("Mayenne", "department:53", "commune:53147"),
        ("Aube", "department:10", "commune:61008"),
        ("La Réunion", "department:974", "commune:47222"),
        ("Québec", "department:QC", "commune:QC23027"),
        ("Laval", "commune:QC65005", "commune:53130"),
        ("Marseille 13", "commune:13055", "commune:13213"),
        ("20", "department:2A", "department:2B"),
        ("Neuilly (93)", "commune:93050", "commune:93049"),
        ("95000", "commune:95127", "commune:95500"),
        ("Bors (16)", "commune:16052", "commune:16053"),
    ],
)
def test_homonyms_are_proposed_together(
    referential: Referential, text: str, first: str, among: str
) -> None:
    with pytest.raises(AmbiguousTerritory) as caught:
        referential.find(text)
    candidates = [candidate.id for candidate in caught.value.candidates]
    assert candidates[0] == first
    assert among in candidates


def test_candidates_go_from_the_most_to_the_least_populated(referential: Referential) -> None:
    with pytest.raises(AmbiguousTerritory) as caught:
        referential.find("Sainte-Colombe")
    populations = [candidate.population for candidate in caught.value.candidates]
    assert len(populations) >= 10
    assert populations == sorted(populations, reverse=True)


def test_five_digits_that_are_both_codes_propose_the_insee_one_first(
    referential: Referential,
) -> None:
    with pytest.raises(AmbiguousTerritory) as caught:
        referential.find("01160")
    official, *postal = caught.value.candidates
    assert official.code == "01160"
    assert all("01160" in commune.postal_codes for commune in postal)
    assert referential.find("commune:01160") == official


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Argentueil", "Argenteuil"),
        ("95100 Argentueil", "Argenteuil"),
        ("Sarcelle", "Sarcelles"),
        ("Cergi", "Cergy"),
        ("Bondi", "Bondy"),
        ("93600 AULANY-SOUS-BOIS", "Aulnay-sous-Bois"),
        ("Val d'Oisse", "Val-d'Oise"),
        ("Herblay", "Herblay-sur-Seine"),
        ("Picardie", "Hauts-de-France"),
        ("Bourgogne", "Bourgogne-Franche-Comté"),
        ("13009 Nantes", "Nantes"),
        ("95999", "Argenteuil"),
        ("Paris 21e", "Paris"),
    ],
)
def test_a_misspelled_name_is_suggested_and_not_assumed(
    referential: Referential, text: str, meant: str
) -> None:
    with pytest.raises(UnknownTerritory) as caught:
        referential.find(text)
    assert caught.value.suggestions[0].name == meant
    assert len(caught.value.suggestions) <= 5


def test_suggestions_keep_to_the_level_that_was_asked(referential: Referential) -> None:
    with pytest.raises(UnknownTerritory) as caught:
        referential.find("Argenteul", level=Level.EPCI)
    assert {suggestion.level for suggestion in caught.value.suggestions} == {Level.EPCI}


def test_suggesting_completes_the_beginning_of_a_name(referential: Referential) -> None:
    assert referential.suggest("Argent")[0].id == "commune:95018"
    assert "department:95" in [territory.id for territory in referential.suggest("val d'o")]
    assert len(referential.suggest("saint", limit=3)) == 3
    assert referential.suggest("saint", limit=0) == []
    assert referential.suggest("\ud800") == []


@pytest.mark.parametrize(
    "text",
    ["", "   ", "-", "a\0b", "Argenteuil\0", "\ud800", "😀", "x" * 10_000, "95" * 5_000, ":", "()"],
)
def test_hostile_text_is_unknown(referential: Referential, text: str) -> None:
    with pytest.raises(UnknownTerritory) as caught:
        referential.find(text)
    assert len(caught.value.text) <= 80
    assert str(caught.value).isascii()


def test_near_something_unknown_is_unknown(referential: Referential) -> None:
    with pytest.raises(UnknownTerritory):
        referential.find("Argenteuil", near="department:96")


# A postal code of these cities means one of their arrondissements.
DIVIDED = {"commune:13055", "commune:69123", "commune:75056"}
SCRAPS = st.sampled_from(
    "95|2A|QC|Paris|12e|cedex|(|)|,|/|:|-|saint|R|75012|commune:|department:95|arrondissement|le"
    "|'|\u2019|0|\u0660|É".split("|")
)
TYPED = st.one_of(
    st.text(max_size=30),
    st.lists(SCRAPS, max_size=6).map(" ".join),
    st.text(alphabet=string.printable, max_size=30),
)


@given(text=TYPED, level=st.sampled_from([None, *Level]))
def test_finding_answers_or_says_why_not_whatever_is_typed(text: str, level: Level | None) -> None:
    found = outcome(text, level)
    assert found is None or isinstance(found, str) or len(found) > 1
    if isinstance(found, str):
        assert level in (None, load_referential().get(found).level)


def unaccented(text: str) -> str:
    spelled = text.replace("œ", "oe").replace("Œ", "OE")
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()


VARIANTS = (
    str.upper,
    str.lower,
    unaccented,
    lambda text: text.replace("-", " "),
    lambda text: text.replace("'", "\u2019"),
    lambda text: text.replace("'", " "),
    lambda text: text.replace("Saint-", "St ").replace("Sainte-", "Ste "),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: f"  {text} ",
)


@given(data=st.data())
def test_spelling_variants_lead_to_the_same_place(data: st.DataObject) -> None:
    communes = load_referential().communes_of("country:FR")
    code = data.draw(st.sampled_from(communes))
    name = data.draw(st.sampled_from([load_referential().get(code).name, *FAMILIAR]))
    variant = name
    for change in data.draw(st.lists(st.sampled_from(VARIANTS), max_size=4)):
        variant = change(variant)
    assert outcome(variant) == outcome(name)


@given(data=st.data())
def test_a_commune_is_found_by_its_name_and_postal_code(data: st.DataObject) -> None:
    referential = load_referential()
    code = data.draw(st.sampled_from(referential.communes_of("country:FR")))
    commune = referential.get(code)
    if commune.postal_codes and code not in DIVIDED:
        found = outcome(f"{commune.postal_codes[0]} {commune.name}", Level.COMMUNE)
        assert found == code or (isinstance(found, list) and code in found)

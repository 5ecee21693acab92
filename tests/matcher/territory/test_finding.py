"""What people type leads to the one territory they mean."""

import pytest

from matcher.territory import AmbiguousTerritory, Level, Referential, UnknownTerritory


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("95", "department:95"),
        ("Val d'Oise", "department:95"),
        ("val-d-oise", "department:95"),
        ("VAL D’OISE", "department:95"),
        ("valdoise", "department:95"),
        ("95 - Val-d'Oise", "department:95"),
        ("Val-d'Oise (95)", "department:95"),
        ("département 95", "department:95"),
        ("Seine St Denis", "department:93"),
        ("2a", "department:2A"),
        ("1", "department:01"),
        ("974", "department:974"),
        ("976", "department:976"),
        ("Guadeloupe", "department:971"),
        ("QC", "department:QC"),
        ("R11", "region:11"),
        ("Ile de France", "region:11"),
        ("PACA", "region:93"),
        ("Corse", "region:94"),
        ("France", "country:FR"),
        ("department:95", "department:95"),
        ("region:11", "region:11"),
        ("commune:2a004", "commune:2A004"),
    ],
)
def test_larger_territories_are_found_by_code_or_name(
    referential: Referential, text: str, expected: str
) -> None:
    assert referential.find(text).id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Argenteuil", "commune:95018"),
        ("95018", "commune:95018"),
        ("95100", "commune:95018"),
        ("95 100", "commune:95018"),
        ("95100 Argenteuil", "commune:95018"),
        ("F-95100 ARGENTEUIL", "commune:95018"),
        ("Argenteuil 95100", "commune:95018"),
        ("Argenteuil (95)", "commune:95018"),
        ("Argenteuil, Val-d'Oise", "commune:95018"),
        ("Argenteuil Val d'Oise", "commune:95018"),
        ("argenteuil 95", "commune:95018"),
        ("Saint-Denis (93)", "commune:93066"),
        ("St Denis 974", "commune:97411"),
        ("Saint-Denis (La Réunion)", "commune:97411"),
        ("L'Hay les Roses", "commune:94038"),
        ("HAY LES ROSES (L')", "commune:94038"),
        ("Neuilly s/ Marne", "commune:93050"),
        ("Neuilly/Marne", "commune:93050"),
        ("Garges lez Gonesse", "commune:95268"),
        ("Havre", "commune:76351"),
        ("Château-Chinon (Ville)", "commune:58062"),
        ("Saint-Georges, Québec", "commune:QC29073"),
        ("QC48028", "commune:QC48028"),
        ("Montréal (QC)", "commune:QC66023"),
        ("95100 Argenteuil, ZI Nord", "commune:95018"),
    ],
)
def test_communes_are_found_however_they_are_written(
    referential: Referential, text: str, expected: str
) -> None:
    assert referential.find(text).id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARRAS CEDEX", "commune:62041"),
        ("62005 ARRAS CEDEX", "commune:62041"),
        ("93141 BONDY", "commune:93010"),
        ("20407 Bastia", "commune:2B033"),
        ("26105 ROMANS", "commune:26281"),
        ("95610 Éragny", "commune:95218"),
        ("62600 BERCK SUR MER", "commune:62108"),
        ("93400 ST OUEN", "commune:93070"),
        ("Herblay (95)", "commune:95306"),
        ("1000 Bourg-en-Bresse", "commune:01053"),
    ],
)
def test_a_name_with_a_special_code_or_cut_short_is_resolved_in_its_department(
    referential: Referential, text: str, expected: str
) -> None:
    assert referential.find(text).id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("75116", "commune:75116"),
        ("75012", "commune:75112"),
        ("75012 Paris", "commune:75112"),
        ("Paris 12e", "commune:75112"),
        ("Paris 12", "commune:75112"),
        ("PARIS 12EME ARRONDISSEMENT", "commune:75112"),
        ("12e arrondissement de Paris", "commune:75112"),
        ("75571 PARIS CEDEX 12", "commune:75112"),
        ("Paris 1er", "commune:75101"),
        ("Lyon 03", "commune:69383"),
        ("69422 LYON CEDEX 03", "commune:69383"),
        ("Marseille 13e arrondissement", "commune:13213"),
        ("Marseille 13e", "commune:13213"),
        ("Marseille (13)", "commune:13055"),
        ("Lyon", "commune:69123"),
        ("Paris (75)", "commune:75056"),
    ],
)
def test_arrondissements_are_told_from_their_city(
    referential: Referential, text: str, expected: str
) -> None:
    assert referential.find(text).id == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Métropole du Grand Paris", "epci:200054781"),
        ("Grand Paris", "epci:200054781"),
        ("Est Ensemble", "epci:200057875"),
        ("Plaine Commune", "epci:200057867"),
        ("Communauté d'agglomération de Cergy-Pontoise", "epci:249500109"),
        ("Cergy-Pontoise", "epci:249500109"),
        ("249500109", "epci:249500109"),
        ("MRC de Coaticook", "epci:QC44"),
    ],
)
def test_intercommunal_bodies_are_found_by_long_or_short_name(
    referential: Referential, text: str, expected: str
) -> None:
    assert referential.find(text).id == expected


@pytest.mark.parametrize(
    ("text", "current"),
    [
        ("Châtillon-en-Michaille", "commune:01033"),
        ("01091", "commune:01033"),
        ("59160 Lomme", "commune:59350"),
        ("Capavenir Vosges", "commune:88465"),
        ("Puyricard", "commune:13001"),
    ],
)
def test_merged_communes_lead_to_the_one_they_are_now_in(
    referential: Referential, text: str, current: str
) -> None:
    assert referential.find(text).id == current


def test_the_level_decides_between_a_commune_and_what_bears_its_name(
    referential: Referential,
) -> None:
    assert referential.find("Mayenne", level=Level.DEPARTMENT).id == "department:53"
    assert referential.find("Mayenne", level=Level.COMMUNE).id == "commune:53147"
    assert referential.find("Arras", level=Level.EPCI).id == "epci:200033579"
    assert referential.find("Paris", level=Level.DEPARTMENT).id == "department:75"
    assert referential.find("Guadeloupe", level=Level.REGION).id == "region:01"


def test_two_digits_are_a_department_unless_a_region_is_asked(referential: Referential) -> None:
    assert referential.find("11").id == "department:11"
    assert referential.find("11", level=Level.REGION).id == "region:11"
    assert referential.find("QC", level=Level.REGION).id == "region:QC"


def test_names_that_cover_the_same_ground_mean_the_smallest_territory(
    referential: Referential,
) -> None:
    assert referential.find("Paris").id == "commune:75056"
    assert referential.find("Martinique").id == "department:972"


def test_an_identifier_of_another_level_is_not_converted(referential: Referential) -> None:
    with pytest.raises(UnknownTerritory):
        referential.find("commune:95018", level=Level.DEPARTMENT)


@pytest.mark.parametrize("near", ["department:93", "region:11", "commune:93010"])
def test_near_picks_the_only_homonym_inside(referential: Referential, near: str) -> None:
    assert referential.find("Saint-Denis", near=near).id == "commune:93066"


def test_near_prefers_a_shortened_name_inside_to_homonyms_outside(
    referential: Referential,
) -> None:
    assert referential.find("Saint-Ouen", near="department:93").id == "commune:93070"
    assert referential.find("Montréal", near="department:QC").id == "commune:QC66023"


def test_near_does_not_invent_a_homonym_where_there_is_none(referential: Referential) -> None:
    with pytest.raises(AmbiguousTerritory):
        referential.find("Saint-Denis", near="department:95")
    assert referential.find("Argenteuil", near="department:93").id == "commune:95018"


def test_every_department_is_found_by_code_and_by_name(referential: Referential) -> None:
    codes = [f"{number:02}" for number in range(1, 96) if number != 20]
    codes += ["2A", "2B", "971", "972", "973", "974", "976"]
    assert len(codes) == 101
    for code in codes:
        department = referential.find(code)
        assert department.id == f"department:{code}"
        named = referential.find(department.name, level=Level.DEPARTMENT)
        assert named == department


def test_every_region_is_found_by_name(referential: Referential) -> None:
    codes = "01 02 03 04 06 11 24 27 28 32 44 52 53 75 76 84 93 94".split()
    for code in codes:
        region = referential.get(f"region:{code}")
        assert referential.find(region.name, level=Level.REGION) == region
        assert referential.find(f"R{code}") == region


def test_every_municipality_of_quebec_is_found_in_quebec(referential: Referential) -> None:
    for identifier in referential.communes_of("department:QC"):
        municipality = referential.get(identifier)
        assert referential.find(f"{municipality.name} (QC)", level=Level.COMMUNE) == municipality


def test_every_commune_is_found_by_its_name_and_department(referential: Referential) -> None:
    for identifier in referential.communes_of("country:FR"):
        commune = referential.get(identifier)
        department = next(one for one in commune.parents if one.startswith("department:"))
        text = f"{commune.name} ({department.removeprefix('department:')})"
        assert referential.find(text, level=Level.COMMUNE) == commune, text

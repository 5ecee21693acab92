"""Who contains whom, who touches whom, and how far."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.territory import Level, Proximity, Referential, load_referential

METROPOLITAN = [f"{number:02}" for number in range(1, 96) if number != 20] + ["2A", "2B"]


def departments(referential: Referential) -> list[str]:
    everything = (*referential.communes_of("country:FR"), *referential.communes_of("country:CA"))
    chains = (referential.get(identifier).parents for identifier in everything)
    return sorted({one for chain in chains for one in chain if one.startswith("department:")})


def test_every_commune_is_there_with_a_department_and_a_country(referential: Referential) -> None:
    france = referential.communes_of("country:FR")
    assert len(france) == 35_014
    assert len(referential.communes_of("country:CA")) == 104
    for identifier in france:
        commune = referential.get(identifier)
        assert commune.id == identifier
        assert commune.level is Level.COMMUNE
        assert commune.parents[-1] == "country:FR"
        assert sum(parent.startswith("department:") for parent in commune.parents) == 1


def test_all_departments_and_regions_of_a_country_are_those_above_its_communes(
    referential: Referential,
) -> None:
    for country in ("country:FR", "country:CA"):
        above = {
            parent
            for commune in referential.communes_of(country)
            for parent in referential.get(commune).parents
        }
        for level in (Level.DEPARTMENT, Level.REGION):
            told = sorted(one for one in above if one.startswith(f"{level}:"))
            assert list(referential.all_at(country, level)) == told


def test_members_and_parents_agree(referential: Referential) -> None:
    for department in departments(referential):
        members = referential.communes_of(department)
        assert members
        assert all(department in referential.get(member).parents for member in members)
    counted = sum(len(referential.communes_of(one)) for one in departments(referential))
    assert counted == 35_014 + 104


def test_a_commune_knows_everything_above_it_nearest_first(referential: Referential) -> None:
    argenteuil = referential.get("commune:95018")
    assert argenteuil.name == "Argenteuil"
    assert argenteuil.postal_codes == ("95100",)
    assert argenteuil.population > 100_000
    assert argenteuil.parents == (
        "epci:200057990",
        "epci:200054781",
        "department:95",
        "region:11",
        "country:FR",
    )
    assert referential.get("commune:QC48028").parents == (
        "epci:QC48",
        "department:QC",
        "region:QC",
        "country:CA",
    )
    assert referential.get("commune:75112").parents[0] == "commune:75056"


def test_an_epci_lists_every_department_it_touches(referential: Referential) -> None:
    metropolis = referential.get("epci:200054781")
    touched = {parent for parent in metropolis.parents if parent.startswith("department:")}
    assert touched == {f"department:{code}" for code in ("75", "91", "92", "93", "94", "95")}
    assert metropolis.parents[-2:] == ("region:11", "country:FR")
    assert not referential.contains("department:75", "epci:200054781")
    assert referential.contains("region:11", "epci:200054781")


def test_larger_territories_sum_their_people_once(referential: Referential) -> None:
    paris = referential.get("department:75")
    assert paris.population == referential.get("commune:75056").population
    ile_de_france = [f"department:{code}" for code in (75, 77, 78, 91, 92, 93, 94, 95)]
    total = sum(referential.get(one).population for one in ile_de_france)
    assert referential.get("region:11").population == total


def test_unknown_identifiers_are_key_errors(referential: Referential) -> None:
    for identifier in ("department:20", "commune:", "planet:earth", "95", "", "epci:1"):
        with pytest.raises(KeyError):
            referential.get(identifier)
        with pytest.raises(KeyError):
            referential.communes_of(identifier)
        with pytest.raises(KeyError):
            referential.proximity(identifier, "commune:95018")


def test_containing_goes_down_only(referential: Referential) -> None:
    assert referential.contains("department:95", "commune:95018")
    assert referential.contains("commune:75056", "commune:75112")
    assert referential.contains("epci:200054781", "epci:200057875")
    assert referential.contains("commune:95018", "commune:95018")
    assert not referential.contains("commune:95018", "department:95")
    assert not referential.contains("department:93", "commune:95018")


def test_the_containing_territory_of_a_level_is_the_nearest_one(referential: Referential) -> None:
    department = referential.level_of("commune:95018", Level.DEPARTMENT)
    assert department is not None
    assert department.id == "department:95"
    bondy = referential.level_of("commune:93010", Level.EPCI)
    assert bondy is not None
    assert bondy.name == "Est Ensemble"
    assert referential.level_of("region:11", Level.COMMUNE) is None
    assert referential.level_of("commune:29155", Level.EPCI) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("95", "27 60 77 78 92 93"),
        ("93", "75 77 92 94 95"),
        ("75", "92 93 94"),
        ("2A", "2B"),
        ("29", "22 56"),
        ("38", "01 05 07 26 42 69 73"),
        ("77", "02 10 45 51 60 89 91 93 94 95"),
        ("974", ""),
        ("QC", ""),
    ],
)
def test_neighbours_are_the_known_ones(referential: Referential, code: str, expected: str) -> None:
    neighbours = referential.get(f"department:{code}").neighbours
    assert neighbours == tuple(f"department:{other}" for other in expected.split())


def test_neighbours_are_symmetric_and_complete(referential: Referential) -> None:
    assert len(METROPOLITAN) == 96
    for code in METROPOLITAN:
        identifier = f"department:{code}"
        neighbours = referential.get(identifier).neighbours
        assert neighbours, code
        assert identifier not in neighbours
        assert len(set(neighbours)) == len(neighbours)
        assert all(identifier in referential.get(other).neighbours for other in neighbours)


def test_neighbours_agree_with_the_communes_that_face_each_other(
    referential: Referential,
) -> None:
    points: dict[str, list[tuple[float, float]]] = {}
    for code in METROPOLITAN:
        communes = map(referential.get, referential.communes_of(f"department:{code}"))
        points[code] = [
            (commune.latitude * 111.2, commune.longitude * 111.2 * math.cos(math.radians(46.5)))
            for commune in communes
            if commune.latitude is not None and commune.longitude is not None
        ]
    facing = {pair: gap(points[pair[0]], points[pair[1]]) for pair in combinations(METROPOLITAN, 2)}
    for (one, other), kilometres in facing.items():
        touching = f"department:{other}" in referential.get(f"department:{one}").neighbours
        if touching:
            assert kilometres < 12, (one, other)
        else:
            assert kilometres > 6.5, (one, other)


def gap(ones: list[tuple[float, float]], others: list[tuple[float, float]]) -> float:
    """Distance between the closest points of two sets, 30 km where it is surely more."""
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for x, y in others:
        cells.setdefault((int(x // 15), int(y // 15)), []).append((x, y))
    best = 30.0
    for x, y in ones:
        column, row = int(x // 15), int(y // 15)
        for near in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            for other in cells.get(near, ()):
                best = min(best, math.dist((x, y), other))
    return best


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("commune:95018", "commune:95018", Proximity.SAME_COMMUNE),
        ("commune:75112", "commune:75120", Proximity.SAME_COMMUNE),
        ("commune:75112", "commune:75056", Proximity.SAME_COMMUNE),
        ("commune:93010", "commune:93048", Proximity.SAME_EPCI),
        ("commune:95127", "epci:249500109", Proximity.SAME_EPCI),
        ("commune:93010", "epci:200054781", Proximity.SAME_EPCI),
        ("commune:95018", "commune:95127", Proximity.SAME_DEPARTMENT),
        ("commune:95018", "department:95", Proximity.SAME_DEPARTMENT),
        ("commune:QC48028", "commune:QC93042", Proximity.SAME_DEPARTMENT),
        ("commune:95018", "commune:93010", Proximity.NEIGHBOURING_DEPARTMENT),
        ("commune:93010", "commune:75056", Proximity.NEIGHBOURING_DEPARTMENT),
        ("department:95", "department:60", Proximity.NEIGHBOURING_DEPARTMENT),
        ("department:95", "department:75", Proximity.SAME_REGION),
        ("commune:95018", "region:11", Proximity.SAME_REGION),
        ("commune:95018", "commune:69123", Proximity.ELSEWHERE),
        ("commune:93066", "commune:97411", Proximity.ELSEWHERE),
        ("region:11", "country:FR", Proximity.ELSEWHERE),
    ],
)
def test_proximity_is_the_closest_thing_shared(
    referential: Referential, a: str, b: str, expected: Proximity
) -> None:
    assert referential.proximity(a, b) is expected
    assert referential.proximity(b, a) is expected


@given(data=st.data())
def test_proximity_and_distance_are_symmetric(data: st.DataObject) -> None:
    referential = load_referential()
    everything = (*referential.communes_of("country:FR"), *referential.communes_of("country:CA"))
    larger = ("epci:200054781", "department:95", "region:11", "country:FR", "department:QC")
    places = st.one_of(st.sampled_from(everything), st.sampled_from(larger))
    a, b = data.draw(places), data.draw(places)
    assert referential.proximity(a, b) is referential.proximity(b, a)
    there, back = referential.distance_km(a, b), referential.distance_km(b, a)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there == pytest.approx(back)
        assert 0 <= there < 20_100


@pytest.mark.parametrize(
    ("a", "b", "kilometres", "tolerance"),
    [
        ("commune:75056", "commune:69123", 391, 4),
        ("commune:95018", "commune:95127", 17, 2),
        ("commune:75056", "commune:13055", 661, 6),
        ("commune:75056", "commune:QC66023", 5510, 30),
        ("commune:97411", "commune:75056", 9370, 60),
        ("commune:75116", "commune:75120", 9.5, 1),
        ("commune:95018", "commune:95018", 0, 0),
    ],
)
def test_distances_are_the_known_ones(
    referential: Referential, a: str, b: str, kilometres: float, tolerance: float
) -> None:
    assert referential.distance_km(a, b) == pytest.approx(kilometres, abs=tolerance)


def test_distance_is_unknown_where_a_centre_is(referential: Referential) -> None:
    assert referential.get("commune:98714").latitude is None
    assert referential.distance_km("commune:98714", "commune:75056") is None
    without = [
        identifier
        for identifier in referential.communes_of("country:FR")
        if referential.get(identifier).latitude is None
    ]
    assert len(without) == 87
    assert all(identifier.startswith("commune:98") for identifier in without)


def test_arrondissements_have_a_centre_of_their_own_in_their_city(
    referential: Referential,
) -> None:
    for city, count in (("75056", 20), ("69123", 9), ("13055", 16)):
        _, *inside = referential.communes_of(f"commune:{city}")
        assert len(inside) == count
        centres = {
            (referential.get(one).latitude, referential.get(one).longitude) for one in inside
        }
        assert len(centres) == count
        for one in inside:
            distance = referential.distance_km(one, f"commune:{city}")
            assert distance is not None
            assert distance < 13

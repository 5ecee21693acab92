from matcher.engine.profiles import Actor, Kind
from matcher.territory import load_referential
from matcher.usecases.locate import located

ACTOR = Actor("a", Kind.SOCIAL_WORKER, "A")


def test_a_commune_gives_a_point_and_everything_above_it() -> None:
    place = located(Actor("a", Kind.SOCIAL_WORKER, "A", commune="95018"), load_referential()).place
    assert place is not None
    assert (place.name, place.department, place.region) == (
        "Argenteuil",
        "department:95",
        "region:11",
    )
    assert {"commune:95018", "department:95", "region:11", "country:FR"} <= place.containing
    assert place.latitude is not None
    assert "department:93" in place.neighbours


def test_without_a_commune_one_sits_where_the_zone_begins_and_has_no_point() -> None:
    actor = Actor("a", Kind.SOCIAL_WORKER, "A", zone=("department:95", "department:60"))
    place = located(actor, load_referential()).place
    assert place is not None
    assert (place.department, place.commune, place.latitude) == ("department:95", None, None)


def test_a_commune_counts_before_the_zone() -> None:
    actor = Actor("a", Kind.SOCIAL_WORKER, "A", commune="93010", zone=("department:95",))
    place = located(actor, load_referential()).place
    assert place is not None
    assert place.department == "department:93"


def test_nowhere_and_a_commune_that_has_disappeared_give_no_place() -> None:
    assert located(ACTOR, load_referential()).place is None
    gone = Actor("a", Kind.SOCIAL_WORKER, "A", commune="99999")
    assert located(gone, load_referential()).place is None

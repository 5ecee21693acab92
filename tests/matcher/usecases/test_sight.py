"""What else a sight tells: versions, what was said of pairs, who sits where, and only in scope."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor, Kind
from matcher.errors import NotFound
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.actors import save_actors
from matcher.store.database import Database
from matcher.store.feedback import write_feedback
from matcher.usecases.seeing import Sight, Told, unknown_actor

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)
ALL = Scope.everything()
IN_95 = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:95",))
IN_93 = Scope(Role.COORDINATOR, "syn_abcd1234", ("department:93",))
ANNE = Scope(Role.PRACTITIONER, "actor:anne", actor_id="anne")
SEATS = {
    **{"anne": "95018", "aziz": "95018", "alba": "95127"},
    **{"bao": "93010", "bela": "93010", "cleo": "75111"},
}
PAIRS = {("anne", "aziz"): "declined", ("alba", "anne"): "known", ("anne", "bao"): "declined"}
PAIRS |= {("aziz", "bela"): "accepted", ("bao", "bela"): "known", ("aziz", "cleo"): "declined"}


def actor(name: str, commune: str, kind: Kind = Kind.SOCIAL_WORKER) -> Actor:
    return Actor(name, kind, name, commune=commune)


class Day:
    """A day that a test may change."""

    def __init__(self) -> None:
        self.today = TODAY

    def __call__(self) -> date:
        return self.today


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def application(tmp_path: Path, day: Day) -> Iterator[Application]:
    url = f"sqlite:///{tmp_path}/a.db"
    made = Application(Settings(url, model="hashing"), Database.open(url), day)
    made.live.recent = 3  # whoever is saved later is in another part than those of the beginning
    with made.database.write() as connection:
        save_actors(connection, [actor(*one) for one in SEATS.items()], today=TODAY)
        for pair, verdict in PAIRS.items():
            write_feedback(connection, pair, "test", verdict, "", AT)
    yield made
    made.close()


def save(application: Application, *actors: Actor) -> None:
    with application.database.write() as connection:
        save_actors(connection, actors, today=TODAY)


def version(application: Application, scope: Scope) -> str:
    return Sight(application, scope).version(application.snapshot())


def test_a_version_is_the_same_until_something_in_sight_changes(application: Application) -> None:
    before = version(application, IN_95)
    assert before == version(application, IN_95)
    assert len(before) == 18
    assert before.startswith("s-")
    save(application, actor("dora", "93010"))
    assert version(application, IN_95) == before
    save(application, actor("emil", "95018"))
    after = version(application, IN_95)
    assert after != before
    save(application, actor("emil", "95127"))
    assert version(application, IN_95) not in {before, after}


def test_a_version_is_of_a_scope_a_day_and_what_was_learned(
    application: Application, day: Day
) -> None:
    both = Scope(Role.COORDINATOR, "x", ("department:93", "department:95"))
    versions = {version(application, scope) for scope in (IN_95, IN_93, both, ALL)}
    assert len(versions) == 4
    assert version(application, ALL) == application.snapshot().version
    day.today = date(2026, 11, 24)
    assert version(application, IN_95) not in versions


def test_every_part_of_a_snapshot_counts_in_its_version(application: Application) -> None:
    seen = {version(application, IN_95)}
    for number in range(3):  # each is a part of its own, beside what was there
        save(application, actor(f"neuf-{number}", "95018"))
        seen.add(version(application, IN_95))
    assert len(seen) == 4
    assert len(application.snapshot().parts) > 1


def test_a_version_is_the_same_in_however_many_parts(
    application: Application, tmp_path: Path
) -> None:
    application.snapshot()
    for number in range(2):
        seats = zip("abcdef", ("95018", "93010", "75111", "95127", "93010", "75111"), strict=True)
        save(application, *(actor(f"neuf-{name}-{number}", seat) for name, seat in seats))
        application.snapshot()
    one = replace(application.settings, index_folder=tmp_path / "elsewhere")
    again = Application(one, application.database, application.today)
    assert len(again.snapshot().parts) == 1
    assert len(application.snapshot().parts) > 1
    for codes in (("95",), ("93",), ("75",), ("93", "95"), ("75", "93"), ("75", "93", "95")):
        scope = Scope(Role.COORDINATOR, "x", tuple(f"department:{code}" for code in codes))
        assert version(again, scope) == version(application, scope)


def test_a_recent_snapshot_is_found_by_the_version_that_its_caller_knows(
    application: Application,
) -> None:
    sight = Sight(application, IN_95)
    before = application.snapshot()
    known = sight.version(before)
    save(application, actor("emil", "95018"))
    assert sight.snapshot_named(known) is before
    assert sight.snapshot_named(version(application, IN_95)) is application.snapshot()
    assert sight.snapshot_named("s-0000000000000000") is None
    assert sight.snapshot_named(before.version) is None


def test_what_was_said_of_pairs_is_told_where_both_ends_are_in_sight(
    application: Application,
) -> None:
    def told(scope: Scope, actor_id: str | None, *, exclude_known: bool = False) -> Told:
        return Sight(application, scope).told(actor_id, exclude_known=exclude_known)

    apart, met = frozenset([("anne", "aziz")]), frozenset([("alba", "anne")])
    away = frozenset([("anne", "bao")])
    assert told(IN_95, None) == told(IN_95, "anne") == Told(apart, met)
    assert told(IN_95, "aziz") == Told(apart, frozenset())
    assert told(IN_95, "alba") == Told(frozenset(), met)
    assert told(IN_95, "anne", exclude_known=True) == Told(apart | met, met)
    assert told(ALL, "anne") == Told(apart | away, met)
    assert told(IN_93, None) == Told(frozenset(), frozenset([("bao", "bela")]))
    everywhere = {("aziz", "bela"), ("bao", "bela"), ("alba", "anne")}
    assert told(ALL, None).met == everywhere
    assert told(IN_95, "cleo") == Told(frozenset(), frozenset())
    assert told(ANNE, "anne") == Told(apart | away, met)


def test_who_sits_in_a_territory_is_counted_by_side_and_in_sight(application: Application) -> None:
    def sitting(scope: Scope, territory: str) -> list[int]:
        sight = Sight(application, scope)
        return [sight.count_sitting(territory, side) for side in (0, 1)]

    entrepreneur = actor("fifi", "95018", Kind.SOCIAL_ENTREPRENEUR)
    assert sorted(sitting(ALL, "department:95")) == [0, 3]
    application.snapshot()
    save(application, entrepreneur)  # in a part of its own
    assert sorted(sitting(ALL, "department:95")) == [1, 3]
    assert sorted(sitting(IN_95, "department:95")) == [1, 3]
    assert sorted(sitting(IN_95, "commune:95018")) == [1, 2]
    assert sitting(IN_95, "department:93") == [0, 0]
    assert sorted(sitting(ALL, "department:93")) == [0, 2]
    assert sorted(sitting(IN_95, "region:11")) == [1, 3]


def test_a_practitioner_looks_up_itself_alone(application: Application) -> None:
    sight, snapshot = Sight(application, ANNE), application.snapshot()
    assert sight.actor("anne").id == "anne"
    assert sight.find(snapshot, "anne") is not None
    assert sight.find(snapshot, "bao") is None
    for name in ("bao", "aziz", "nobody"):
        with pytest.raises(NotFound):
            sight.actor(name)


@pytest.mark.parametrize("actor_id", ["nobody", "a\ud800", "\udfff", "anne\udc00"])
def test_an_id_that_nobody_can_have_is_unknown(application: Application, actor_id: str) -> None:
    for scope in (ALL, IN_95):
        with pytest.raises(NotFound) as refused:
            Sight(application, scope).actor(actor_id)
        assert (refused.value.code, refused.value.pointer) == ("unknown-actor", "actor_id")
        with pytest.raises(NotFound) as refused:
            Sight(application, scope).actor(actor_id, "partner_id")
        assert refused.value.pointer == "partner_id"


def test_an_unknown_id_is_told_back_short() -> None:
    told = unknown_actor("x" * 300)
    assert (told.parameters["actor_id"], told.pointer) == ("x" * 80, "actor_id")


def test_whoever_runs_the_installation_is_a_local_administrator() -> None:
    assert Scope(Role.ADMIN, "local") == ALL
    assert Scope.everything("open") == Scope(Role.ADMIN, "open")


def test_who_has_moved_away_is_no_longer_a_member(application: Application) -> None:
    assert [Sight(application, one).count(application.snapshot()) for one in (IN_95, IN_93)] == [
        *(3, 2)
    ]
    save(application, actor("anne", "93010"), actor("dora", "95018"), actor("emil", "95018"))
    snapshot = application.snapshot()
    assert [Sight(application, one).count(snapshot) for one in (IN_95, IN_93)] == [4, 3]

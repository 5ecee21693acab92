"""Keys open what they were made for, are stored only as their hash, and end everywhere at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matcher.access.gate import REMEMBERED_SECONDS, Gate
from matcher.access.keys import digest_of, id_of, make_key, proves
from matcher.scope import Role, Scope
from matcher.store.database import Database
from matcher.store.keys import StoredKey, add_key, list_keys, revoke_key

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VAL_D_OISE = ("department:95",)


class Clock:
    """Two clocks that go when they are told to: seconds that passed, and the date."""

    def __init__(self) -> None:
        self.passed = 100.0

    def elapsed(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed - 100.0)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path}/a.db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(database: Database, clock: Clock) -> Gate:
    return gate_of(database, clock)


def gate_of(database: Database, clock: Clock) -> Gate:
    return Gate(database, now=clock.now, elapsed=clock.elapsed)


def stored(database: Database, role: Role, departments: tuple[str, ...] = ()) -> str:
    key = make_key()
    with database.write() as connection:
        made = StoredKey(str(id_of(key)), digest_of(key), role.value, departments, "essai", NOW)
        add_key(connection, made)
    return key


def end(database: Database, key: str) -> None:
    with database.write() as connection:
        assert revoke_key(connection, str(id_of(key)), NOW)


def test_a_key_opens_with_the_scope_it_was_made_for(database: Database, gate: Gate) -> None:
    coordinator = stored(database, Role.COORDINATOR, VAL_D_OISE)
    portal = stored(database, Role.PORTAL)

    assert gate.admit(coordinator) == Scope(Role.COORDINATOR, str(id_of(coordinator)), VAL_D_OISE)
    assert gate.admit(portal) == Scope(Role.PORTAL, str(id_of(portal)))


def test_the_end_of_a_key_counts_not_only_its_beginning(database: Database, gate: Gate) -> None:
    key = stored(database, Role.ADMIN)
    other = "A" if key[-1] != "A" else "B"
    wrong = [key[:-1] + other, key[:-1], key + "a", str(id_of(key)), key.upper(), f" {key}"]

    assert [gate.admit(one) for one in wrong] == [None] * len(wrong)
    assert gate.admit(make_key()) is None


@pytest.mark.parametrize("text", ["", "é", "x" * 5000, "syn_", "..", "a.b.c", "\x00", "syn_a_b"])
def test_what_is_no_key_opens_nothing(gate: Gate, text: str) -> None:
    assert gate.admit(text) is None


def test_keys_are_256_random_bits_that_never_come_twice() -> None:
    keys = {make_key() for _ in range(500)}
    assert len(keys) == 500
    assert {len(key) for key in keys} == {56}


def test_a_digest_proves_one_key_alone() -> None:
    one, other = make_key(), make_key()
    assert proves(one, digest_of(one))
    assert not proves(other, digest_of(one))
    assert not proves(digest_of(one), digest_of(one))


def test_nothing_that_opens_is_in_the_files_of_the_database(
    database: Database, gate: Gate, tmp_path: Path
) -> None:
    keys = [stored(database, Role.ADMIN) for _ in range(20)]
    assert all(gate.admit(key) for key in keys)

    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert any(digest_of(keys[0]).encode() in content for content in files)
    for key in keys:
        end_of_key = key[13:33].encode()
        assert not any(end_of_key in content for content in files)


def test_a_key_that_is_ended_opens_nothing_in_any_process_within_a_second(
    database: Database, clock: Clock
) -> None:
    workers = [gate_of(database, clock) for _ in range(4)]
    key = stored(database, Role.PORTAL)
    assert all(worker.admit(key) for worker in workers)
    assert all(worker.remembers(key) for worker in workers)

    end(database, key)
    clock.passed += REMEMBERED_SECONDS

    assert REMEMBERED_SECONDS < 1
    assert [worker.admit(key) for worker in workers] == [None] * 4


def test_a_key_that_was_used_all_the_time_ends_as_fast(
    database: Database, gate: Gate, clock: Clock
) -> None:
    key = stored(database, Role.PORTAL)
    gate.admit(key)
    end(database, key)
    opened = []
    for _ in range(10):
        clock.passed += 0.1
        opened.append(gate.admit(key) is not None)

    assert opened[5:] == [False] * 5


def test_a_key_is_ended_once_and_stays_in_the_list(database: Database) -> None:
    key = stored(database, Role.PORTAL)
    end(database, key)
    with database.write() as connection:
        assert not revoke_key(connection, str(id_of(key)), NOW)
        assert not revoke_key(connection, "syn_absent00", NOW)
        assert [one.revoked for one in list_keys(connection)] == [NOW]


def test_only_a_coordinator_has_departments() -> None:
    with pytest.raises(ValueError, match="coordinator"):
        Scope(Role.COORDINATOR, "x")
    with pytest.raises(ValueError, match="coordinator"):
        Scope(Role.PORTAL, "x", VAL_D_OISE)
    with pytest.raises(ValueError, match="practitioner"):
        Scope(Role.PRACTITIONER, "x")
    with pytest.raises(ValueError, match="practitioner"):
        Scope(Role.ADMIN, "x", actor_id="anne")

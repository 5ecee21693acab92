"""Keys open what they were made for, are stored only as their hash, and end everywhere at once."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_letters, digits

import pytest

from matcher.access.gate import LONGEST, REMEMBERED_SECONDS, Gate, utc_now
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
    with pytest.raises(ValueError, match=r"^a coordinator"):
        Scope(Role.COORDINATOR, "x")
    with pytest.raises(ValueError, match=r"^a coordinator"):
        Scope(Role.PORTAL, "x", VAL_D_OISE)
    with pytest.raises(ValueError, match=r"^a practitioner"):
        Scope(Role.PRACTITIONER, "x")
    with pytest.raises(ValueError, match=r"^a practitioner"):
        Scope(Role.ADMIN, "x", actor_id="anne")


def test_no_credential_is_looked_at_that_is_too_long_or_not_ascii(database: Database) -> None:
    secret = b"s" * 32
    gate = Gate(database, secret, now=lambda: NOW)
    later = NOW + timedelta(days=1)
    rng = random.Random(1)
    names = ("".join(rng.choices(ascii_letters + digits, k=n)) for n in range(500, 900))
    links = sorted((gate.link(name, later) for name in names), key=len)
    longest = next(link for link in links if len(link) >= LONGEST)
    assert len(longest) == LONGEST
    assert gate.admit(longest) is not None
    assert gate.admit(links[-1]) is None
    assert gate.admit("\ud800.a.b") is None


def test_a_moment_has_its_zone() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_a_key_that_is_remembered_is_not_asked_of_the_database(
    database: Database, gate: Gate, clock: Clock
) -> None:
    key, other = stored(database, Role.PORTAL), stored(database, Role.PORTAL)
    assert not gate.remembers(key)
    assert not gate.remembers("no key")
    gate.admit(key)
    assert gate.remembers(key)
    assert not gate.remembers(other)
    end(database, key)
    assert gate.admit(key) is not None  # for half a second
    clock.passed += REMEMBERED_SECONDS
    assert not gate.remembers(key)
    assert gate.admit(key) is None


def test_only_the_last_keys_are_remembered(
    database: Database, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.access.gate.REMEMBERED_KEYS", 2)
    keys = [stored(database, Role.PORTAL) for _ in range(3)]
    for key in keys:
        gate.admit(key)
    assert [gate.remembers(key) for key in keys] == [False, True, True]


def test_a_secret_is_256_bits_and_one_for_all_processes(database: Database, clock: Clock) -> None:
    one, other = gate_of(database, clock), gate_of(database, clock)
    made = one.secret()
    assert len(made) == 32
    assert other.secret() == one.secret() == made


def test_the_process_that_is_second_to_make_the_secret_takes_the_first(
    database: Database, clock: Clock
) -> None:
    first = gate_of(database, clock)

    class Late(Gate):
        """Sees no secret until it has tried to store one."""

        tried = False

        def _stored_secret(self) -> bytes | None:
            if self.tried:
                return super()._stored_secret()
            self.tried = True
            assert first.secret()
            return None

    assert Late(database, now=clock.now, elapsed=clock.elapsed).secret() == first.secret()


def test_keys_and_gates_have_256_bits_whatever_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def counted(bits: object = None) -> str:
        asked.append(bits)
        return "A" * 43

    monkeypatch.setattr("matcher.access.keys.token_urlsafe", counted)
    make_key()
    assert asked == [32]

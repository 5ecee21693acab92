"""A signed link opens one profile, until its day, and cannot be made by anybody else."""

import base64
import hmac
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer

from matcher.access.gate import Gate
from matcher.access.links import read_link, sign_link
from matcher.scope import Role, Scope
from matcher.store.database import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
SECRET, OTHER = b"s" * 32, b"t" * 32


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path}/a.db")
    yield opened
    opened.close()


def test_a_link_names_its_actor_whatever_the_id() -> None:
    for actor_id in ("anne", "Élise / « 95 »", "a" * 200, "123"):
        assert read_link(SECRET, sign_link(SECRET, actor_id, LATER), NOW) == actor_id


def test_a_link_runs_out() -> None:
    token = sign_link(SECRET, "anne", LATER)
    assert read_link(SECRET, token, LATER - timedelta(seconds=1)) == "anne"
    assert read_link(SECRET, token, LATER) is None


def test_links_that_were_sent_before_still_open() -> None:
    """How they are signed (HMAC-SHA-256, the salt) cannot change unseen."""
    content = '["anne",1798113600]'
    key = hmac.new(SECRET, b"synergies profile", sha256).digest()
    body = base64.urlsafe_b64encode(content.encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(key, body, sha256).digest()).rstrip(b"=")
    token = f"{body.decode()}.{signature.decode()}"
    assert sign_link(SECRET, "anne", datetime.fromtimestamp(1798113600, UTC)) == token
    assert read_link(SECRET, token, NOW) == "anne"


def test_a_link_of_another_secret_or_purpose_is_refused() -> None:
    assert read_link(OTHER, sign_link(SECRET, "anne", LATER), NOW) is None
    content = ["anne", int(LATER.timestamp())]
    for salt in ("itsdangerous", "synergies stop"):
        elsewhere = URLSafeSerializer(SECRET, salt=salt).dumps(content)
        assert read_link(SECRET, str(elsewhere), NOW) is None


@pytest.mark.parametrize("content", [[], ["anne"], ["anne", "9999999999"], {"a": 1}, [1, 2], 7])
def test_what_we_did_not_write_is_refused_even_signed(content: object) -> None:
    token = sign_link(SECRET, "anne", LATER)
    assert token
    options = {"digest_method": sha256, "key_derivation": "hmac"}
    forged = URLSafeSerializer(SECRET, salt="synergies profile", signer_kwargs=options)
    assert read_link(SECRET, str(forged.dumps(content)), NOW) is None


def test_no_forged_link_is_taken() -> None:
    """Every single change of a character, and ten thousand at random."""
    token = sign_link(SECRET, "anne", LATER)
    alphabet = "ABCabc012-_."
    rng = random.Random(1)
    forged = {token[:i] + c + token[i + 1 :] for i in range(len(token)) for c in alphabet}
    while len(forged) < 11_000:
        where = rng.randrange(len(token))
        forged.add(token[:where] + rng.choice(alphabet) + token[rng.randrange(len(token)) :])
    forged.discard(token)
    same_bytes = {one for one in forged if _bytes(one) == _bytes(token)}

    taken = [one for one in forged - same_bytes if read_link(SECRET, one, NOW) is not None]
    assert taken == []


def test_every_process_signs_with_the_secret_of_the_database(database: Database) -> None:
    token = Gate(database, now=lambda: NOW).link("anne", LATER)

    admitted = Gate(database, now=lambda: NOW).admit(token)
    assert admitted == Scope(Role.PRACTITIONER, "actor:anne", actor_id="anne")
    assert Gate(database, OTHER, now=lambda: NOW).admit(token) is None
    assert Gate(database, now=lambda: LATER).admit(token) is None


def _bytes(token: str) -> list[bytes]:
    """What the parts of a token decode to: the last character has bits that say nothing."""
    parts = token.split(".")
    try:
        return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
    except ValueError:
        return []

"""A coordinator never learns of anybody outside its départements, whatever it asks.

Canaries live in each of the 101 départements, speak of the same things and act at each other's
doors; every probe asks one route with one coordinator's key about one département.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.territory import load_referential
from matcher.usecases.import_actors import import_rows
from matcher.usecases.manage_keys import create_key

METROPOLIS = [f"{number:02}" for number in range(1, 96) if number != 20]
DEPARTMENTS = [*METROPOLIS, "2A", "2B", "971", "972", "973", "974", "976"]
CANARY = re.compile(r"canari-(\w+)-(\w+)")
SAID = "Un atelier de réparation de vélos pour des jeunes sans emploi"
GIVEN = "Atelier de réparation de vélos encadré pour des jeunes"
ME = Scope.everything()
UNKNOWN = "canari-00-absent"


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]
    text: str

    def seen(self) -> set[str]:
        """Départements of the canaries that are named."""
        return {code for code, _ in CANARY.findall(self.text)}


class Caller:
    """Asks an application in process, one request after the other."""

    def __init__(self, application: Application) -> None:
        self.app = create_app(application)

    async def ask(
        self, key: str, method: str, address: str, body: bytes = b"", kind: str = ""
    ) -> Answered:
        path, _, query = address.partition("?")
        headers = [(b"authorization", f"Bearer {key}".encode()), (b"content-type", kind.encode())]
        scope = {
            **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1"},
            **{"method": method, "path": path, "raw_path": path.encode(), "scheme": "http"},
            **{"query_string": query.encode(), "headers": headers, "root_path": ""},
            **{"client": ("127.0.0.1", 1), "server": ("testserver", 80)},
        }
        sent: list[Any] = []
        bodies = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return bodies.pop() if bodies else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        told.pop("x-request-id", None)
        text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
        return Answered(sent[0]["status"], told, re.sub(r'"request_id":"\w+"', "", text))


def canaries() -> Iterator[dict[str, Any]]:
    """A worker and an entrepreneur who sit in each, and one who only acts there and next door."""
    referential = load_referential()
    for code in DEPARTMENTS:
        department = f"department:{code}"
        neighbours = referential.get(department).neighbours[:2]
        commune = referential.communes_of(department)[0].partition(":")[2]
        zone = [f"department:{code}", *neighbours]
        for kind, end in (("social_worker", "a"), ("social_entrepreneur", "b")):
            said = {"needs": [SAID], "offers": [GIVEN], "zone": [z.split(":")[1] for z in zone]}
            name = f"canari-{code}-{end}"
            yield {"id": name, "name": name, "kind": kind, "commune": commune, **said}
        said = {"needs": [SAID], "offers": [GIVEN], "zone": [code]}
        name = f"canari-{code}-c"
        yield {"id": name, "name": name, "kind": "social_entrepreneur", **said}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    file = tmp_path_factory.mktemp("canaries") / "synergies.db"
    settings = Settings(
        database_url=f"sqlite:///{file}", model="hashing", auth="on", rate_limits="off"
    )
    made = Application(settings, Database.open(settings.database_url), lambda: date(2026, 11, 23))
    report = import_rows(
        enumerate(canaries(), start=1),
        file="test",
        database=made.database,
        referential=made.referential,
        today=made.today(),
        scope=Scope.everything(),
    )
    assert report.created == 3 * 101, report.rejected[:3]
    yield made
    made.close()


@pytest.fixture(scope="module")
def caller(application: Application) -> Caller:
    return Caller(application)


@pytest.fixture(scope="module")
def keys(application: Application) -> dict[str, str]:
    """A coordinator's key for each département."""
    return {
        code: create_key(application, Role.COORDINATOR, {"department": [code]}, "", ME).key
        for code in DEPARTMENTS
    }


def line(actor_id: str) -> bytes:
    said = {"id": actor_id, "kind": "social_worker", "name": "Canari", "commune": "Bondy"}
    return json.dumps(said).encode()


def profile(code: str) -> bytes:
    said = {"kind": "social_worker", "department": code, "needs": [SAID], "known": [f"x-{code}"]}
    return json.dumps({"profile": said, "limit": 100, "sides": "any"}).encode()


Probe = tuple[str, str, bytes, str]


def probes(home: str, code: str) -> dict[str, Probe]:
    """What the coordinator of ``home`` may try in order to learn of somebody in ``code``."""
    ask, ndjson = "/recommendations?limit=100&minimum_score=0&", "application/x-ndjson"
    actor, mine = f"canari-{code}-a", f"canari-{home}-a"
    return {
        "pairs": ("GET", f"{ask}department={code}&sides=any", b"", ""),
        "page": ("GET", f"/recommendations?department={code}&limit=1", b"", ""),
        "partners": ("GET", f"{ask}actor_id={mine}&department={code}&sides=any", b"", ""),
        "radius": ("GET", f"{ask}actor_id={mine}&radius_km=20000&direction=mutual", b"", ""),
        "asker": ("GET", f"{ask}actor_id={actor}", b"", ""),
        "card": ("GET", f"/actors/{actor}", b"", ""),
        "nomad": ("GET", f"/actors/canari-{code}-c", b"", ""),
        "territory": ("GET", f"/territories/{code}", b"", ""),
        "profile": ("POST", "/recommendations", profile(code), "application/json"),
        "import": ("POST", "/actors/import?dry_run=true", line(actor), ndjson),
    }


async def foreign(caller: Caller, keys: dict[str, str], home: str, code: str) -> dict[str, str]:
    """What leaked, by probe: nothing is the only good answer."""
    leaks: dict[str, str] = {}
    for name, probe in probes(home, code).items():
        answer = await caller.ask(keys[home], *probe)
        if wrong := leak(name, answer, home, code):
            leaks[name] = f"{home} asks of {code}: {wrong}"
    return leaks


LOOKED_UP = {"asker", "card", "nomad"}


def leak(name: str, answer: Answered, home: str, code: str) -> str | None:
    """What an answer tells of somebody elsewhere; an id that nobody has is told back as typed."""
    if answer.status >= 500 or (home == code and answer.status not in {200, 422}):
        return f"status {answer.status}"
    if answer.seen() - {home, code if answer.status == 404 else home}:
        return f"names {answer.seen()}"
    if home != code and name in LOOKED_UP and answer.status != 404:
        return f"status {answer.status}"
    if home != code and name == "import" and "id-not-yours" not in answer.text:
        return answer.text[:200]
    counted = json.loads(answer.text)["actors"].values() if name == "territory" else []
    return "counts" if home != code and any(counted) else None


async def run(
    caller: Caller, keys: dict[str, str], pairs: list[tuple[str, str]]
) -> tuple[Counter[str], list[str]]:
    sent: Counter[str] = Counter()
    leaks: list[str] = []
    for home, code in pairs:
        sent.update(probes(home, code).keys())
        leaks += (await foreign(caller, keys, home, code)).values()
    return sent, leaks


def test_nobody_of_another_departement_is_seen(
    caller: Caller, keys: dict[str, str], count: Callable[..., None]
) -> None:
    some = ["95", "93", "2A", "974", "01"]
    pairs = [(home, code) for home in some for code in [*some, "75", "78"]]
    sent, leaks = asyncio.run(run(caller, keys, pairs))
    count("scope", probes=sum(sent.values()), rows_of_others=len(leaks))
    assert leaks == []
    assert sum(sent.values()) == 350


@pytest.mark.slow(minutes=10)
def test_nobody_of_another_departement_is_seen_in_a_hundred_thousand_probes(
    caller: Caller,
    keys: dict[str, str],
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    sent, leaks = asyncio.run(run(caller, keys, list(product(DEPARTMENTS, DEPARTMENTS))))
    tell(f"{sum(sent.values())} probes, {dict(sent)}, {len(leaks)} that told of others")
    count("scope", probes=sum(sent.values()), rows_of_others=len(leaks))
    assert leaks == []
    assert sum(sent.values()) >= 100_000


def test_the_canaries_would_be_seen_without_a_scope(
    caller: Caller, application: Application
) -> None:
    """The probes can fail: a portal sees in each what a coordinator does not."""
    portal = create_key(application, Role.PORTAL, {}, "", ME).key
    for name, probe in probes("95", "93").items():
        answer = asyncio.run(caller.ask(portal, *probe))
        if name not in {"import", "page"}:
            assert leak(name, answer, "95", "93"), name


@pytest.mark.parametrize("address", ["/actors/{}", "/recommendations?actor_id={}"])
def test_outside_is_answered_exactly_as_unknown(
    caller: Caller, keys: dict[str, str], address: str
) -> None:
    for code in ("93", "974"):
        name = f"canari-{code}-a"
        outside = asyncio.run(caller.ask(keys["95"], "GET", address.format(name)))
        unknown = asyncio.run(caller.ask(keys["95"], "GET", address.format(UNKNOWN)))
        assert outside.text.replace(name, UNKNOWN) == unknown.text
        assert (outside.status, unknown.status) == (404, 404)
        assert {**outside.headers, "content-length": ""} == {
            **unknown.headers,
            "content-length": "",
        }


def test_what_changes_elsewhere_changes_no_version_edition_or_cursor(
    application: Application, keys: dict[str, str]
) -> None:
    caller = Caller(application)
    addresses = [
        *("/recommendations?department=95&limit=1", "/algorithm", "/territories/95"),
        "/recommendations?actor_id=canari-95-a",
    ]

    def answers() -> list[tuple[str, str]]:
        found = [asyncio.run(caller.ask(keys["95"], "GET", address)) for address in addresses]
        return [(answer.headers["etag"], answer.text) for answer in found]

    before = answers()
    rows = [{"id": "canari-59-neuf", "kind": "social_worker", "name": "Neuf", "commune": "Lille"}]
    import_rows(
        enumerate(rows, start=1),
        file="test",
        database=application.database,
        referential=application.referential,
        today=application.today(),
        scope=Scope.everything(),
    )
    assert answers() == before
    cursor = json.loads(before[0][1])["next_cursor"]
    following = asyncio.run(
        caller.ask(keys["95"], "GET", f"/recommendations?department=95&limit=1&cursor={cursor}")
    )
    assert following.status == 200


def test_a_cursor_of_another_coordinator_is_refused(caller: Caller, keys: dict[str, str]) -> None:
    address = "/recommendations?department=95&limit=1"
    page = asyncio.run(caller.ask(keys["95"], "GET", address))
    cursor = json.loads(page.text)["next_cursor"]
    taken = asyncio.run(caller.ask(keys["93"], "GET", f"{address}&cursor={cursor}"))
    assert taken.status == 422


def test_a_practitioner_asks_for_itself_alone(caller: Caller, application: Application) -> None:
    token = application.gate.link("canari-95-a", datetime.now(UTC) + timedelta(days=1))

    def status(address: str) -> int:
        return asyncio.run(caller.ask(token, "GET", address)).status

    assert status("/actors/canari-95-a") == 200
    assert status("/recommendations?actor_id=canari-95-a") == 200
    assert status("/actors/canari-95-b") == 404
    assert status("/recommendations?actor_id=canari-95-b") == 404
    assert status("/recommendations?department=95") == 404

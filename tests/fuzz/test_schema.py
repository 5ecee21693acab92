"""Whatever is sent, within what `/openapi.json` allows or not: no 5xx, nothing undocumented.

Half of the ids and territories are real ones, so that the search does not stop at the 404s. Each
operation is asked the same share of the cases; how many were sent is printed at the end.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.settings import Settings
from matcher.store.database import Database
from matcher.usecases.import_stream import import_stream

FIXTURES = Path(__file__).parents[2] / "data" / "fixtures" / "actors.jsonl"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
IDS = ("ts-argenteuil-hotel-01", "es-taverny-velo-01", "nobody", "a/b", "é", "..", "%00", "\u2028")
TERRITORIES = ("95", "val-d-oise", "11", "200058519", "95018", "Saint-Denis", "99999", "2A")
KNOWN = {
    "actor_id": st.sampled_from(IDS),
    "code": st.sampled_from(TERRITORIES),
    **{name: st.sampled_from(TERRITORIES) for name in ("department", "commune", "epci", "region")},
    "domain": st.sampled_from(("mobilite", "logement-hebergement", "nope")),
}
"""Real values of parameters, and some that look like them."""


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: SerializationContext, value: Any) -> Any:
    """A generated text as it is: what is wrong with it is for the importer to say."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The fixtures in a database of their own."""
    file = tmp_path_factory.mktemp("fuzz") / "synergies.db"
    made = Settings(database_url=f"sqlite:///{file}", model="hashing")
    opened = Application(made, Database.open(made.database_url), lambda: date(2026, 11, 23))
    import_stream(
        opened, [FIXTURES.read_bytes()], scope=Scope.everything(), side=None, dry_run=False
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_case_breaks_the_interface(
    application: Application, mode: GenerationMode, tell: Callable[[str], None]
) -> None:
    sent = fuzz(application, mode, cases=12)
    tell(told(sent))
    assert len(sent) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_ten_thousand_cases_do_not_break_the_interface(
    application: Application, mode: GenerationMode, tell: Callable[[str], None]
) -> None:
    operations = len(fuzz(application, mode, cases=1))
    sent = fuzz(application, mode, cases=5_000 // operations + 1)
    tell(told(sent))


def fuzz(application: Application, mode: GenerationMode, cases: int) -> dict[str, Counter[int]]:
    """Ask every operation as many cases; gives the statuses that each answered."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(application))
    sent: dict[str, Counter[int]] = {}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), "a route is described wrongly"
        operation = found.ok()
        statuses = sent.setdefault(f"{operation.method.upper()} {operation.path}", Counter())
        strategies = _strategies(operation, mode)
        if strategies is not None:
            _search(strategies, statuses, cases)
    return {name: statuses for name, statuses in sent.items() if statuses}


def _strategies(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode
) -> st.SearchStrategy[Case[Any]] | None:
    """How to make cases of an operation; ``None`` where nothing could be wrong with one."""
    takes_something = operation.body or operation.query or operation.path_parameters
    if mode.is_negative and not takes_something:
        return None
    return st.builds(_with_known, operation.as_strategy(generation_mode=mode), _some_known())


def _some_known() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional=KNOWN)


def _with_known(case: Case[Any], known: dict[str, str]) -> Case[Any]:
    for place in (case.path_parameters, case.query):
        for name in set(place or {}) & set(known):
            place[name] = known[name]
    return case


def _search(strategy: st.SearchStrategy[Case[Any]], statuses: Counter[int], cases: int) -> None:
    @given(case=strategy)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        response = case.call()
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    run: Callable[[], None] = ask
    run()


def told(sent: dict[str, Counter[int]]) -> str:
    """How many cases were sent, and what they were answered."""
    total: Counter[int] = sum(sent.values(), Counter())
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(total.items()))
    return f"{total.total()} cases over {len(sent)} operations: {statuses}"

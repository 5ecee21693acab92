"""Whatever is sent, within what `/openapi.json` allows or not: no 5xx, nothing undocumented.

Each case is asked by somebody of every role. Half of the ids and territories are real ones, so
that the search does not stop at the 404s, and what is erased or opposed is there for that alone.
Each operation is asked the same share of the cases; how many were sent is told after the run.
"""

import time
from collections import Counter
from collections.abc import Callable
from math import ceil
from typing import Any, Protocol

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, CheckContext, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.words import Words

IDS = ("ts-argenteuil-hotel-01", "es-taverny-velo-01", "nobody", "a/b", "é", "..", "%00", "\u2028")
TERRITORIES = ("95", "val-d-oise", "11", "200058519", "95018", "Saint-Denis", "99999", "2A")
KNOWN = {
    "actor_id": st.sampled_from(IDS),
    "code": st.sampled_from(TERRITORIES),
    **{name: st.sampled_from(TERRITORIES) for name in ("department", "commune", "epci", "region")},
    "domain": st.sampled_from(("mobilite", "logement-hebergement", "nope")),
}
"""Real values of parameters, and some that look like them."""
CHANGING = {"PUT /actors/{actor_id}", "PUT /actors/{actor_id}/opposition"}
ERASING = {"DELETE /actors/{actor_id}"}
ENOUGH = 5_000
"""Cases of each role in each mode that come with a key: 50,000 in all."""
SEVERAL_SECONDS = 60
"""How long an answer may take here: other programs want the processors too."""


class Caller(Protocol):
    """Who asks (conftest.py)."""

    role: Role

    def headers(self, actor_id: str | None = None) -> dict[str, str]: ...

    def passing(self, *, erased: bool) -> str: ...


Sent = dict[Role, Counter[int]]

pytestmark = [
    # A batch that was accepted works in a thread of its own while the next case is drawn.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: SerializationContext, value: Any) -> Any:
    """A generated text as it is: what is wrong with it is for the importer to say."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def complete_problem(_context: CheckContext, response: Response, _case: Case[Any]) -> None:
    """A refusal is a whole problem document, in words, about this request."""
    if response.status_code < 400:
        return
    assert response.headers["content-type"] == ["application/problem+json"]
    problem = response.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert problem["status"] == response.status_code
    assert problem["request_id"] == response.headers["x-request-id"][0]
    errors = problem.get("errors", [])
    assert all({"pointer", "parameter", "line"} & set(error) for error in errors)
    told = [problem["title"], *(part["detail"] for part in [problem, *errors])]
    assert not any(text.startswith(("error.", "problem.", "import.")) for text in told)


CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    complete_problem,
]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_case_breaks_the_interface_for_any_role(
    application: Application,
    callers: list[Caller],
    mode: GenerationMode,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    sent = fuzz(application, callers, mode, 4, count)
    tell(told(sent))
    assert all(statuses.total() >= 40 for statuses in sent.values())


@pytest.mark.slow(minutes=4)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_ten_thousand_cases_of_each_role_do_not_break_the_interface(
    application: Application,
    callers: list[Caller],
    mode: GenerationMode,
    tell: Callable[[str], None],
    count: Callable[..., None],
) -> None:
    started = time.perf_counter()
    share = 1.5 if mode.is_negative else 1  # a third of the wrong cases go without their key
    cases = ceil(share * ENOUGH / len(_operations(application, mode)))
    sent = fuzz(application, callers, mode, cases, count)
    total = sum(statuses.total() for statuses in sent.values())
    tell(f"{told(sent)}; {total / (time.perf_counter() - started):.0f} a second")
    assert all(statuses.total() - statuses[401] >= ENOUGH for statuses in sent.values())


def fuzz(
    application: Application,
    callers: list[Caller],
    mode: GenerationMode,
    cases: int,
    count: Callable[..., None],
) -> Sent:
    """Ask every operation as many cases, each by every caller; gives the statuses by role."""
    sent: Sent = {caller.role: Counter() for caller in callers}
    pairs = _pairs(application)
    try:
        for operation in _operations(application, mode):
            _search(_strategy(operation, mode, pairs), callers, sent, cases)
    finally:
        _count_all(sum(sent.values(), Counter[int]()), count)
    return sent


def _count_all(statuses: Counter[int], count: Callable[..., None]) -> None:
    broken = sum(number for status, number in statuses.items() if status >= 500)
    keyless = statuses[401]
    count("fuzz", cases_with_a_key=statuses.total() - keyless, cases_without_one=keyless)
    count("fuzz", answers_5xx=broken)


def _operations(
    application: Application, mode: GenerationMode
) -> list[APIOperation[Any, Any, Any, Any]]:
    """All of them; where nothing could be wrong with a case, it has no wrong cases."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(application))
    found = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), "a route is described wrongly"
        operation = result.ok()
        takes_something = operation.body or operation.query or operation.path_parameters
        if mode.is_positive or takes_something:
            found.append(operation)
    return found


def _pairs(application: Application) -> list[dict[str, str]]:
    """Pairs that are really proposed, as feedback names them."""
    query = RecommendationQuery(territories={"department": "95"}, limit=20)
    page = recommend(application, query, Words("fr"), Scope.everything())
    return [
        {"pair_id": item.id, "actor_id": item.actor.id, "partner_id": item.partner.id}
        for item in page.items
    ]


def _strategy(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, pairs: list[dict[str, str]]
) -> st.SearchStrategy[Case[Any]]:
    known = st.fixed_dictionaries({}, optional=KNOWN)
    pair = st.none() | st.sampled_from(pairs)
    return st.builds(_with_known, operation.as_strategy(generation_mode=mode), known, pair)


def _with_known(case: Case[Any], known: dict[str, str], pair: dict[str, str] | None) -> Case[Any]:
    if "pair_id" in (case.path_parameters or {}) and pair:
        known = known | pair
    body: Any = case.body if isinstance(case.body, dict) else {}
    places: tuple[Any, ...] = (case.path_parameters, case.query, body, body.get("profile"))
    for place in places:
        for name in set(place if isinstance(place, dict) else ()) & set(known):
            place[name] = known[name]
    return case


def _search(
    strategy: st.SearchStrategy[Case[Any]], callers: list[Caller], sent: Sent, cases: int
) -> None:
    @given(case=strategy)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        wanted = (case.path_parameters or {}).get("actor_id")
        for caller in callers:
            headers = _as_asked_by(caller, case, wanted)
            response = case.call(headers=headers, timeout=SEVERAL_SECONDS)
            sent[caller.role][response.status_code] += 1
            case.validate_response(response, checks=_checks_of(case))

    run: Callable[[], None] = ask
    run()


def _checks_of(case: Case[Any]) -> Any:
    """What must hold of an answer; `/actors/..` is the address of a page, as clients read it."""
    if ".." in (case.path_parameters or {}).values():
        return CHECKS[:1]
    return CHECKS


def _as_asked_by(caller: Caller, case: Case[Any], wanted: str | None) -> dict[str, str]:
    """Credentials for a case; whoever it changes or erases is an actor made for that."""
    name = f"{case.method.upper()} {case.path}"
    if name in CHANGING | ERASING and wanted in IDS:
        wanted = caller.passing(erased=name in ERASING)
        case.path_parameters["actor_id"] = wanted
    return caller.headers(wanted if name in CHANGING | ERASING else None)


def told(sent: Sent) -> str:
    """How many cases were sent by whom, and what they were answered."""
    return "; ".join(
        f"{role} {statuses.total()} cases: "
        + ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
        for role, statuses in sent.items()
    )

"""What is wrong with a row is named by file, line, field and reason; the rest is kept."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.usecases.import_actors import ImportReport

Desk = Any  # the class in conftest.py: tests do not import one another
GOOD = {"id": "bon", "kind": "social_worker", "name": "CCAS d’Argenteuil", "commune": "95018"}


def refusal(report: ImportReport) -> tuple[int, str | None, str]:
    assert len(report.rejected) == 1, report.rejected
    problem = report.rejected[0]
    return problem.line, problem.field, problem.code


BAD_ROWS: list[tuple[Mapping[str, object] | str | bytes, str | None, str]] = [
    ({**GOOD, "kind": "banane"}, "kind", "unknown-kind"),
    ({"name": "X", "commune": "95018"}, "kind", "side-required"),
    ({**GOOD, "name": "  "}, "name", "required"),
    ({"kind": "social_worker", "commune": "95018"}, "name", "required"),
    ({"kind": "social_worker", "name": "X"}, "commune", "territory-required"),
    ({**GOOD, "commune": "Argentueil"}, "commune", "territory-unknown"),
    ({**GOOD, "commune": "Saint-Denis"}, "commune", "territory-ambiguous"),
    ({**GOOD, "zone": ["95", "Atlantide"]}, "zone[1]", "territory-unknown"),
    ({**GOOD, "besoins": ["Des vélos"]}, "besoins", "unknown-field"),
    ({**GOOD, "needs": "Des vélos"}, "needs", "list-expected"),
    ({**GOOD, "needs": ["x", {"texte": "y"}]}, "needs[1].text", "required"),
    ({**GOOD, "needs": ["x"] * 51}, "needs", "too-many"),
    ({**GOOD, "offers": ["x" * 4001]}, "offers[0].text", "too-long"),
    ({**GOOD, "description": "x" * 2_000_000}, "description", "too-long"),
    ({**GOOD, "name": "x" * 301}, "name", "too-long"),
    ({**GOOD, "known": ["x"] * 201}, "known", "too-many"),
    ({**GOOD, "domains": ["poterie"]}, "domains[0]", "domain-unknown"),
    ({**GOOD, "publics": ["martiens"]}, "publics[0]", "public-unknown"),
    ({**GOOD, "email": "a@b\r\nBcc: c@example.org"}, "email", "email-invalid"),
    ({**GOOD, "radius_km": -1}, "radius_km", "out-of-range"),
    ({**GOOD, "radius_km": "loin"}, "radius_km", "number-expected"),
    ({**GOOD, "capacity_per_month": 1.5}, "capacity_per_month", "whole-number-expected"),
    ({**GOOD, "consent_email": "oui"}, "consent_email", "flag-expected"),
    ({**GOOD, "id": "a/b"}, "id", "id-invalid"),
    ({**GOOD, "needs": [{"text": "x", "expires": "demain"}]}, "needs[0].expires", "date-expected"),
    ('{"name": "x", "radius_km": NaN}', "radius_km", "number-not-finite"),
    ('{"name": "x", "radius_km": 1e400}', "radius_km", "number-too-large"),
    ('{"name": "x", "radius_km": 1' + "0" * 400 + "}", "radius_km", "number-too-large"),
    ('{"name": "x", "radius_km": 1' + "0" * 9000 + "}", "radius_km", "number-too-large"),
    ('{"name": "x", "needs": ["a\\u0000b"]}', "needs[0]", "forbidden-character"),
    ('{"name": "\\ud800"}', "name", "forbidden-character"),
    ('{"name": "x", "\\udfff": 1}', "\\udfff", "forbidden-character"),
    ('{"name": "x", "name": "y"}', "name", "duplicate-key"),
    ('{"name": ' + "[" * 100_000 + "]" * 100_000 + "}", None, "nested-too-deeply"),
    ('{"name": ' + "[" * 50 + "]" * 50 + "}", "name" + "[0]" * 8, "nested-too-deeply"),
    ('{"name": "x"', None, "invalid-json"),
    ("[1, 2]", None, "object-expected"),
    (b'{"name": "caf\xe9"}', None, "invalid-utf8"),
]


@pytest.mark.parametrize(("bad", "field", "code"), BAD_ROWS)
def test_a_bad_row_is_refused_by_line_field_and_reason_and_the_rest_is_kept(
    desk: Desk, bad: Mapping[str, object] | str | bytes, field: str | None, code: str
) -> None:
    if isinstance(bad, dict):
        bad = {"id": "mauvais", **bad} if bad.get("id") == "bon" else bad
    path = desk.lines(GOOD, bad, {**GOOD, "id": "après"})
    report = desk.imported(path)
    assert refusal(report) == (2, field, code)
    assert report.rejected[0].file == str(path)
    assert report.created == 2
    assert len(repr(report.rejected[0].parameters)) < 1000


def test_the_same_rows_are_refused_in_a_stream(desk: Desk) -> None:
    for number, (bad, field, code) in enumerate(BAD_ROWS):
        content = bad if isinstance(bad, bytes) else None
        text = bad if isinstance(bad, str) else json.dumps(bad) if content is None else ""
        report = desk.streamed(content or text.encode("utf-8"))
        assert refusal(report) == (1, field, code), number


def test_every_problem_of_a_row_is_told_at_once(desk: Desk) -> None:
    row = {**GOOD, "commune": "Atlantide", "domains": ["poterie"], "kind": "banane"}
    problem = desk.imported(desk.lines(row)).rejected[0]
    assert {problem.code, *(other.code for other in problem.others)} == {
        "unknown-kind",
        "territory-unknown",
        "domain-unknown",
    }


@pytest.mark.parametrize(
    ("row", "parameter", "expected"),
    [
        ({**GOOD, "besoins": []}, "suggestion", "needs"),
        ({**GOOD, "ofers": []}, "suggestion", "offers"),
        ({**GOOD, "commune": "Argentueil"}, "suggestions", "Argenteuil (95018)"),
        ({**GOOD, "domains": ["mobilte"]}, "suggestions", "mobilite"),
        ({**GOOD, "commune": "Saint-Denis"}, "candidates", "Saint-Denis (93066)"),
    ],
)
def test_a_refusal_proposes_what_was_probably_meant(
    desk: Desk, row: Mapping[str, object], parameter: str, expected: str
) -> None:
    proposals = desk.imported(desk.lines(row)).rejected[0].parameters[parameter]
    assert expected in (proposals if isinstance(proposals, tuple) else [proposals])


def test_the_only_zone_tells_homonyms_apart(desk: Desk) -> None:
    desk.imported(desk.lines({**GOOD, "commune": "Saint-Denis", "zone": ["93"]}))
    assert desk.actors()["bon"].commune == "93066"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8")))
def test_no_stream_of_bytes_breaks_the_import(desk: Desk, content: bytes) -> None:
    report = desk.streamed(content)
    rows = report.files[0].rows
    assert rows == len(report.rejected)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["id", "kind", "name", "commune", "zone", "needs", "offers", "nom", "typologie", "city",
     "structure_id", "services", "lat", "lon", "description", "thematiques", "brand", "siret"]
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.dictionaries(KEYS, JSON_VALUES, max_size=8), max_size=4))
def test_no_value_in_any_field_breaks_the_import(desk: Desk, rows: list[dict[str, object]]) -> None:
    content = "\n".join(json.dumps(row) for row in rows).encode("utf-8")
    report = desk.streamed(content)
    saved = report.created + report.updated + report.unchanged
    assert saved + len(report.rejected) == report.files[0].rows == len(rows)

"""What leaves the desk: files that open as they are, sheets that print, meetings for calendars.

Whatever a profile says stays text, and a coordinator takes nobody of elsewhere away.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from openpyxl import load_workbook

from api.app import create_app
from matcher.bootstrap import Application
from matcher.scope import Role, Scope
from matcher.usecases.manage_keys import create_key

PAIR = "actor=ccas-argenteuil&partner=velo-argenteuil"
PARTS = {"actor": "ccas-argenteuil", "partner": "velo-argenteuil"}
ALL = "department=95&minimum_score=0"
FILES = ("/territoire.csv", "/territoire.xlsx", "/territoire/fiches")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
HOSTILE = (
    *('=HYPERLINK("http://evil.test","x")', "+1+1", "@SUM(A1)", "-2+3", "';=1"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</title><b>"),
    *("\\nEND:VEVENT\\nATTACH:x", "a;b,c"),
)


def lines_of(answer: Any) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def actors_in(answer: Any) -> set[str]:
    return {line[place] for line in lines_of(answer)[1:] for place in (0, 4)}


@pytest.fixture
def of_department(application: Application) -> Callable[[str], TestClient]:
    """Somebody who asks with the key of a coordinator."""
    settings = replace(application.settings, auth="on", rate_limits="off")
    app = create_app(Application(settings, application.database, application.today))

    def client(department: str) -> TestClient:
        territories = {"department": [department]}
        key = create_key(application, Role.COORDINATOR, territories, "", Scope.everything()).key
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    return client


def test_the_csv_holds_what_the_list_shows(client: TestClient) -> None:
    listed = client.get(f"/recommendations?{ALL}").json()["items"]
    answer = client.get(f"/territoire.csv?{ALL}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    named = 'attachment; filename="synergies-95-2026-11-23.csv"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.content.startswith(b"\xef\xbb\xbf")
    ends = [(line[0], line[4]) for line in lines_of(answer)[1:]]
    assert ends == [(item["actor"]["name"], item["partner"]["name"]) for item in listed]


def test_the_workbook_says_what_was_asked(client: TestClient) -> None:
    answer = client.get(
        f"/territoire.xlsx?{ALL}&domain=mobilite&kind=orienter&radius_km=15&exclude_known=true"
    )
    workbook = load_workbook(io.BytesIO(answer.content))
    about = {str(row[0].value): str(row[1].value) for row in workbook["À propos"].iter_rows()}
    assert "Val-d’Oise" in about["Territoire"].replace("'", "’")
    assert about["Distance la plus grande"] == "15\N{NO-BREAK SPACE}km"
    assert about["Genre de synergie"] == "orienter"
    assert about["Déjà connus"] == "laissés de côté"
    assert about["Établi le"] == "23 novembre 2026"
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')


def test_filters_of_the_page_are_filters_of_the_file(client: TestClient) -> None:
    everybody = actors_in(client.get(f"/territoire.csv?{ALL}"))
    some = actors_in(client.get(f"/territoire.csv?{ALL}&domain=mobilite"))
    assert some < everybody
    assert "velo-argenteuil" in some


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    ("query", "status"),
    [("department=zz", 422), ("", 422), (f"{ALL}&nope=1", 422), (f"{ALL}&radius_km=-1", 422)],
)
def test_what_is_wrong_is_said_on_a_page(
    client: TestClient, path: str, query: str, status: int
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert 'role="alert"' in answer.text


def test_a_coordinator_takes_nobody_of_elsewhere(
    of_department: Callable[[str], TestClient],
) -> None:
    coordinator = of_department("93")
    for path in FILES:
        answer = coordinator.get(f"{path}?{ALL}&sides=any")
        assert answer.status_code == 200
    assert actors_in(coordinator.get(f"/territoire.csv?{ALL}")) == set()
    assert "argenteuil" not in coordinator.get(f"/territoire/fiches?{ALL}").text
    for path in ("/synergie/fiche", "/synergie/rendez-vous.ics"):
        refused = coordinator.get(f"{path}?{PAIR}")
        assert refused.status_code == 404
        assert "velo-argenteuil" not in refused.text
    assert of_department("95").get(f"/synergie/fiche?{PAIR}").status_code == 200


def test_who_has_not_signed_in_gets_no_file(of_department: Callable[[str], TestClient]) -> None:
    stranger = TestClient(of_department("95").app, follow_redirects=False)
    for path in (*FILES, f"/synergie/fiche?{PAIR}", f"/synergie/rendez-vous.ics?{PAIR}"):
        answer = stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/connexion?suite=")


def test_ten_introductions_are_numbered_and_told(client: TestClient) -> None:
    answer = client.get(f"/territoire/fiches?{ALL}&limit=2")
    assert answer.text.count("<article") == 2
    assert "2 mises en relation" in answer.text
    assert "Mise en relation" in answer.text
    assert "print.css" in answer.text


def test_a_sheet_tells_both_and_quotes_both(client: TestClient) -> None:
    text = client.get(f"/synergie/fiche?{PAIR}").text
    assert text.count("<blockquote>") == 2
    assert "Un atelier de réparation de vélos pour des jeunes sans emploi" in text
    assert "<meter" in text
    assert "À remplir" in text
    assert "style=" not in text


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_that_a_profile_says_is_run_or_marked_up(client: TestClient, said: str) -> None:
    body: dict[str, Any] = {"kind": "social_worker", "commune": "95018", "name": said}
    needs = [f"{said} un atelier de réparation de vélos pour des jeunes"]
    body |= {"organization": said, "needs": needs}
    assert client.put("/actors/ccas-argenteuil", json=body).status_code == 200

    lines = lines_of(client.get(f"/territoire.csv?{ALL}"))
    assert any(said.lstrip("=+@-") in line[0] for line in lines)
    assert [cell for line in lines for cell in line if cell.startswith(FORMULAS)] == []
    workbook = load_workbook(io.BytesIO(client.get(f"/territoire.xlsx?{ALL}").content))
    cells = [cell for sheet in workbook for line in sheet.iter_rows() for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    usual = client.get("/synergie/fiche?actor=mission-cergy&partner=bois-cergy").text
    for path in (f"/synergie/fiche?{PAIR}", f"/territoire/fiches?{ALL}"):
        tags = set(re.findall(r"<[a-z0-9]+", client.get(path).text.casefold()))
        assert tags - {"<li", "<ol"} <= set(re.findall(r"<[a-z0-9]+", usual.casefold()))
    start = "start=2026-12-03T14:00"
    (event,) = Calendar.from_ical(
        client.get(f"/synergie/rendez-vous.ics?{PAIR}&{start}").content
    ).events
    assert "ATTACH" not in event


def test_a_meeting_is_a_file_that_calendars_open(client: TestClient) -> None:
    asked = "start=2026-12-03T14:00&minutes=45&place=Salle%20Jean%20Vilar"
    answer = client.get(f"/synergie/rendez-vous.ics?{PAIR}&{asked}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rencontre.ics"'
    (event,) = Calendar.from_ical(answer.content).events
    assert event.start == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert str(event["location"]) == "Salle Jean Vilar"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("start=", "rdv-debut"),
        ("start=demain", "rdv-debut"),
        ("start=2020-01-01T10:00", "rdv-debut"),
        ("start=2026-12-03T14:00&minutes=5", "rdv-duree"),
        ("start=2026-12-03T14:00&minutes=abc", "rdv-duree"),
        (f"start=2026-12-03T14:00&place={'x' * 201}", "rdv-lieu"),
    ],
)
def test_a_wrong_meeting_is_said_at_its_field_and_typed_again(
    client: TestClient, asked: str, field: str
) -> None:
    answer = client.get(f"/synergie/rendez-vous.ics?{PAIR}&{asked}")
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'aria-describedby="{field}-erreur"' in answer.text
    assert f'id="{field}-erreur"' in answer.text
    assert answer.text.count("aria-invalid") == 1


def test_everything_wrong_with_a_meeting_is_said_at_once_and_kept(client: TestClient) -> None:
    wrong = {"start": "mardi <b> prochain", "minutes": "une heure", "place": "y" * 201}
    answer = client.get("/synergie/rendez-vous.ics", params={**PARTS, **wrong})
    assert answer.status_code == 422
    summary = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert "3 points sont à corriger" in summary
    fields = ["rdv-debut", "rdv-duree", "rdv-lieu"]
    assert re.findall(r'<a href="#([^"]+)"', summary) == fields
    for field in fields:
        assert f'id="{field}"' in answer.text
        assert f'aria-describedby="{field}-erreur"' in answer.text
        assert f'id="{field}-erreur"' in answer.text
    assert "mardi &lt;b&gt; prochain" in answer.text
    assert "Vous aviez écrit\u00a0: «\u00a0une heure\u00a0»" in answer.text
    assert f'value="{"y" * 201}"' in answer.text


def test_a_wrong_day_that_its_field_shows_is_not_said_twice(client: TestClient) -> None:
    page = client.get(f"/synergie/rendez-vous.ics?{PAIR}&start=2020-01-01T10:00").text
    assert 'value="2020-01-01T10:00"' in page
    assert "Vous aviez écrit" not in page

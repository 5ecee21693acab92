"""The form of a profile keeps what is typed, says what is wrong beside it, and gives it back."""

import re
from html import unescape
from typing import Any

import pytest

from api.web.pages import page
from api.web.profile_form import ProfileForm
from matcher.usecases.edit_profile import EditedProfile, FieldProblem
from matcher.usecases.list_codes import domain_choices, public_choices

STORED: dict[str, Any] = {
    "kind": "social_worker",
    "name": "Service fictif",
    "organization": None,
    "structure_type": "CCAS",
    "email": "service@exemple.fr",
    "commune": "95018",
    "zone": ["department:95"],
    "radius_km": 12.5,
    "domains": ["mobilite"],
    "publics": ["jeunes"],
    "description": "Deux lignes.\nVoilà.",
    "needs": [
        {"text": "Un atelier", "domains": ["mobilite"], "publics": [], "expires": "2027-06-30"},
        {"text": "Un lieu", "domains": [], "publics": ["jeunes", "familles"], "expires": None},
    ],
    "offers": [],
    "capacity_per_month": 2,
    "consent_email": True,
    "profiling": True,
    "known": ["ami"],
    "source": "Annuaire fictif",
}
EDITED = EditedProfile("moi", STORED, "Argenteuil (95)", {"department:95": "Val-d’Oise (95)"})
HOSTILE = '"><script>alert(1)</script></textarea>'


def shown(form: ProfileForm) -> str:
    """The page of a form."""
    choices: dict[str, Any] = {"domains": domain_choices(), "publics": public_choices()}
    return bytes(page("my_profile", form=form, mine="../x", up="../", **choices).body).decode()


def sent(html: str) -> dict[str, list[str]]:
    """What a browser sends of a form that is not touched."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        told = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if told["type"] not in {"checkbox", "radio"} or " checked" in tag:
            fields.setdefault(told["name"], []).append(told["value"])
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S
    ):
        fields.setdefault(name, []).append(unescape(text))
    return fields


@pytest.mark.parametrize("own", [True, False])
def test_a_form_that_is_sent_untouched_gives_the_same_profile(own: bool) -> None:
    html = shown(ProfileForm.of(EDITED, own=own))
    assert ProfileForm.read(EDITED, sent(html), own=own).values() == STORED


def test_every_field_has_a_label_and_no_id_is_there_twice() -> None:
    html = shown(ProfileForm.of(EDITED, own=True))
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    fields = re.findall(r'<(?:input|textarea)(?![^>]*type="hidden")[^>]* id="([^"]+)"', html)
    assert set(re.findall(r'<label for="([^"]+)"', html)) == set(fields)


def test_only_the_actor_itself_sees_its_address() -> None:
    html = shown(ProfileForm.of(EDITED, own=False))
    assert "service@exemple.fr" not in html
    assert ProfileForm.read(EDITED, sent(html), own=False).values()["email"] == "service@exemple.fr"
    typed = {**sent(html), "email": ["autre@exemple.fr"]}
    assert ProfileForm.read(EDITED, typed, own=False).values()["email"] == "autre@exemple.fr"


def test_nobody_changes_its_own_side() -> None:
    typed = {"kind": ["social_entrepreneur"]}
    for own, kind in ((True, "social_worker"), (False, "social_entrepreneur")):
        assert ProfileForm.read(EDITED, typed, own=own).values()["kind"] == kind


def test_what_is_typed_is_read_as_people_write_it() -> None:
    typed = {
        "name": ["  Service  "],
        "commune": ["Cergy"],
        "radius_km": ["12,5 km"],
        "capacity_per_month": ["3"],
        "zone": ["department:95"],
        "zone_more": ["Bondy\r\n\r\n 75 \r\n"],
        "needs.0.text": [""],
        "needs.0.domains": ["mobilite"],
        "needs.7.text": ["Un lieu calme"],
        "needs.7.expires": ["2027-01-31"],
    }
    told = ProfileForm.read(EDITED, typed, own=True).values()
    assert (told["name"], told["commune"], told["email"]) == ("Service", "Cergy", None)
    assert (told["radius_km"], told["capacity_per_month"]) == (12.5, 3)
    assert told["zone"] == ["department:95", "Bondy", "75"]
    assert [need["text"] for need in told["needs"]] == ["Un lieu calme"]
    assert told["needs"][0]["expires"] == "2027-01-31"
    assert (told["offers"], told["domains"], told["known"]) == ([], [], [])


def test_nobody_is_added_to_those_one_knows_through_the_form() -> None:
    typed = {"known": ["ami", "quelqu’un"]}
    assert ProfileForm.read(EDITED, typed, own=True).values()["known"] == ["ami"]


@pytest.mark.parametrize("kept", ["consent_email", "profiling", "source", "kind"])
def test_what_the_form_does_not_show_stays_as_it_is(kept: str) -> None:
    typed = {kept: ["autre chose"]}
    assert ProfileForm.read(EDITED, typed, own=True).values()[kept] == STORED[kept]


@pytest.mark.parametrize(
    ("place", "element"),
    [
        ("name", "champ-name"),
        ("email", "champ-email"),
        ("needs[1].text", "champ-needs-2-text"),
        ("needs[1].expires", "champ-needs-2-expires"),
        ("needs[0].domains[0]", "champ-needs-0-text"),
        ("needs", "champ-needs"),
        ("zone[0]", "champ-zone"),
        ("zone[1]", "champ-zone_more"),
        ("radius_km", "champ-radius_km"),
        ("domains[0]", "champ-domains"),
    ],
)
def test_a_problem_stands_beside_its_field_and_in_the_summary(place: str, element: str) -> None:
    typed = {
        **{"needs.0.text": ["Un"], "needs.1.text": [" "], "needs.2.text": ["Deux"]},
        **{"zone": ["department:95"], "zone_more": ["Nulle part"]},
    }
    form = ProfileForm.read(EDITED, typed, own=True)
    html = shown(form.refused([FieldProblem(place, "C’est faux.")]))
    assert f'<a href="#{element}">' in html
    tag = re.search(rf'<[^>]* id="{element}"[^>]*>', html)
    assert tag is not None
    described = re.search(r'aria-describedby="([^"]+)"', tag[0])
    assert described is not None
    last = described[1].split()[-1]
    assert f'<p class="error" id="{last}">C’est faux.</p>' in html
    assert 'aria-invalid="true"' in tag[0]


@pytest.mark.parametrize("place", [None, "", "id", "nulle[part", "source"])
def test_a_problem_of_no_field_is_said_at_the_top(place: str | None) -> None:
    form = ProfileForm.of(EDITED, own=True).refused([FieldProblem(place, "C’est faux.")])
    html = shown(form)
    assert "<li>C’est faux.</li>" in html
    assert "Un point est à corriger" in html


def test_whatever_is_typed_comes_back_inert() -> None:
    names = ["name", "organization", "email", "commune", "radius_km", "description", "zone_more"]
    typed = {name: [HOSTILE] for name in names}
    typed |= {name: [HOSTILE] for name in ("zone", "domains", "publics", "known")}
    typed |= {f"needs.0.{part}": [HOSTILE] for part in ("text", "expires", "domains", "publics")}
    form = ProfileForm.read(EDITED, typed, own=True)
    html = shown(form.refused([FieldProblem("name", HOSTILE)]))
    assert "<script" not in html
    again = sent(html)
    for name in (*names, "zone", "needs.0.text", "needs.0.domains", "needs.0.expires"):
        assert again[name] == [HOSTILE], name


def test_a_thousand_rows_and_odd_names_are_read_quickly() -> None:
    typed = {f"needs.{number}.text": ["Un lieu"] for number in range(1_000)}
    typed |= {"needs.99999999999.text": ["x"], "needs.-1.text": ["x"], "needs.text": ["x"]}
    form = ProfileForm.read(EDITED, typed, own=True)
    assert len(form.values()["needs"]) == 1_000

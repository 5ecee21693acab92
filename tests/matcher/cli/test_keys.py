"""Keys, links and the audit log on the command line; and what is not opened to a network."""

import re
from typing import Any

import pytest

from matcher.access.exposure import check_exposure
from matcher.errors import InvalidInput
from matcher.settings import Settings


def test_a_key_is_shown_whole_once_alone_on_standard_output(synergies: Any) -> None:
    made = synergies("keys", "create", "--role", "portal", "--label", "portail")
    assert made.code == 0
    key = made.out.strip()
    assert re.fullmatch(r"syn_[a-z0-9]{8}_[\w-]{43}", key)
    assert key not in made.err

    listed = synergies("keys", "list").out
    assert key[:12] in listed
    assert key not in listed
    assert "portail" in listed


def test_a_coordinator_gets_every_departement_of_its_territories(synergies: Any) -> None:
    made = synergies(
        *("keys", "create", "--role", "coordinator", "--department", "Val d'Oise"),
        *("--epci", "CA Roissy Pays de France", "--json"),
    ).json
    assert made["departments"] == ["77", "95"]
    region = synergies("keys", "create", "--role", "coordinator", "--region", "Bretagne", "--json")
    assert region.json["departments"] == ["22", "29", "35", "56"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--role", "coordinator"],
        ["--role", "portal", "--department", "95"],
        ["--role", "coordinator", "--department", "Nulle-Part"],
        ["--role", "roi"],
        [],
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(synergies: Any, wrong: list[str]) -> None:
    ran = synergies("keys", "create", *wrong)
    assert (ran.code, ran.out) == (2, "")
    assert "keys." not in synergies("keys", "list").err


def test_a_key_is_revoked_once(synergies: Any) -> None:
    key = synergies("keys", "create", "--role", "admin").out.strip()
    assert synergies("keys", "revoke", key[:12]).code == 0
    assert synergies("keys", "revoke", key[:12]).code == 2
    assert synergies("keys", "revoke", "syn_absent00").code == 2


def test_the_log_tells_of_keys_without_what_opens(synergies: Any) -> None:
    key = synergies("keys", "create", "--role", "admin").out.strip()
    told = synergies("audit", "--json")
    assert next(entry["what"] for entry in told.json["entries"]) == "key-create"
    assert told.json["entries"][0]["details"]["key"] == key[:12]
    assert key not in told.out
    assert key[:12] not in synergies("audit", "--since", "2999-01-01").out
    assert synergies("audit", "--since", "hier").code == 2


def test_a_link_is_signed_for_an_actor_that_exists(synergies: Any) -> None:
    assert synergies("link", "personne").code == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org", ""])
def test_serving_a_network_without_keys_must_be_said(host: str) -> None:
    with pytest.raises(InvalidInput, match="open-to-everybody"):
        check_exposure(host, Settings())
    check_exposure(host, Settings.from_environment({"SYNERGIES_AUTH": "off"}))
    check_exposure(host, Settings.from_environment({"SYNERGIES_AUTH": "on"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_serving_this_machine_needs_no_keys(host: str) -> None:
    check_exposure(host, Settings())

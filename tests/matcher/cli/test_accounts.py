"""Accounts on the command line: opened, listed, changed, ended, and a link without a mail."""

import re
from typing import Any

import pytest

ME = "coordination@exemple.fr"
ADD = ("accounts", "add", ME, "--role", "coordinator", "--department", "95")


def test_an_account_is_opened_listed_changed_and_ended(synergies: Any) -> None:
    made = synergies(*ADD, "--json").json
    assert made["departments"] == ["95"]
    assert made["id"].startswith("acc_")
    changed = ("accounts", "change", ME, "--role", "coordinator", "--region", "Bretagne")
    assert synergies(*changed).code == 0
    listed = synergies("accounts", "list").out
    assert all(told in listed for told in (ME, "coordinator", "22 29 35 56", made["id"]))
    assert synergies("accounts", "end", ME.upper()).code == 0
    assert synergies("accounts", "end", ME).code == 2
    assert synergies("accounts", "change", ME, "--role", "admin").code == 2


def test_an_ended_account_is_opened_again_under_its_name_in_the_log(synergies: Any) -> None:
    made = synergies(*ADD, "--json").json
    synergies("accounts", "end", ME)
    again = synergies("accounts", "add", ME, "--role", "admin", "--json").json
    assert (again["id"], again["role"], again["departments"]) == (made["id"], "admin", [])
    assert again["ended"] is None


def test_an_address_has_one_account(synergies: Any) -> None:
    assert synergies(*ADD).code == 0
    twice = synergies("accounts", "add", f" {ME.title()}", "--role", "admin")
    assert twice.code == 2
    assert "accounts change" in twice.err


@pytest.mark.parametrize(
    "wrong",
    [
        [ME, "--role", "coordinator"],
        [ME, "--role", "admin", "--department", "95"],
        [ME, "--role", "coordinator", "--department", "Nulle-Part"],
        [ME, "--role", "portal"],
        ["personne", "--role", "admin"],
        ["a@b.fr\nBcc: x@y.fr", "--role", "admin"],
        [ME],
        [],
    ],
)
def test_an_account_that_makes_no_sense_is_not_opened(synergies: Any, wrong: list[str]) -> None:
    ran = synergies("accounts", "add", *wrong)
    assert (ran.code, ran.out) == (2, "")
    assert ME not in synergies("accounts", "list").out


def test_a_link_is_printed_alone_and_is_not_in_the_log(synergies: Any) -> None:
    synergies(*ADD)
    made = synergies("accounts", "link", ME, BASE_URL="https://synergies.test/", AUTH="on")
    link = made.out.strip()
    assert re.fullmatch(r"https://synergies\.test/connexion/[\w-]{43}", link)
    assert link not in made.err
    told = synergies("audit", "--json")
    assert told.json["entries"][0]["what"] == "account-link"
    assert link[-43:] not in told.out
    assert ME not in told.out
    assert synergies("accounts", "link", "autre@exemple.fr").code == 2


def test_where_nobody_needs_to_sign_in_the_link_says_so(synergies: Any) -> None:
    synergies(*ADD)
    assert "SYNERGIES_AUTH=on" in synergies("accounts", "link", ME).err

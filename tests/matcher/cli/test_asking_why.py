"""`synergies why-not` explains what is missing from a list, for a person and for a program."""

from typing import Any

import pytest

HOTEL, FAR = "ts-argenteuil-hotel-01", "es-marseille-garage-01"
PAIR = ("--actor", HOTEL, "--partner", FAR)


def flat(text: str) -> str:
    """Printed text without its line breaks, with plain spaces."""
    return " ".join(text.split())


def test_what_is_in_the_way_is_told_in_french(fixtures_read_only: Any) -> None:
    ran = fixtures_read_only("why-not", *PAIR)
    assert (ran.code, ran.err) == (0, "")
    first, *reasons = ran.out.splitlines()
    assert "n’est pas proposé à Équipe Passerelles hôtel (fictif)." in first
    assert reasons[0].startswith("  • Ils sont à ")
    assert "c’est trop loin" in flat(ran.out)


def test_a_territory_asked_for_is_told_too(fixtures_read_only: Any) -> None:
    ran = fixtures_read_only("why-not", *PAIR, "--department", "Val d'Oise")
    assert "n’intervient pas dans le territoire demandé" in flat(ran.out)


def test_who_is_in_the_list_is_told_its_rank(fixtures_read_only: Any) -> None:
    ask = ("--actor", HOTEL, "--department", "95")
    items = fixtures_read_only("recommend", *ask, "--json").json["items"]
    for rank, item in enumerate(items[:3], 1):
        ran = fixtures_read_only("why-not", *ask, "--partner", item["partner"]["id"], "--json")
        assert (ran.json["proposed"], ran.json["rank"]) == (True, rank)
    assert "en tête de liste" in flat(
        fixtures_read_only("why-not", *ask, "--partner", items[0]["partner"]["id"]).out
    )


def test_json_holds_codes_and_sentences_and_nothing_else(fixtures_read_only: Any) -> None:
    ran = fixtures_read_only("why-not", *PAIR, "--json")
    assert (ran.code, ran.err) == (0, "")
    answer = ran.json
    assert (answer["actor"]["id"], answer["partner"]["id"]) == (HOTEL, FAR)
    assert answer["proposed"] is False
    assert answer["rank"] is None
    assert "too_far" in {reason["code"] for reason in answer["reasons"]}
    assert all(reason["text"] for reason in answer["reasons"])


def test_the_language_of_the_settings_is_spoken(fixtures_read_only: Any) -> None:
    ran = fixtures_read_only("why-not", *PAIR, LANGUAGE="en")
    assert "why_not." not in ran.out
    assert "n’est pas proposé" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--actor", HOTEL, "--partner", "nobody"), "nobody"),
        (("--actor", "nobody", "--partner", FAR), "nobody"),
        (("--actor", HOTEL, "--partner", HOTEL), ""),
        (("--actor", HOTEL), "--partner"),
        ((*PAIR, "--department", "pas un lieu"), "pas un lieu"),
    ],
)
def test_a_question_that_has_no_answer_is_refused_in_one_line(
    fixtures_read_only: Any, one_line: Any, arguments: tuple[str, ...], said: str
) -> None:
    ran = fixtures_read_only("why-not", *arguments)
    assert ran.code == 2
    assert said in one_line(ran)


def test_who_runs_the_installation_is_told_that_somebody_refuses(
    fixtures_read_only: Any, one_line: Any
) -> None:
    refused = fixtures_read_only("why-not", "--actor", HOTEL, "--partner", "ts-osny-mjpm-01")
    assert "ne souhaite pas être rapprochée" in one_line(refused)


def test_its_help_shows_how_to_ask(synergies: Any) -> None:
    out = synergies("why-not", "--help").out
    assert "Exemples" in out
    assert all(option in out for option in ("--actor", "--partner", "--department", "--json"))

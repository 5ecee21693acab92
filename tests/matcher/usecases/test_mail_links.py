"""A link in a mail says one thing, for one purpose, until a day."""

from datetime import UTC, datetime, timedelta

import pytest

from matcher.access.links import read_link
from matcher.usecases.mail_links import AnswerLink, MailLinks, read_answer, read_stop

SECRET = b"sixteen bytes and more"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SAID = AnswerLink("es-1", "ts-1", "ts-1", "accepted")
LINKS = MailLinks("https://synergies.test", SECRET, NOW)


def token_of(address: str, path: str) -> str:
    assert address.startswith(f"https://synergies.test{path}/")
    return address.rpartition("/")[2]


def test_an_answer_says_whose_of_which_pair_and_what() -> None:
    token = token_of(LINKS.answer(SAID), "/reponses")
    assert read_answer(SECRET, token, NOW) == SAID


def test_a_link_opens_nothing_but_its_purpose() -> None:
    answer = token_of(LINKS.answer(SAID), "/reponses")
    stop = token_of(LINKS.stop("ts-1"), "/desinscription")
    mine = token_of(LINKS.my_data("ts-1"), "/mes-donnees")
    assert read_stop(SECRET, stop, NOW) == read_link(SECRET, mine, NOW) == "ts-1"
    assert {read_stop(SECRET, token, NOW) for token in (answer, mine, "", "x.y")} == {None}
    assert {read_answer(SECRET, token, NOW) for token in (stop, mine, "", "x.y")} == {None}
    assert {read_link(SECRET, token, NOW) for token in (stop, answer)} == {None}


@pytest.mark.parametrize("days", [181, 3 * 365 + 1])
def test_a_link_runs_out(days: int) -> None:
    later = NOW + timedelta(days=days)
    assert read_answer(SECRET, token_of(LINKS.answer(SAID), "/reponses"), later) is None
    stopped = read_stop(SECRET, token_of(LINKS.stop("ts-1"), "/desinscription"), later)
    assert stopped == ("ts-1" if days == 181 else None)


def test_another_secret_or_one_changed_sign_ends_it() -> None:
    token = token_of(LINKS.answer(SAID), "/reponses")
    assert read_answer(b"another secret of the same", token, NOW) is None
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    assert read_answer(SECRET, changed, NOW) is None

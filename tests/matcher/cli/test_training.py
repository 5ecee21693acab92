"""``synergies train``: what it promises, what stops it, and what it says at the end."""

from typing import Any

import pytest

from matcher.terminal import Terminal
from matcher.usecases.train import Training
from matcher.wording.words import Words

ALIKE = "Tout est identique à ce qui est installé, à l’octet près."
NOT_KEPT = "Rien n’est remplacé ; --keep installe les nouveaux fichiers."
KEPT = "Les nouveaux fichiers ont pris la place des anciens."
MOVED = (("fitted.json", "/match/dense (0.25)"), ("themes.npz", "absent"))


def test_help_says_what_is_learned_again_and_that_nothing_is_replaced(synergies: Any) -> None:
    ran = synergies("train", "--help")
    told = _words(ran.out)
    assert (ran.code, ran.err) == (0, "")
    for promise in ("constantes de l’appariement", "Sans --keep, rien n’est remplacé", "--keep"):
        assert promise in told


def test_the_help_of_the_command_line_lists_it(synergies: Any) -> None:
    assert any("train" in line.split() for line in synergies("--help").out.splitlines())


@pytest.mark.parametrize("options", [(), ("--keep",)])
def test_without_the_weights_one_line_says_how_to_get_them(
    synergies: Any, one_line: Any, options: tuple[str, ...]
) -> None:
    ran = synergies("train", *options, MODEL="")
    assert ran.code == 1
    assert "make model" in one_line(ran)


def test_an_option_that_does_not_exist_is_wrong_usage(synergies: Any) -> None:
    ran = synergies("train", "--garder")
    assert ran.code == 2
    assert "--garder" in ran.err


@pytest.mark.parametrize("kept", [False, True])
def test_a_training_that_gives_the_same_says_so_and_nothing_else(
    capsys: pytest.CaptureFixture[str], kept: bool
) -> None:
    assert _shown(Training((), kept), capsys) == [ALIKE]


@pytest.mark.parametrize(("kept", "end"), [(False, NOT_KEPT), (True, KEPT)])
def test_a_training_that_differs_says_in_what_and_whether_it_is_installed(
    capsys: pytest.CaptureFixture[str], kept: bool, end: str
) -> None:
    assert _shown(Training(MOVED, kept), capsys) == [
        "fitted.json diffère : /match/dense (0.25)",
        "themes.npz diffère : absent",
        end,
    ]


def _shown(training: Training, capsys: pytest.CaptureFixture[str]) -> list[str]:
    Terminal(Words("fr")).show_training(training)
    captured = capsys.readouterr()
    assert captured.err == ""
    return [_words(line) for line in captured.out.splitlines()]


def _words(text: str) -> str:
    """As it is read: one space, of any kind, between two words."""
    return " ".join(text.split())

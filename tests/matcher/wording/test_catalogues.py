"""Every code that can reach a person has words, alike in both languages and set as French wants."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from matcher.engine.profiles import Kind
from matcher.engine.reasons import SynergyKind
from matcher.wording.words import LANGUAGES, Words

ROOT = Path(__file__).parents[3]
LOCALES = ROOT / "matcher" / "wording" / "locales"
SOURCES = sorted(
    path for room in ("matcher", "models", "api") for path in (ROOT / room).rglob("*.py")
)
ERRORS = {"InvalidInput", "NotFound", "UnusableFile", "NotReady"}
SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
GLUED = "https?:|sqlite:|postgresql:|{host}:{port}|/ \\? # %"
"""Marks that are part of an address or of a list of characters, not of a sentence."""


def catalogue(language: str) -> dict[str, str]:
    with (LOCALES / f"{language}.po").open("rb") as stream:
        messages = read_po(stream, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id}


FRENCH, ENGLISH = catalogue("fr"), catalogue("en")


def calls_of(names: set[str], *, rooms: tuple[str, ...] = ("",)) -> set[str]:
    """First arguments, where they are plain words, of every call of these functions."""
    found = set()
    for path in SOURCES:
        if not str(path.relative_to(ROOT)).startswith(rooms):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in names:
                found |= set(_texts(node.args[:1]))
    return found


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    """The texts that an expression can be: itself, or either side of a choice."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _texts([node.body, node.orelse])


def test_both_languages_say_the_same_things() -> None:
    assert set(LANGUAGES) == {path.stem for path in LOCALES.glob("*.po")}
    assert set(FRENCH) == set(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty_and_none_is_given_twice(language: str) -> None:
    assert all(text.strip() for text in catalogue(language).values())
    lines = (LOCALES / f"{language}.po").read_text(encoding="utf-8").splitlines()
    codes = [line for line in lines if line.startswith("msgid ")]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", sorted(FRENCH))
def test_both_languages_fill_the_same_places(code: str) -> None:
    places = [set(re.findall(r"{(\w+)}", text[code])) for text in (FRENCH, ENGLISH)]
    assert places[0] == places[1]


def test_every_error_that_is_raised_has_words() -> None:
    codes = calls_of(ERRORS) | calls_of({"refuse"}, rooms=("api",))
    codes -= {code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)}
    assert len(codes) > 40
    assert {c for c in codes if not {f"error.{c}", f"import.{c}"} & set(FRENCH)} == set()


def test_every_problem_of_a_row_has_words() -> None:
    names = {"found", "PydanticCustomError", "_found", "problem"}
    codes = calls_of(names, rooms=("matcher/store/importers",))
    codes = {code for code in codes if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|required", code)}
    assert len(codes) > 20
    assert {code for code in codes if f"import.{code}" not in FRENCH} == set()


def test_every_message_that_is_asked_for_by_name_has_words() -> None:
    codes = {code for code in calls_of({"say"}) if "." in code}
    assert len(codes) > 10
    assert codes - set(FRENCH) == set()


def test_every_reason_and_every_advice_has_words() -> None:
    reasons = calls_of({"Reason"}, rooms=("matcher/engine",))
    source = (ROOT / "matcher" / "usecases" / "advise.py").read_text(encoding="utf-8")
    advice = set(re.findall(r'\("([a-z-]+)"', source)) | set(
        re.findall(r'yield "([a-z-]+)"', source)
    )
    assert len(reasons) >= 5
    assert len(advice) >= 6
    missing = {f"reason.{code}" for code in reasons} | {f"advice.{code}" for code in advice}
    assert missing - set(FRENCH) == set()


def test_every_kind_and_every_word_for_a_score_is_there() -> None:
    codes = {f"kind.{kind.value}" for kind in Kind} | {
        f"synergy.{kind.value}" for kind in SynergyKind
    }
    codes |= {f"score.{word}" for word in ("high", "good", "fair", "low")}
    codes |= {f"availability.{state}" for state in ("full", "limited", "available")}
    assert codes - set(FRENCH) == set()


def test_an_unknown_code_is_said_as_it_is() -> None:
    assert Words().say("error.never-seen") == "error.never-seen"


@pytest.mark.parametrize("code", sorted(FRENCH))
def test_french_is_set_as_french(code: str) -> None:
    text = re.sub(GLUED, "", FRENCH[code])
    assert "'" not in text
    assert not re.search(f"[^{SPACES}][;!»]", text)
    assert not re.search(f"[^{SPACES}]\\?", text)
    assert not re.search(f"[^{SPACES}]:(?!//)", text)
    assert not re.search(f"«[^{SPACES}]", text)
    assert '"' not in text
    assert "..." not in text

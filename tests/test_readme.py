"""README does not lie: its commands parse, its links lead somewhere, its targets exist."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from matcher.cli import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
INLINE = re.findall(r"`(synergies [^`]+)`", TEXT)
VERBS = {
    command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands
}


def command_lines() -> list[str]:
    """Lines of shell blocks without their comments, continued lines joined."""
    joined = "".join(BLOCKS).replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip()]


def synergies_lines() -> list[str]:
    typed = [line for line in command_lines() if line.startswith("synergies ")]
    return [*typed, *(line for line in INLINE if "--" in line)]


@pytest.mark.parametrize("line", synergies_lines())
def test_a_command_of_readme_is_understood(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With --help behind it, everything in front is resolved and nothing runs."""
    words = shlex.split(line, comments=True)[1:]
    assert app([*words, "--help"], standalone_mode=False, prog_name="synergies") == 0
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    command = typer.main.get_command(app)
    for word in words:
        command = getattr(command, "commands", {}).get(word, command)
    known = command.params
    assert options <= {option for parameter in known for option in parameter.opts}
    capsys.readouterr()


def test_readme_shows_commands_and_every_verb() -> None:
    assert len(synergies_lines()) >= 5
    assert {verb for verb in VERBS if f"synergies {verb}" not in TEXT} == set()


def test_every_target_of_make_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", TEXT, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named - targets == set()


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", TEXT)]
    inside = {link for link in links if link and "://" not in link}
    assert inside
    assert {link for link in inside if not (ROOT / link).exists()} == set()


def test_every_setting_that_is_read_is_described() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "matcher").glob("*.py"))
    read = {f"SYNERGIES_{name}" for name in re.findall(r'read\("([A-Z_]+)"', code)}
    read |= set(re.findall(r'"(SYNERGIES_[A-Z_]+)"', code))
    assert len(read) >= 5
    assert {name for name in read if name not in TEXT} == set()


def test_every_address_asked_with_curl_is_a_route() -> None:
    paths = set(re.findall(r"http://127\.0\.0\.1:\d+(/[a-z/]+)", "".join(BLOCKS)))
    routes = (ROOT / "tests" / "api" / "openapi.json").read_text(encoding="utf-8")
    assert paths
    assert {path for path in paths if f'"{path}"' not in routes} == set()

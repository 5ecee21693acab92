"""What an installed wheel needs is declared: automatic discovery does not see these packages."""

import tomllib
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = set(PROJECT["tool"]["setuptools"]["packages"])
PATTERNS = PROJECT["tool"]["setuptools"]["package-data"]["*"]
PACKAGES = ("api", "data", "matcher", "models")
NOT_READ_AT_RUN_TIME = ("models.cards", "data.labelled")


def dotted(folder: Path) -> str:
    return ".".join(folder.relative_to(ROOT).parts)


def holding(pattern: str) -> set[str]:
    """Folders of ours with such files, as packages."""
    files = (path for name in PACKAGES for path in (ROOT / name).rglob(pattern))
    return {dotted(path.parent) for path in files if "__pycache__" not in path.parts}


def test_every_folder_of_code_is_declared_and_every_declared_package_is_there() -> None:
    assert holding("*.py") - DECLARED == set()
    assert {name for name in DECLARED if not (ROOT / name.replace(".", "/")).is_dir()} == set()


@pytest.mark.parametrize("package", sorted(DECLARED))
def test_every_file_of_a_package_is_taken_along(package: str) -> None:
    files = (path for path in (ROOT / package.replace(".", "/")).iterdir() if path.is_file())
    left = {
        path.name
        for path in files
        if path.suffix not in {".py", ".pyc"} and not any(fnmatch(path.name, p) for p in PATTERNS)
    }
    assert left == set()


def test_folders_of_data_are_declared_too() -> None:
    left = {name for name in holding("*.*") if not name.startswith(NOT_READ_AT_RUN_TIME)}
    assert left - DECLARED == set()


def test_the_command_leads_to_a_function() -> None:
    module, _, function = PROJECT["project"]["scripts"]["synergies"].partition(":")
    assert callable(getattr(__import__(module, fromlist=[function]), function))


def test_what_is_imported_is_declared_with_a_lower_bound() -> None:
    for requirement in PROJECT["project"]["dependencies"]:
        assert any(sign in requirement for sign in (">=", "==")), requirement


def test_what_is_pinned_for_an_installation_is_what_is_asked_for() -> None:
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    assert version("torch").partition("+")[0] in pinned
    assert "torch==2.13.0" in PROJECT["project"]["dependencies"]

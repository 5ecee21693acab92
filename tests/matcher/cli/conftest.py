"""The command line as a person runs it, in this process where that changes nothing."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from matcher.cli import main

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "data" / "fixtures" / "actors.jsonl"


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


class Shell:
    """Runs ``synergies`` with an environment of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)

    def __call__(self, *arguments: object, **settings: str) -> Ran:
        """Run one command in this process; ``settings`` are ``SYNERGIES_*`` for it alone."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.environment | settings).items():
                patch.setenv(f"SYNERGIES_{name}", value)
            patch.setattr(sys, "argv", ["synergies", *map(str, arguments)])
            with (
                redirect_stdout(out),
                redirect_stderr(err),
                pytest.raises(SystemExit) as left,
            ):
                main()
        assert "Traceback" not in err.getvalue()
        return Ran(int(left.value.code or 0), out.getvalue(), err.getvalue())

    def started(self, *arguments: object, **pipes: Any) -> "subprocess.Popen[bytes]":
        """Start a command as a process of its own."""
        settings = {
            name if name.startswith("PYTHON") else f"SYNERGIES_{name}": value
            for name, value in self.environment.items()
        }
        command = [sys.executable, "-m", "matcher.cli", *map(str, arguments)]
        # Whoever runs the suite in the background ignores Ctrl-C, and so would what it starts.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return subprocess.Popen(command, env=settings, cwd=ROOT, **pipes)
        finally:
            signal.signal(signal.SIGINT, before)


def shell_on(file: Path) -> Shell:
    """A shell whose database is ``file`` and whose encoder needs no model."""
    return Shell(
        {
            "DATABASE_URL": f"sqlite:///{file}",
            "MODEL": "hashing",
            "MODEL_DIR": str(file.parent / "no-model"),
            "LANGUAGE": "fr",
            "DEBUG": "",
        }
    )


@pytest.fixture
def synergies(tmp_path: Path) -> Shell:
    """The command line on a database that does not exist yet."""
    return shell_on(tmp_path / "synergies.db")


@pytest.fixture(scope="session")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "synergies.db"
    shell = shell_on(file)
    assert shell("import", FIXTURES).code == 0
    assert shell("recommend", "--department", "95", "--limit", "1").code == 0
    return file


@pytest.fixture(scope="session")
def fixtures_read_only(_imported: Path) -> Shell:
    """The command line on the fixtures, for tests that change nothing."""
    return shell_on(_imported)


@pytest.fixture
def fixtures(_imported: Path, tmp_path: Path) -> Shell:
    """The command line on a copy of the fixtures that a test may change."""
    for suffix in ("", "-wal"):
        if (source := _imported.with_name(_imported.name + suffix)).exists():
            copyfile(source, tmp_path / f"synergies.db{suffix}")
    return shell_on(tmp_path / "synergies.db")


@pytest.fixture(scope="session")
def real_model(model_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The command line on the fixtures with the prepared encoder."""
    file = tmp_path_factory.mktemp("real") / "synergies.db"
    shell = shell_on(file)
    shell.environment |= {"MODEL": "", "MODEL_DIR": str(model_directory)}
    assert shell("import", FIXTURES).code == 0
    return shell


@pytest.fixture(scope="session")
def one_line() -> Callable[[Ran], str]:
    """Check that a failed command said one clear line on stderr and nothing on stdout."""
    return _one_line


def _one_line(ran: Ran) -> str:
    lines = ran.err.splitlines()
    assert ran.code in {1, 2}
    assert ran.out == ""
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("synergies : ")
    assert not lines[0].startswith(("synergies : error.", "synergies : import."))
    return lines[0].removeprefix("synergies : ")

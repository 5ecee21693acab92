"""What suites count is added up over processes and held against what they promise."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.counting import PROMISES, Promise, lines_of, not_kept

ROOT = Path(__file__).parents[1]
ENOUGH = {f"{one.suite}/{one.what}": one.least for one in PROMISES}
COUNTED = """
import pytest

@pytest.mark.parametrize("number", range(8))
def test_some_probes(number, count, tell):
    count("scope", probes=20_000, rows_of_others=number == 7)
    tell("20000 probes")
"""


@pytest.mark.parametrize(
    ("promise", "count", "kept"),
    [
        (Promise("a", "probes", least=10), 10, True),
        (Promise("a", "probes", least=10), 9, False),
        (Promise("a", "lost", most=0), 0, True),
        (Promise("a", "lost", most=0), 1, False),
        (Promise("a", "cases"), 0, True),
    ],
)
def test_a_promise_is_a_least_or_a_most(promise: Promise, count: int, kept: bool) -> None:
    assert promise.is_kept(count) is kept


def test_a_whole_run_breaks_a_promise_that_it_did_not_try() -> None:
    assert not_kept(ENOUGH) == []
    assert not_kept(ENOUGH | {"privacy/canary_bytes_left": 1})[0].what == "canary_bytes_left"
    without_fuzz = {name: n for name, n in ENOUGH.items() if not name.startswith("fuzz/")}
    assert {one.suite for one in not_kept(without_fuzz)} == {"fuzz"}


def test_a_suite_is_one_line_and_a_quick_run_tells_only_of_those_that_counted() -> None:
    [line] = lines_of({"scope/probes": 350}, whole=False)
    assert line.split() == "scope 350 probes, 0 rows of others (at most 0)".split()
    whole = list(lines_of({"scope/probes": 102_010}, whole=True))
    assert len(whole) == len({one.suite for one in PROMISES})
    assert "102,010 probes (at least 100,000)" in whole[0]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_counts_of_all_processes_are_added_and_fail_a_run_that_breaks_a_promise(
    tmp_path: Path, processes: str
) -> None:
    (tmp_path / "test_some.py").write_text(COUNTED)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow: long\n")
    options = ["-p", "tests.counting", "--promises", "-n", processes, "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "8 passed" in done.stdout
    assert "160,000 probes (at least 100,000), 1 rows of others (at most 0)" in done.stdout
    assert "NOT KEPT  scope: 1 rows of others" in done.stdout
    assert "NOT KEPT  fuzz: 0 cases with a key (at least 40,000)" in done.stdout
    assert "NOT KEPT  scope: 160,000" not in done.stdout
    assert done.returncode == 1

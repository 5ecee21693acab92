"""What the suites count, told after a run and held against what they promise.

A test gives its numbers to ``count``. They add up over the tests of a suite and over the processes
that run them side by side. `make test-all` asks for ``--promises``: a suite that has not tried
enough, or of which a test was left out, then fails the run like a test.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Promise:
    """How many there are of something: ``least`` in `make test-all`, ``most`` in every run."""

    suite: str
    what: str
    least: int = 0
    most: int | None = None

    def is_kept(self, count: int) -> bool:
        """Whether a whole run that counted so many keeps it."""
        return self.least <= count and (self.most is None or count <= self.most)

    def told(self, count: int, *, whole: bool) -> str:
        """The count in words, beside what was promised where there is a promise."""
        promised = f" (at least {self.least:,})" if whole and self.least else ""
        promised += f" (at most {self.most:,})" if self.most is not None else ""
        return f"{count:,} {self.what.replace('_', ' ')}{promised}"


PROMISES = (
    Promise("scope", "probes", least=100_000),
    Promise("scope", "rows_of_others", most=0),
    Promise("fuzz", "cases_with_a_key", least=40_000),
    Promise("fuzz", "cases_without_one"),
    Promise("fuzz", "hostile_bodies", least=200),
    Promise("fuzz", "answers_5xx", most=0),
    Promise("crash", "kills_stops_and_cuts", least=1_000),
    Promise("crash", "refused_by_the_disk", least=20),
    Promise("crash", "acknowledged_changes_looked_for", least=20_000),
    Promise("crash", "lost", most=0),
    Promise("crash", "damaged_stores", most=0),
    Promise("mail", "sent_under_kills", least=40_000),
    Promise("mail", "kills", least=400),
    Promise("mail", "lost", most=0),
    Promise("mail", "doubled", most=0),
    Promise("index", "runs", least=2_000),
    Promise("index", "comparisons_with_the_store", least=2_000),
    Promise("index", "differences", most=0),
    Promise("privacy", "searches", least=10),
    Promise("privacy", "bytes_searched", least=10_000_000),
    Promise("privacy", "canary_bytes_left", most=0),
    Promise("privacy", "questions_after_a_refusal", least=10_000),
    Promise("privacy", "appearances", most=0),
    Promise("privacy", "purges_killed", least=10),
    Promise("privacy", "rows_wrongly_gone_or_kept", most=0),
    Promise("pages", "looks_by_axe", least=48),
    Promise("pages", "violations", most=0),
    Promise("tokens", "forged", least=100_000),
    Promise("tokens", "accepted", most=0),
)
LINES = pytest.StashKey[list[str]]()
SUMS = pytest.StashKey[Counter[str]]()
Count = Callable[..., None]


def not_kept(sums: Mapping[str, int]) -> list[Promise]:
    """The promises that a whole run with these numbers (``suite/what``) breaks."""
    return [one for one in PROMISES if not one.is_kept(_sum(sums, one))]


def lines_of(sums: Mapping[str, int], *, whole: bool) -> Iterable[str]:
    """One line for each suite that counted; in a whole run, for those that did not either."""
    width = max(len(one.suite) for one in PROMISES)
    for suite in dict.fromkeys(one.suite for one in PROMISES):
        mine = [one for one in PROMISES if one.suite == suite]
        if whole or any(f"{suite}/{one.what}" in sums for one in mine):
            told = ", ".join(one.told(_sum(sums, one), whole=whole) for one in mine)
            yield f"{suite:<{width}}  {told}"


def _sum(sums: Mapping[str, int], promise: Promise) -> int:
    return sums.get(f"{promise.suite}/{promise.what}", 0)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say in words what a test did; all of it is told after the run."""
    lines = request.config.stash.setdefault(LINES, [])
    return lambda text: lines.append(f"{request.node.name}: {text}")


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Count:
    """Add to the numbers of a suite, before they are asserted: ``count("scope", probes=10)``."""
    sums = request.config.stash.setdefault(SUMS, Counter())
    known = {f"{one.suite}/{one.what}" for one in PROMISES}

    def add(suite: str, **numbers: int) -> None:
        named = {f"{suite}/{what}": int(number) for what, number in numbers.items()}
        assert named.keys() <= known, "no such number: tests/counting.py lists them"
        for name, number in named.items():
            sums[name] += number

    return add


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--promises``."""
    told = "fail where a suite counted less than it promises, as `make test-all` does"
    parser.addoption("--promises", action="store_true", help=told)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin a whole run with what takes longest, so that no process is left alone with it."""
    if config.getoption("--promises"):
        items.sort(key=_minutes, reverse=True)


def _minutes(item: pytest.Item) -> float:
    marks = [mark.kwargs.get("minutes", 0.1) for mark in item.iter_markers("slow")]
    return float(max(marks, default=0.0))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what was counted to the process that tells it, or hold it against the promises."""
    sums: Counter[str] = session.config.stash.setdefault(SUMS, Counter())
    handed: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["lines"] = session.config.stash.setdefault(LINES, [])
        handed["sums"] = dict(sums)
        return
    broken = session.config.getoption("--promises") and not_kept(sums)
    if broken and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what one of several processes counted."""
    handed = getattr(node, "workeroutput", {})
    node.config.stash.setdefault(LINES, []).extend(handed.get("lines", []))
    node.config.stash.setdefault(SUMS, Counter()).update(handed.get("sums", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was counted, in the order of names: the order of tests is drawn by lot."""
    config = terminalreporter.config
    lines, sums = config.stash.setdefault(LINES, []), config.stash.setdefault(SUMS, Counter())
    whole = bool(config.getoption("--promises"))
    if lines:
        terminalreporter.section("counts")
        terminalreporter.write("".join(f"{line}\n" for line in sorted(lines)))
    if sums or whole:
        terminalreporter.section("suites")
        terminalreporter.write("".join(f"{line}\n" for line in lines_of(sums, whole=whole)))
    for broken in not_kept(sums) if whole else ():
        told = f"NOT KEPT  {broken.suite}: {broken.told(_sum(sums, broken), whole=True)}"
        terminalreporter.write_line(told, red=True)

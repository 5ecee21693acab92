"""What a batch of suggestions is asked: for which territory and month, and how much for each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.territory.belonging import departments_within
from matcher.usecases.read_question import read_territory

CAPACITY = 3
"""New contacts a month of whoever has not said how many it takes."""

MOST = 5
"""Suggestions in one mail, whatever capacity was declared: more are not read."""

MINIMUM_SCORE = 0.7
"""The least score of a pair that somebody is written to about: more than a list shows.

A list is looked through, a mail asks for a meeting. docs/operations.md has what was read at several
thresholds.
"""

RECENT_MONTHS = 6
"""For so long a pair that was suggested is not suggested again."""

UNANSWERED_DAYS = 45
"""For so long a suggestion that nobody answered takes its place in a capacity."""


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """Which batch: ``departments`` are typed identifiers, ``None`` for everybody.

    ``month`` is its first day; ``most`` suggestions a mail, ``capacity`` where none is declared.
    """

    territory: str | None
    departments: tuple[str, ...] | None
    month: date
    most: int = MOST
    capacity: int = CAPACITY
    minimum_score: float = MINIMUM_SCORE
    recent_months: int = RECENT_MONTHS
    unanswered_days: int = UNANSWERED_DAYS

    @property
    def run_id(self) -> str:
        """The one name of the batch of a territory and month: it is planned once."""
        return f"{self.month:%Y-%m}-{(self.territory or 'country').replace(':', '-')}"

    @property
    def folder(self) -> str:
        """How its folder is called: ``2026-12-95``."""
        return f"{self.month:%Y-%m}-{(self.territory or 'country').rpartition(':')[2]}"

    @property
    def not_since(self) -> date:
        """The first month whose suggestions are not made again."""
        months = self.month.year * 12 + self.month.month - 1 - self.recent_months
        return date(months // 12, months % 12 + 1, 1)

    @property
    def waiting_since(self) -> date:
        """From when on unanswered suggestions count."""
        return self.month - timedelta(days=self.unanswered_days)


def read_plan_question(
    application: Application,
    territories: Mapping[str, str],
    month: str | None,
    scope: Scope,
    *,
    most: int = MOST,
    capacity: int = CAPACITY,
    minimum_score: float = MINIMUM_SCORE,
) -> PlanQuestion:
    """Read what was typed; ``territories`` holds a ``department`` or a ``region``, or nothing.

    Raises InvalidInput for a value that is wrong, NotFound for a territory out of ``scope``.
    """
    if len(territories) > 1:
        raise InvalidInput("two-territories", pointer="region")
    if not 1 <= most <= 10:
        raise InvalidInput("digest-limit-out-of-range", pointer="limit", maximum=10)
    if not 0 <= capacity <= 100:
        raise InvalidInput("capacity-out-of-range", pointer="capacity", maximum=100)
    if not 0 <= minimum_score <= 1:
        raise InvalidInput("minimum-score-out-of-range", pointer="minimum_score")
    territory, departments = None, None
    for level, typed in territories.items():
        territory = read_territory(application.referential, level, typed)
        departments = departments_within(territory, application.referential)
        if not departments:
            raise InvalidInput("region-without-departments", pointer=level)
    if scope.departments is not None and not set(departments or ("",)) <= set(scope.departments):
        raise NotFound("territory-out-of-scope", pointer="department")
    first = read_month(month, application.today())
    return PlanQuestion(territory, departments, first, most, capacity, minimum_score)


def read_month(typed: str | None, today: date) -> date:
    """The first day of a month, « 2026-12 »; this month where nothing was typed."""
    if typed is None:
        return today.replace(day=1)
    told = re.fullmatch(r"(\d{4})-(\d{2})", typed.strip())
    if not told or not 1 <= int(told[2]) <= 12 or int(told[1]) < 2000:
        raise InvalidInput("month-unreadable", pointer="month", typed=typed[:20])
    first = date(int(told[1]), int(told[2]), 1)
    if first < today.replace(day=1):
        raise InvalidInput("month-past", pointer="month", typed=typed[:20])
    return first

"""Choose who hears about whom this month: the most worth under everybody's capacity."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property

import numpy as np

from matcher.bootstrap import Application
from matcher.engine.assignment import Assignment, Proposals, assign, plain_top
from matcher.engine.batch import Batches
from matcher.engine.best_partners import BestPartners
from matcher.engine.columns import Bools, Positions
from matcher.engine.features import acquainted
from matcher.engine.index import ActorIndex
from matcher.engine.matching import sigmoid
from matcher.store.bounces import suspended
from matcher.store.feedback import APART, MET, pairs_with
from matcher.store.oppositions import MAIL, refusing
from matcher.store.outbox import Caps
from matcher.store.suggestions import (
    Correspondent,
    Pair,
    correspondents,
    count_unanswered,
    last_written,
    suggested_since,
    written_since,
)
from matcher.usecases.find_partners import (
    Progress,
    among,
    find_partners,
    touching,
    unwilling_since,
)
from matcher.usecases.plan_answers import KINDS, PlanReport, choice_of
from matcher.usecases.plan_questions import PlanQuestion
from matcher.usecases.reachable import Correspondence, unmailable
from matcher.usecases.seeing import bounds_of

PARTNERS = 30
"""How many best partners of each are looked at: those of six months, and others in reserve."""


@dataclass(frozen=True)
class Plan:
    """Who is to hear about whom, who is not and why, and how good the choice is.

    ``partners`` gives, for each recipient by id, positions of partners in ``index`` with their
    scores, best first. ``left_out`` gives the code of the reason why a member gets no mail.
    """

    question: PlanQuestion
    index: ActorIndex
    pairs: tuple[tuple[str, str, float], ...]
    partners: Mapping[str, tuple[tuple[int, float], ...]]
    left_out: Mapping[str, str]
    members: Mapping[str, Correspondent]
    report: PlanReport


def plan_digests(
    application: Application,
    question: PlanQuestion,
    progress: Progress = lambda done, total: None,
) -> Plan:
    """Plan one batch; it reads the store and writes nothing.

    Both ends of a pair belong to the territory. Whoever accepts to be matched can be suggested,
    as on the portal; mail goes to those who consented to it. ``progress`` is told pairs done.
    """
    index, version = application.live.whole(application.today())
    batches = Batches(index)
    found = BestPartners.none_yet(len(index.ids), PARTNERS)
    if question.departments is None:
        everybody = np.setdiff1d(np.arange(len(index.ids)), index.gone)
        cut = touching(batches, None)
    else:
        everybody = bounds_of(question.departments, application.referential).members(index)
        cut = among(batches, everybody)
    find_partners(application, batches, cut, found, progress)
    everybody = np.setdiff1d(everybody, unwilling_since(application, index, version))
    return _Planning(question, index, everybody, found, _remembered(application, question)).plan()


@dataclass(frozen=True)
class _Remembered:
    """What the store knows of everybody, of pairs, and of earlier batches."""

    people: Mapping[str, Correspondent]
    apart: frozenset[Pair]
    unanswered: Counter[str]
    mailed: Correspondence


def _remembered(application: Application, question: PlanQuestion) -> _Remembered:
    then = max(application.today(), question.month)
    lately = int(datetime.combine(then, time(), UTC).timestamp()) - Caps().person_days * 86_400
    with application.database.read() as connection:
        return _Remembered(
            correspondents(connection, question.departments),
            pairs_with(connection, (*APART, *MET))
            | suggested_since(connection, question.not_since),
            count_unanswered(connection, question.waiting_since),
            Correspondence(
                refusing(connection, MAIL),
                suspended(connection),
                written_since(connection, lately),
                last_written(connection),
            ),
        )


@dataclass(frozen=True)
class _Planning:
    """One plan while it is made."""

    question: PlanQuestion
    index: ActorIndex
    everybody: Positions
    found: BestPartners
    told: _Remembered

    def plan(self) -> Plan:
        """Propose, assign, and tell what came of it."""
        proposals = self._open
        chosen = assign(proposals)
        ends = proposals.firsts[chosen.chosen], proposals.others[chosen.chosen]
        pairs = [
            (int(one), int(other), float(score))
            for one, other, score in zip(*ends, proposals.worth[chosen.chosen], strict=True)
        ]
        partners: dict[str, list[tuple[int, float]]] = {}
        for one, other, score in pairs:
            for mine, theirs in ((one, other), (other, one)):
                if self._ids[mine] not in self._unmailable:
                    partners.setdefault(self._ids[mine], []).append((theirs, score))
        best_first = {
            name: tuple(sorted(some, key=lambda one: (-one[1], self._ids[one[0]])))
            for name, some in sorted(partners.items())
        }
        left_out = {
            name: self._reason(name) for name in sorted(self.told.people) if name not in partners
        }
        return Plan(
            self.question,
            self.index,
            tuple((self._ids[one], self._ids[other], score) for one, other, score in pairs),
            best_first,
            left_out,
            self.told.people,
            self._report(chosen, len(best_first), left_out),
        )

    @cached_property
    def _ids(self) -> Mapping[int, str]:
        return {int(k): self.index.ids[int(k)] for k in self.everybody}

    @cached_property
    def _whole(self) -> Proposals:
        """Every pair that is worth it, whatever stands against it."""
        rows, ranks = np.nonzero(self.found.partners[self.everybody] >= 0)
        owners = self.everybody[rows]
        partners = self.found.partners[owners, ranks].astype(np.int64)
        worth = sigmoid(self.found.worth[owners, ranks])
        inside = np.isin(partners, self.everybody) & (worth >= self.question.minimum_score)
        sides = np.isin(owners, self._workers)
        firsts = np.where(sides, owners, partners)[inside]
        others = np.where(sides, partners, owners)[inside]
        _, once = np.unique(firsts * len(self.index.ids) + others, return_index=True)
        return Proposals(firsts[once], others[once], worth[inside][once], self._capacity)

    @cached_property
    def _open(self) -> Proposals:
        """Those that may be suggested now: new, to people with room, one of whom can be told."""
        whole = self._whole
        kept = self._new(whole)
        kept &= (self._capacity[whole.firsts] > 0) & (self._capacity[whole.others] > 0)
        silent = np.zeros(len(self.index.ids), dtype=np.bool_)
        silent[[self.index.positions[one] for one in self._unmailable if one in self._here]] = True
        kept &= ~(silent[whole.firsts] & silent[whole.others])
        return Proposals(whole.firsts[kept], whole.others[kept], whole.worth[kept], self._capacity)

    def _new(self, whole: Proposals) -> Bools:
        """Which pairs neither know each other nor were suggested, refused or answered."""
        columns = self.index.columns
        fresh = acquainted(columns, whole.firsts, columns, whole.others) == 0
        apart = [
            (self.index.positions[one], self.index.positions[other])
            for one, other in self.told.apart
            if one in self._here and other in self._here
        ]
        if apart:
            width = len(self.index.ids)
            keys = np.array([[a * width + b, b * width + a] for a, b in apart]).ravel()
            fresh &= ~np.isin(whole.firsts * width + whole.others, keys)
        return np.asarray(fresh)

    @cached_property
    def _here(self) -> frozenset[str]:
        return frozenset(self._ids.values())

    @cached_property
    def _workers(self) -> Positions:
        people = self.told.people
        return np.array(
            [k for k, name in self._ids.items() if name in people and people[name].kind == KINDS[0]]
            or [-1],
            dtype=np.int64,
        )

    @cached_property
    def _capacity(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
        """How many suggestions each may still receive: int32 of shape (actors,)."""
        room = np.zeros(len(self.index.ids), dtype=np.int32)
        for position, name in self._ids.items():
            if name in self.told.people:
                room[position] = self._room(self.told.people[name])
        return room

    def _room(self, one: Correspondent) -> int:
        """The same person under a second profile has none: nobody meets it twice."""
        if self._unmailable.get(one.id) == "same-address":
            return 0
        declared = self.question.capacity if one.capacity is None else one.capacity
        return max(min(declared - self.told.unanswered[one.id], self.question.most), 0)

    @cached_property
    def _unmailable(self) -> Mapping[str, str]:
        """Why some get no mail whatever is found for them, by id."""
        return unmailable(self.told.people, self.told.mailed)

    def _reason(self, name: str) -> str:
        """Why somebody gets no mail: the first thing that would have to change."""
        one, position = self.told.people[name], self.index.positions.get(name)
        if name in self._unmailable:
            return self._unmailable[name]
        if name not in self._here or position is None:
            return "not-indexed"
        if one.capacity == 0 or (one.capacity is None and self.question.capacity == 0):
            return "capacity-zero"
        if self._capacity[position] == 0:
            return "unanswered"
        if position not in self._with(self._whole):
            return "no-partner"
        return "not-chosen" if position in self._with(self._open) else "all-known"

    def _with(self, proposals: Proposals) -> frozenset[int]:
        key = id(proposals)
        if key not in self._ends:
            both = np.union1d(proposals.firsts, proposals.others)
            self._ends[key] = frozenset(both.tolist())
        return self._ends[key]

    @cached_property
    def _ends(self) -> dict[int, frozenset[int]]:
        return {}

    def _report(self, chosen: Assignment, mails: int, left_out: Mapping[str, str]) -> PlanReport:
        proposals = self._open
        alone = assign(proposals, welcome=0)
        mine = choice_of(proposals, chosen.chosen)
        worth_only = choice_of(proposals, alone.chosen)
        cost = 1 - mine.worth / worth_only.worth if worth_only.worth else 0.0
        return PlanReport(
            run=self.question.run_id,
            territory=self.question.territory,
            month=f"{self.question.month:%Y-%m}",
            actors=len(self.told.people),
            proposals=len(proposals.worth),
            mails=mails,
            chosen=mine,
            bound=chosen.bound,
            gap=chosen.gap,
            plain_top=choice_of(proposals, plain_top(proposals)),
            worth_only=worth_only,
            fairness_cost=max(cost, 0.0),
            left_out=dict(sorted(Counter(left_out.values()).items())),
        )

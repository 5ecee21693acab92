"""Which pairs of two tiles may come among the best of one of their ends, judged from afar."""

import math

import numpy as np
from numba import njit

from matcher.engine.columns import Floats, Numbers, Positions, Vectors
from matcher.engine.kernels.ends import Answers, Compared, Ends, Ground, Weighing

NEXT_NEED = 0.15
"""As in ``answers``: a kernel of one file knows nothing of another's."""

SUREST = 0.999
SLACK = 2e-4
"""Nats that what is said here may be off by, rounding included."""

BOTH_COVERED, COVERED = 0.75, 0.6
SAME_CATEGORY, UNKNOWN_DOMAIN = 0.5, 0.4

STEPS, FIRST_STEP = 16.0, -8.0
"""Log-odds are looked up in a table: how many places a nat has, and where it begins."""

PLACES = 280
"""Places of that table: up to 9.5 nats, where a probability is :data:`SUREST` at the latest."""

MANY = 4
"""Needs from which no more are told apart in the table."""


@njit(cache=True, nogil=True)
def nats_at_most() -> Floats:
    """The table of :class:`Weighing`: float64 of shape (needs, places)."""
    found = np.zeros((MANY + 1, PLACES))
    for needs in range(1, MANY + 1):
        most = 1.0 if needs == MANY else 1.0 - NEXT_NEED**needs
        for place in range(PLACES):
            logit = FIRST_STEP + (place + 1) / STEPS + 1e-4
            met = most / (1.0 + math.exp(-logit)) if place < PLACES - 1 else most
            found[needs, place] = -math.log1p(-min(met, SUREST)) + 1e-9
    return found


@njit(inline="always")
def _at_most(nats: Floats, needs: int, logit: np.float32) -> float:
    place = max((float(logit) - FIRST_STEP) * STEPS, 0.0)
    found: float = nats[min(needs, MANY), int(min(place, PLACES - 1.0))]
    return found


@njit(cache=True, nogil=True)
def _cut(least: float, easy: float, both: float, most: float, unproved: float) -> np.float32:
    """Log-odds that the better way needs for a pair to be worth ``least``, at the easiest."""
    if least <= easy:
        return np.float32(unproved - 1e-4)
    if both <= 0 or most <= 0:
        return np.float32(np.inf)
    met = -math.expm1((easy - least) / both) / most
    if met >= 1.0:
        return np.float32(np.inf)
    return np.float32(max(unproved, math.log(met / (1.0 - met))) - 1e-4)


@njit(cache=True, nogil=True)
def _share(codes: Positions, i: int, end: int, others: Positions, j: int, stop: int) -> bool:
    """Whether two sets, in increasing order, have a code in common."""
    while i < end and j < stop:
        if codes[i] == others[j]:
            return True
        if codes[i] < others[j]:
            i += 1
        else:
            j += 1
    return False


@njit(inline="always")
def _alike(
    cuts: Positions, codes: Positions, n: int, others: Positions, their_codes: Positions, m: int
) -> bool:
    return _share(codes, cuts[n], cuts[n + 1], their_codes, others[m], others[m + 1])


@njit(inline="always")
def _holds(offsets: Positions, codes: Positions, number: int, code: int) -> bool:
    found = False
    for at in range(offsets[number], offsets[number + 1]):
        found |= codes[at] == code
    return found


@njit(cache=True, nogil=True)
def _together(best: Vectors, needs: int) -> float:
    """As ``answers.discounted`` of one run."""
    found = 0.0
    for need in range(needs):
        rank = 0
        for other in range(needs):
            rank += best[other] > best[need] or (best[other] == best[need] and other < need)
        share = (1 - NEXT_NEED) * NEXT_NEED**rank
        found += share / (1.0 + math.exp(-np.float64(best[need])))
    return found


@njit(cache=True, nogil=True)
def _place(best: Floats, owner: int, worth: float) -> None:
    """Put a worth in its place in the row of its owner."""
    at = best.shape[1]
    while at > 0 and worth > best[owner, at - 1]:
        at -= 1
    for place in range(best.shape[1] - 1, at, -1):
        best[owner, place] = best[owner, place - 1]
    if at < best.shape[1]:
        best[owner, at] = worth


@njit(cache=True, nogil=True)
def contenders(  # noqa: PLR0912, PLR0915 - one loop: calls would count references for each pair
    answers: Answers,
    one: Ends,
    many: Ends,
    ground: Ground,
    sets: tuple[Compared, Compared],
    weighing: Weighing,
    mine: Floats,
    theirs: Floats,
    contest: bool,
) -> tuple[Numbers, Numbers, Floats, Floats]:
    """Pairs that may come among the best of an actor or of an other, and what they exchange.

    ``mine`` (actors, limit) and ``theirs`` (others, limit) are what the best are worth so far, in
    decreasing order; in a ``contest``, what is found here takes its place there, in place. Without
    one, all that are worth more than what is there are given. Numbers of actors and of others,
    then what actors receive and give. Others may be there too, never one too few: what is compared
    here is the worth of a pair to within :data:`SLACK`.
    """
    # Everything by its own name: compiled code counts references at each look into a tuple.
    base, on_territory, on_domain, on_publics, on_taking, on_giving = weighing[:6]
    on_one_way, on_relation, on_fresh, floor, nats, unproved, answered = weighing[6:]
    asked, asked_at, given, given_at, starts = answers
    near, open_to, met_anyhow, kilometres, reaching, reached_by = ground
    (leaf_cuts, leaves), (branch_cuts, branches) = sets[0][0], sets[0][1]
    (named_cuts, named), (declared_cuts, declared) = sets[0][2], sets[0][3]
    known_cuts, known = sets[0][4]
    (leaf_ends, their_leaves), (branch_ends, their_branches) = sets[1][0], sets[1][1]
    (named_ends, they_name), (declared_ends, they_declare) = sets[1][2], sets[1][3]
    known_ends, they_know = sets[1][4]
    statements, asks, gives, site, zone, radius, fresh = one[:7]
    leaf_set, branch_set, named_set, declared_set, known_set, marks = one[7:13]
    takes_some, takes_all, identity = one[13:]
    their_statements, they_ask, they_give, their_site, their_zone = many[:5]
    their_radius, their_fresh = many[5:7]
    their_leaf, their_branch, their_named, their_declared, their_known, their_marks = many[7:13]
    they_take_some, they_take_all, their_identity = many[13:]

    most_publics, most_relation = abs(on_publics), max(0.0, on_relation)
    most_rest = max(0.0, on_domain) + most_publics + most_relation
    most_taking, most_giving = max(0.0, on_taking), max(0.0, on_giving)
    both = most_taking + most_giving
    easy = base + most_rest + max(0.0, on_one_way) + SLACK
    size, others = len(site), len(their_site)
    most_needs = max(np.diff(statements).max(), np.diff(their_statements).max())
    most = 1.0 if most_needs >= MANY else 1.0 - NEXT_NEED**most_needs
    cuts, easier, worst = np.empty(others, dtype=np.float32), np.empty(others), np.empty(others)
    for b in range(others):
        nearest = max(BOTH_COVERED, near[:, their_site[b]].max())
        easier[b] = easy + max(0.0, on_territory) * nearest + max(0.0, on_fresh) * their_fresh[b]
        worst[b] = max(theirs[b, -1], floor)
        cuts[b] = _cut(worst[b], easier[b], both, most, unproved)
    rows, columns = np.empty(4096, dtype=np.int32), np.empty(4096, dtype=np.int32)
    flows, worth = np.empty((4096, 2)), np.empty(4096)
    count = 0
    received = np.empty(others, dtype=np.float32)
    brought = np.empty(others, dtype=np.float32)
    best = np.empty(max(1, most_needs), dtype=np.float32)
    chosen = np.empty(others, dtype=np.int32)
    for a in range(size):
        nearest = max(BOTH_COVERED, near[site[a]].max())
        easiest = easy + max(0.0, on_territory) * nearest + max(0.0, on_fresh) * fresh[a]
        least = max(mine[a, -1], floor)
        cut = _cut(least, easiest, both, most, unproved)
        first, needs = statements[a], statements[a + 1] - statements[a]
        received[:] = np.float32(-np.inf)
        for need in range(first, first + needs):
            found = asked[need]
            for b in range(others):
                received[b] = found[b] if found[b] > received[b] else received[b]
        brought[:] = np.float32(-np.inf)
        for n in range(len(starts) - 1):
            found = given[a, starts[n] : starts[n + 1]]
            for b in range(len(found)):
                brought[b] = found[b] if found[b] > brought[b] else brought[b]
        some = 0
        for b in range(others):  # no branch
            chosen[some] = b
            some += max(received[asked_at[b]], brought[given_at[b]]) >= min(cut, cuts[b])
        for k in range(some):
            b = chosen[k]
            enough = min(least, worst[b])
            their_needs = their_statements[b + 1] - their_statements[b]
            hope = most_taking * _at_most(nats, needs, received[asked_at[b]])
            hope += most_giving * _at_most(nats, their_needs, brought[given_at[b]])
            if min(easiest, easier[b]) + hope < enough:
                continue
            enough -= SLACK
            here, there = site[a], their_site[b]
            far = kilometres[here, there]
            goes = reaching[zone[a], there] or far <= radius[a]
            comes = reached_by[their_zone[b], here] or far <= their_radius[b]
            if not open_to[here, there] or not (goes or comes or met_anyhow[here, there]):
                continue
            covered = BOTH_COVERED if goes and comes else COVERED if goes or comes else 0.0
            tell = (asks[a] and they_give[b]) != (gives[a] and they_ask[b])
            sure = base + on_territory * max(near[here, there], covered) + on_one_way * tell
            sure += on_fresh * min(fresh[a], their_fresh[b])
            if sure + most_rest + hope < enough:
                continue
            if not marks[a, 0] or not their_marks[b, 0]:
                sure += on_domain * UNKNOWN_DOMAIN
            elif marks[a, 0] & their_marks[b, 0] and _alike(
                leaf_cuts, leaves, leaf_set[a], leaf_ends, their_leaves, their_leaf[b]
            ):
                sure += on_domain
            elif marks[a, 1] & their_marks[b, 1] and _alike(
                branch_cuts, branches, branch_set[a], branch_ends, their_branches, their_branch[b]
            ):
                sure += on_domain * SAME_CATEGORY
            if sure + most_publics + most_relation + hope < enough:
                continue
            if marks[a, 2] & their_marks[b, 2] and _alike(
                named_cuts, named, named_set[a], named_ends, they_name, their_named[b]
            ):
                sure += on_publics
            elif (takes_all[a] or they_take_all[b]) and takes_some[a] and they_take_some[b]:
                sure += 0.5 * on_publics
            elif marks[a, 3] and their_marks[b, 3]:
                mine_declare, its = declared_set[a], their_declared[b]
                alike = marks[a, 3] & their_marks[b, 3] and _alike(
                    declared_cuts, declared, mine_declare, declared_ends, they_declare, its
                )
                sure -= 0.0 if alike else on_publics
            if _holds(known_cuts, known, known_set[a], their_identity[b]) or _holds(
                known_ends, they_know, their_known[b], identity[a]
            ):
                sure += on_relation
            if sure + hope < enough:
                continue
            for need in range(needs):
                best[need] = asked[first + need, asked_at[b]]
            met = _together(best, needs)
            for need in range(their_needs):
                best[need] = given[a, starts[need] + given_at[b]]
            meets = _together(best, their_needs)
            if max(met, meets) < answered:
                continue
            sure -= on_taking * math.log1p(-min(met, SUREST))
            sure -= on_giving * math.log1p(-min(meets, SUREST))
            if sure < enough:
                continue
            if count == len(rows):
                count = _still_good(rows, columns, flows, worth, count, mine, theirs, floor)
                if 2 * count > len(rows):
                    rows, columns = np.append(rows, rows), np.append(columns, columns)
                    worth = np.append(worth, worth)
                    flows = np.concatenate((flows, flows))
            rows[count], columns[count], worth[count] = a, b, sure
            flows[count, 0], flows[count, 1] = met, meets
            count += 1
            if contest and sure > mine[a, -1]:
                _place(mine, a, sure)
                least = max(mine[a, -1], floor)
            if contest and sure > theirs[b, -1]:
                _place(theirs, b, sure)
                worst[b] = max(theirs[b, -1], floor)
                cuts[b] = _cut(worst[b], easier[b], both, most, unproved)
    count = _still_good(rows, columns, flows, worth, count, mine, theirs, floor)
    return rows[:count], columns[:count], flows[:count, 0].copy(), flows[:count, 1].copy()


@njit(cache=True, nogil=True)
def _still_good(
    rows: Numbers,
    columns: Numbers,
    flows: Floats,
    worth: Floats,
    count: int,
    mine: Floats,
    theirs: Floats,
    floor: float,
) -> int:
    """Put pairs that are still good enough for one of their ends first; how many they are."""
    kept = 0
    for k in range(count):
        least = max(floor, min(mine[rows[k], -1], theirs[columns[k], -1]))
        if worth[k] >= least - SLACK:
            rows[kept], columns[kept], worth[kept] = rows[k], columns[k], worth[k]
            flows[kept, 0], flows[kept, 1] = flows[k, 0], flows[k, 1]
            kept += 1
    return kept

"""The sections of docs/performance.md, each from what one phase measured."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.benchmarks.report_goals import goals

Told = Mapping[str, Any]
MIB = 2**20


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown: the first column to the left, the others to the right."""
    lines = [
        "| " + " | ".join(head) + " |",
        "|---|" + "---:|" * (len(head) - 1),
        *("| " + " | ".join(map(str, row)) + " |" for row in rows),
    ]
    return "\n".join(lines)


def count(number: float) -> str:
    """A whole number with its thousands apart: « 600,000 »."""
    return f"{number:,.0f}"


def times(told: Told) -> tuple[str, str, str]:
    """The three percentiles, in milliseconds."""
    return tuple(f"{told[f'p{q}_ms']:.1f}" for q in (50, 95, 99))  # type: ignore[return-value]


def goals_section(measured: Told) -> str:
    """Every figure that was promised beside what was measured."""
    rows = [
        (goal.what, goal.target, goal.found, "yes" if goal.reached else "**no**")
        for goal in goals(measured)
    ]
    if not rows:
        return ""
    return "## What was promised\n\n" + table(("what", "target", "measured", "reached"), rows)


def partners_section(told: Told | None) -> str:
    """Partners of stored actors, by the size of the country."""
    if told is None:
        return ""
    rows = []
    for name, spent in told["times"].items():
        size, where, part = name.split()
        looked_at = told["median_candidates"][f"{size} {where}"]
        asked = "in the 95 only" if where == "filtered" else "wherever it reaches"
        done = "with French sentences" if part == "whole" else "engine"
        rows.append((f"{count(int(size))}: {asked}, {done}", count(looked_at), *times(spent)))
    sitting = ", ".join(f"{count(n)} of {count(int(k))}" for k, n in told["sitting"].items())
    questions = next(iter(told["times"].values()))["questions"]
    return f"""## Partners of a stored actor of Val-d'Oise

The whole question in one process: who can meet, both directions, features, ranking, reasons with
their quotes for the ten that are shown, profiles read from the store; then the whole use case,
with French sentences and explained terms. Asked by {count(questions)} actors drawn among those who
sit there: {sitting} actors. Département and neighbours grow with the country here.

{table(("actors", "looked at (median)", "p50 ms", "p95 ms", "p99 ms"), rows)}

![Time of a question against the number of actors](performance-latency.png)"""


def growth_section(told: Told | None) -> str:
    """The same département in a larger country."""
    if told is None:
        return ""
    sizes = told["actors"]
    labels = {"small": "a country drawn so", "grown": "grown around the département"}
    rows = [
        (labels[name], count(sizes[name]), *times(spent)) for name, spent in told["times"].items()
    ]
    return f"""## When the country grows and the département does not

The same questions in the same Val-d'Oise, whose neighbours and visitors stay as they are while
everybody else becomes {told["grown_times"]} times as many: the time becomes
**{told["ratio"]:.2f} times** what it was (median over the questions).

{table(("country", "actors", "p50 ms", "p95 ms", "p99 ms"), rows)}"""


def peers_section(told: Told | None) -> str:
    """The product beside peers that only search vectors."""
    if told is None:
        return ""
    rows = [
        (
            name,
            *times(spent),
            f"{told['over_product'][name]:.2g}" if name in told["over_product"] else "1",
            f"{100 * told['same_ten'][name]:.0f} %" if name in told["same_ten"] else "",
        )
        for name, spent in told["times"].items()
    ]
    absent = "".join(f"\n\nWithout {name}: {why}" for name, why in told["absent"].items())
    return f"""## Beside other engines

The product's whole question, filtered by the département, beside engines that only find the ten
nearest of its {count(told["inside"])} offers to one vector of one need ({told["columns"]} columns,
float32): no words, no second need, no other direction, no rules, features, ranking or reasons.
Each has one core.
FAISS holds {count(told["vectors"])} vectors; usearch, scikit-learn and bm25s, which have no such
filter, are given those of the département alone; pgvector and Qdrant hold
{count(told["stored_vectors"])}, for loading more takes long and only slows them.

{table(("engine", "p50 ms", "p95 ms", "p99 ms", "time / product's", "same ten"), rows)}{absent}

![Time of one question, engine by engine](performance-peers.png)"""


def free_text_section(told: Told | None) -> str:
    """Needs typed as free text."""
    if told is None:
        return ""
    labels = {
        "whole": "the whole question",
        "encoding": "of which encoding (measured apart)",
        "floor": "floor: one float32 product with the same rows, the ten best",
    }
    rows = [
        (f"{where}: {labels[name]}", *times(spent))
        for where, key in (("acting in the 95", "department"), ("no territory", "country"))
        for name, spent in told[key].items()
    ]
    return f"""## A need typed as free text

By somebody who is not stored, in the country of {count(told["actors"])}, with encoding and French
sentences. Without any territory, {count(told["country_actors_compared"])} actors and
{count(told["country_rows_compared"])} offers are those that could answer; the whole question takes
{told["country_over_floor"]:.1f} times the floor.

{table(("question", "p50 ms", "p95 ms", "p99 ms"), rows)}"""


def opening_section(told: Told | None) -> str:
    """Opening, sizes, and the best pairs of a département."""
    if told is None:
        return ""
    sizes = {size: some for size, some in told.items() if size != "observed"}
    rows = [
        (
            count(int(size)),
            f"{some['open_seconds']:.2f} s",
            f"{some['index_bytes'] / MIB:,.0f} MiB",
            f"{some['index_bytes'] / some['encoded_int8_bytes']:.2f}",
            f"{some['index_bytes'] / some['compared_int8_bytes']:.2f}",
            f"{some['after_answers']['resident_bytes'] / MIB:,.0f} MiB",
            f"{some['after_answers']['own_bytes'] / MIB:,.0f} MiB",
            f"{some['pairs_cold_seconds']:.2f} s",
            f"{1000 * some['pairs_warm_seconds']:,.0f} ms",
        )
        for size, some in sizes.items()
    ]
    head = ["actors", "to open", "index", "/ encoder's int8", "/ compared int8"]
    head += ["resident", "of which its own", "best pairs, cold", "again"]
    return f"""## Opening, memory, best pairs of a département

Each line is a fresh process, its modules imported: it opens the store and maps the index (the
encoder included), warms up as the service does beside its start, answers 200 actors of Val-d'Oise,
then gives the best pairs of the département, twice. The index is beside the bare int8 vectors of
all its statements: the encoder's 384 columns, and all that are compared (thématiques and stance are
columns too). What is mapped is shared between processes; its own memory is what each worker costs.

{table(head, rows)}

![Memory against the number of actors](performance-memory.png)"""


def http_section(told: Told | None) -> str:
    """Answers over HTTP."""
    if told is None:
        return ""
    names = {
        "answers": "partners of stored actors",
        "unchanged": "asked again with its ETag",
        "empty": "an empty route with the same bytes",
        "bare": "a bare socket with the same bytes",
    }
    figures = [(label, told[name]) for name, label in names.items() if name in told]
    columns = [key for key, value in figures[0][1].items() if isinstance(value, int | float)]
    rows = [(label, *(some.get(key, "") for key in columns)) for label, some in figures]
    return f"""## Over HTTP

`synergies serve` with {told["workers"]} workers, {told["clients"]} clients that keep their
connections, on the same machine. Answers come {100 * told["answers_per_empty"]:.0f} % as fast as
the same bytes from an empty route.

{table(("", *(column.replace("_", " ") for column in columns)), rows)}"""


def pairs_section(told: Told | None) -> str:
    """All pairs of a territory, in one pass."""
    if told is None or not told.get("runs"):
        return ""
    columns = list(told["runs"][0])
    rows = [tuple(run.get(column, "") for column in columns) for run in told["runs"]]
    return "## All pairs\n\n" + table([column.replace("_", " ") for column in columns], rows)


def assignment_section(told: Told | None) -> str:
    """Who is suggested to whom: beside an exact solver, and beside plain top-k."""
    if told is None:
        return ""
    rows: dict[str, tuple[str, ...]] = {}
    for market in (told["exact"], *told["sizes"]):
        for way, found in market["ways"].items():
            sides = [
                f"{100 * found[f'coverage_{side}']:.1f} %, {found[f'gini_{side}']:.2f}"
                for side in ("workers", "organisations")
            ]
            spent = f"{found['seconds']:.2f} s" if "seconds" in found else ""
            label = f"{count(market['actors'])}: {way}"
            rows.setdefault(label, (label, count(round(found["worth"])), *sides, spent))
    gaps = ", ".join(f"{100 * one['gap']:.3f} % at {count(one['actors'])}" for one in told["sizes"])
    months, exact = told["months"], told["exact"]
    suggested = ", ".join(count(pairs) for pairs in months["pairs"])
    headings = ("actors: way", "worth", "workers: coverage, Gini", "organisations", "time")
    return f"""## Who is suggested to whom

`python -m tests.benchmarks.assignment`, on made-up scores with hubs:
{count(exact["proposals"])} pairs at {count(exact["actors"])} actors. The certificate says by
how much any other choice could do better at most: {gaps}.
HiGHS, which is exact, finds {100 * exact["missing"]:.4f} % more on the same market in the same run.
Coverage is the share of those with a possible partner who get one; Gini is 0 where all get as many.
Plain top-k lets each worker take its best, and each organisation keep the best who call it.

{table(headings, list(rows.values()))}

Six batches in a row on {count(months["actors"])} actors suggest {suggested} pairs:
{months["above_capacity"]} actors above their capacity in a month, {months["twice"]} pairs twice."""


def exactness_section(told: Told | None) -> str:
    """The answers against brute force."""
    if told is None:
        return ""
    same = "none" if not told["other_ids"] else count(told["other_ids"])
    return f"""## Exactness

{count(told["questions"])} questions among {count(told["actors"])} actors ({count(told["shown"])}
partners shown) were answered by brute force over the same whole numbers, in float64: {same} had
other partners or another order, and no score was further than {told["furthest_score"]:.1e} away.

Against brute force over vectors and weights as they were before they became whole numbers, the ten
keep {100 * told["overlap"]:.1f} % of their members, and {100 * told["same_order"]:.1f} % of the
questions keep all ten in the same order; scores move by {told["mean_plain_score"]:.4f} on average
and by {told["furthest_plain_score"]:.3f} at most. That is what an index a quarter of the size
costs; the whole numbers are the definition of a score, the same for every caller."""

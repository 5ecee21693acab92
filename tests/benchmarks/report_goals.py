"""What was promised of speed and size, and whether what was measured keeps it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Told = Mapping[str, Any]

ENGINE_P50, ENGINE_P99 = 5.0, 15.0
FASTER_THAN_PEER = 3.0
FREE_TEXT_P50, COUNTRY_P50 = 20.0, 120.0
PAIRS_COLD_SECONDS, PAIRS_WARM_MS = 1.0, 50.0
GROWTH = 1.3
OPEN_SECONDS, OVER_INT8 = 2.0, 1.6


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise: in words, what it asks, what was found."""

    what: str
    target: str
    found: str
    reached: bool


def goals(measured: Told) -> Iterator[Goal]:
    """Each promise whose figures were measured, on the largest country."""
    country = measured.get("country", {})
    if "partners" in country:
        yield from _partners(country["partners"]["times"])
    if country.get("peers", {}).get("fastest_peer"):
        yield _peer(country["peers"])
    if "growth" in country:
        found = country["growth"]["ratio"]
        what = f"the country {country['growth']['grown_times']} times larger, not the département"
        yield Goal(what, f"≤ {GROWTH} times", f"{found:.2f} times", found <= GROWTH)
    if "free_text" in country:
        yield from _free_text(country["free_text"])
    if "opening" in country:
        yield from _opening(country["opening"])
    if "exactness" in measured:
        told = measured["exactness"]["exactness"]
        found = f"{told['other_ids']} of {told['questions']:,}"
        reached = not told["other_ids"] and told["furthest_score"] < 1e-4
        yield Goal("questions answered otherwise than by brute force", "0", found, reached)


def _largest(names: Mapping[str, Any]) -> int:
    return max(int(name.split()[0]) for name in names if name.split()[0].isdigit())


def _partners(times: Told) -> Iterator[Goal]:
    size = _largest(times)
    target = f"p50 ≤ {ENGINE_P50:.0f} ms, p99 ≤ {ENGINE_P99:.0f} ms"
    for where, label in (("anywhere", "wherever it reaches"), ("filtered", "in the 95 only")):
        spent = times[f"{size} {where} engine"]
        p50, p99 = spent["p50_ms"], spent["p99_ms"]
        found = f"{p50:.1f} ms, {p99:.1f} ms"
        reached = p50 <= ENGINE_P50 and p99 <= ENGINE_P99
        yield Goal(f"partners of an actor of the 95, {label}", target, found, reached)


def _peer(told: Told) -> Goal:
    name, found = told["fastest_peer"], told["over_product"][told["fastest_peer"]]
    what = f"time of the fastest peer, doing only the vectors ({name})"
    target = f"≥ {FASTER_THAN_PEER:.0f} times ours"
    return Goal(what, target, f"{found:.2g} times", found >= FASTER_THAN_PEER)


def _free_text(told: Told) -> Iterator[Goal]:
    for what, key, limit in (
        ("a need as free text in the 95, encoding included", "department", FREE_TEXT_P50),
        ("the same without a territory: the whole country", "country", COUNTRY_P50),
    ):
        found = told[key]["whole"]["p50_ms"]
        yield Goal(what, f"p50 ≤ {limit:.0f} ms", f"{found:.1f} ms", found <= limit)


def _opening(told: Told) -> Iterator[Goal]:
    some = told[str(_largest(told))]
    cold, warm = some["pairs_cold_seconds"], 1000 * some["pairs_warm_seconds"]
    yield Goal(
        "best pairs of the 95, cold then warm",
        f"≤ {PAIRS_COLD_SECONDS:.0f} s, ≤ {PAIRS_WARM_MS:.0f} ms",
        f"{cold:.2f} s, {warm:,.0f} ms",
        cold <= PAIRS_COLD_SECONDS and warm <= PAIRS_WARM_MS,
    )
    opened = some["open_seconds"]
    yield Goal("opening", f"≤ {OPEN_SECONDS:.0f} s", f"{opened:.2f} s", opened <= OPEN_SECONDS)
    for name, columns in (("encoded", "the encoder's columns"), ("compared", "all columns")):
        found = some["index_bytes"] / some[f"{name}_int8_bytes"]
        what = f"index on disk beside raw int8 vectors, {columns}"
        yield Goal(what, f"≤ {OVER_INT8} times", f"{found:.2f} times", found <= OVER_INT8)

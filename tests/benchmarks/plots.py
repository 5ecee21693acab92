"""Pictures of docs/performance.md: time and memory against actors, and engines side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTH, HEIGHT = 7.0, 3.6
DOTS_PER_INCH = 160
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8A8A8A"
"""Told apart by every kind of sight (Okabe and Ito 2008)."""

LINES = {
    "anywhere engine": ("engine, wherever it reaches", BLUE),
    "anywhere whole": ("with sentences, wherever it reaches", ORANGE),
    "filtered engine": ("engine, in the 95 only", GREEN),
    "filtered whole": ("with sentences, in the 95 only", PURPLE),
}
MIB = 2**20


def draw_latency(told: Mapping[str, Any], path: Path) -> None:
    """Median time of a question against actors; the bar above each point ends at its p99."""
    figure, axes = _empty()
    for name, (label, colour) in LINES.items():
        some = {int(key.split()[0]): one for key, one in told["times"].items() if name in key}
        sizes = sorted(some)
        middle = [some[size]["p50_ms"] for size in sizes]
        above = [some[size]["p99_ms"] - some[size]["p50_ms"] for size in sizes]
        errors = [[0.0] * len(above), above]
        axes.errorbar(sizes, middle, yerr=errors, color=colour, marker="o", capsize=2, label=label)
    axes.set(xscale="log", yscale="log", xlabel="actors", ylabel="ms (point: p50, bar: to p99)")
    axes.legend(fontsize=7)
    _save(figure, path)


def draw_memory(told: Mapping[str, Any], path: Path) -> None:
    """Resident memory against actors: a worker's own, and what is mapped from the index."""
    figure, axes = _empty()
    some = {int(size): one for size, one in told.items() if size != "observed"}
    sizes = sorted(some)
    lines = {
        "a worker's own": ([some[s]["after_answers"]["own_bytes"] for s in sizes], BLUE),
        "mapped, shared": ([some[s]["after_answers"]["mapped_bytes"] for s in sizes], ORANGE),
        "index on disk": ([some[s]["index_bytes"] for s in sizes], GREEN),
        "bare int8 vectors": ([some[s]["encoded_int8_bytes"] for s in sizes], GREY),
    }
    for label, (values, colour) in lines.items():
        axes.plot(sizes, [v / MIB for v in values], color=colour, marker="o", label=label)
    axes.set(xscale="log", yscale="log", xlabel="actors", ylabel="MiB")
    axes.legend(fontsize=7)
    _save(figure, path)


def draw_peers(told: Mapping[str, Any], path: Path) -> None:
    """A bar per engine, from the fastest: p50, with a line to p99."""
    figure, axes = _empty()
    ordered = sorted(told["times"].items(), key=lambda one: -one[1]["p50_ms"])
    names = [name for name, _ in ordered]
    middle = [one["p50_ms"] for _, one in ordered]
    above = [one["p99_ms"] - one["p50_ms"] for _, one in ordered]
    colours = [ORANGE if name.startswith("Synergies") else BLUE for name in names]
    errors = [[0.0] * len(above), above]
    axes.barh(names, middle, xerr=errors, color=colours, error_kw={"ecolor": GREY})
    axes.set(xscale="log", xlabel="ms (bar: p50, line: to p99)")
    axes.tick_params(axis="y", labelsize=7)
    _save(figure, path)


def _empty() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="png", metadata={"Software": None})  # else its version is written

"""Draw how often what is said probable is true: a reliability diagram, as a PNG."""

from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from models.calibration import Bin

WIDTH, HEIGHT = 7.0, 4.3
"""Inches: at 100 dots each, the 700 pixels at which the page shows it."""
DOTS_PER_INCH = 200
BLUE, GREY = "#0072B2", "#8A8A8A"
"""Told apart by every kind of sight (Okabe and Ito 2008), and by their brightness alone."""
TEXT_POINTS = 9
COUNT_POINTS = 7
NORMAL_95 = 1.959964


def draw_reliability(panels: Mapping[str, Sequence[Bin]], path: Path) -> None:
    """Write one panel per title to ``path``: share answered against probability, pairs below.

    A bar is the Wilson interval of its bin at 95 %; the dashed line is perfect calibration. The
    same bins give the same bytes. Raises ValueError without a panel, OSError when ``path`` cannot
    be written.
    """
    if not panels:
        raise ValueError("nothing to draw")
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, len(panels), height_ratios=(3, 1))
    for column, (title, bins) in enumerate(panels.items()):
        above = figure.add_subplot(grid[0, column])
        below = figure.add_subplot(grid[1, column], sharex=above)
        _draw_shares(above, title, bins)
        _draw_counts(below, bins)
        if column == 0:
            above.set_ylabel("share that answers", fontsize=TEXT_POINTS)
            below.set_ylabel("pairs", fontsize=TEXT_POINTS)
    figure.savefig(path, format="png", metadata={"Software": None})  # else its version is written


def wilson(share: float, number: int) -> tuple[float, float]:
    """Bounds of a share observed on ``number`` cases, at 95 % (Wilson 1927, *Probable inference*).

    Holds where few were seen and at 0 or 1, as the usual ± does not. Raises ValueError when
    ``number`` is below 1.
    """
    if number < 1:
        raise ValueError(f"a share of {number} cases")
    squared = NORMAL_95**2 / number
    centre = (share + squared / 2) / (1 + squared)
    half = NORMAL_95 / (1 + squared) * sqrt(share * (1 - share) / number + squared / (4 * number))
    return max(0.0, centre - half), min(1.0, centre + half)


def _draw_shares(axes: Axes, title: str, bins: Sequence[Bin]) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    said = [b.probability for b in bins]
    seen = [b.answered for b in bins]
    bounds = [wilson(b.answered, b.pairs) for b in bins]
    # At 0 and 1 a bound is the share itself, up to rounding, which must not point inwards.
    below = [max(0.0, share - low) for share, (low, _) in zip(seen, bounds, strict=True)]
    above = [max(0.0, high - share) for share, (_, high) in zip(seen, bounds, strict=True)]
    axes.errorbar(said, seen, yerr=[below, above], color=BLUE, marker="o", markersize=5, capsize=3)
    axes.set_title(title, fontsize=TEXT_POINTS + 1)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.03, 1.03)  # so that a dot at 0 or 1 is whole
    axes.grid(color="#DDDDDD", linewidth=0.5)
    axes.tick_params(labelsize=TEXT_POINTS, labelbottom=False)


def _draw_counts(axes: Axes, bins: Sequence[Bin]) -> None:
    middles = [(b.low + b.high) / 2 for b in bins]
    bars = axes.bar(middles, [b.pairs for b in bins], width=0.09, color=GREY)
    axes.bar_label(bars, fontsize=COUNT_POINTS, padding=1)
    axes.margins(y=0.25)
    axes.set_xlabel("probability", fontsize=TEXT_POINTS)
    axes.tick_params(labelsize=TEXT_POINTS)

"""A reliability diagram shows every bin, is the same twice, and its intervals are Wilson's."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.calibration import Bin
from models.reliability import DOTS_PER_INCH, WIDTH, draw_reliability, wilson

BINS = (Bin(0.0, 0.1, 198, 0.03, 0.0), Bin(0.5, 0.6, 12, 0.55, 0.667), Bin(0.9, 1.0, 28, 0.95, 1.0))


@pytest.mark.parametrize(
    ("share", "number", "expected"),
    [
        (0.5, 10, (0.2366, 0.7634)),
        (0.0, 10, (0.0, 0.2775)),
        (1.0, 1, (0.2065, 1.0)),
        (0.81, 263, (0.7582, 0.8528)),
    ],
)
def test_an_interval_is_that_of_wilson(
    share: float, number: int, expected: tuple[float, float]
) -> None:
    assert wilson(share, number) == pytest.approx(expected, abs=6e-4)


def test_a_share_of_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="0 cases"):
        wilson(0.5, 0)


def test_the_same_bins_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("once", "again"):
        draw_reliability({"Statement match": BINS, "Pair score": BINS[:1]}, tmp_path / name)
    once = (tmp_path / "once").read_bytes()
    assert once == (tmp_path / "again").read_bytes()
    assert b"Matplotlib" not in once


def test_other_bins_give_another_picture_of_the_same_size(tmp_path: Path) -> None:
    pictures = []
    for number, bins in enumerate((BINS, BINS[:2])):
        draw_reliability({"Statement match": bins}, tmp_path / f"{number}.png")
        with Image.open(tmp_path / f"{number}.png") as image:
            pictures.append(np.asarray(image.convert("L")))
    assert pictures[0].shape == pictures[1].shape
    assert pictures[0].shape[1] == WIDTH * DOTS_PER_INCH
    assert (pictures[0] != pictures[1]).any()


def test_nothing_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        draw_reliability({}, tmp_path / "none.png")

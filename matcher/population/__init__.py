"""A made-up country to measure on: as many actors as one likes, spread like real people."""

from matcher.population.analysis import VaryingAnalyzer
from matcher.population.drawing import population
from matcher.population.encoding import VaryingEncoder
from matcher.population.reading import varying_analyzer, varying_encoder

__all__ = [
    "VaryingAnalyzer",
    "VaryingEncoder",
    "population",
    "varying_analyzer",
    "varying_encoder",
]

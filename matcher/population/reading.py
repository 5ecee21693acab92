"""The encoder and the analyzer that fit the populations drawn here."""

from collections.abc import Callable

from matcher.engine.matching import Analyzer
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.population.analysis import VaryingAnalyzer
from matcher.population.drawing import population
from matcher.population.encoding import VaryingEncoder
from matcher.population.sources import load_sources

SAMPLED = 150
"""Actors whose statements are really encoded, to learn what a variation does to a vector."""

SAMPLE_SEED = 1


def varying_encoder(encoder: Encoder) -> VaryingEncoder:
    """An encoder of any population, made of a real one (see :class:`VaryingEncoder`)."""
    sources = load_sources()
    sampled = list(population(SAMPLED, SAMPLE_SEED))
    return VaryingEncoder(
        encoder,
        {role: sources.bank(role) for role in Role},
        {role: [s.text for actor in sampled for s in actor.statements(role)] for role in Role},
    )


def varying_analyzer(analyse: Analyzer, cues: Callable[[str], list[str]]) -> VaryingAnalyzer:
    """An analyzer of any population, made of a real one (see :class:`VaryingAnalyzer`)."""
    sources = load_sources()
    return VaryingAnalyzer(analyse, cues, {p for role in Role for p in sources.bank(role)})

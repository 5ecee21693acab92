"""Are the answers exact: ``python -m tests.benchmarks.exactness``; writes JSON.

Questions over a made-up population are answered by the product and by brute force over the same
whole numbers, which must agree, then by brute force over the vectors and weights as they were
before they became whole numbers: what keeping them small costs.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path

import numpy as np

from matcher.engine.candidates import Filters, Sides
from matcher.engine.columns import Vectors
from matcher.engine.index import ActorIndex, IndexBuilder
from matcher.engine.matching import MatchModel
from matcher.engine.profiles import Role
from matcher.engine.protocols import Encoder
from matcher.engine.recommending import Question, partners_of
from matcher.engine.stance import Sentences
from matcher.population import population, varying_analyzer, varying_encoder
from matcher.territory import load_referential
from matcher.usecases.locate import located
from models.analysis import analyse, open_encoder
from models.cues import cues
from models.matching import load_matching
from models.prepare import DEFAULT_DIRECTORY
from tests.benchmarks.brute_force import BruteForce, PlainRows, dequantised
from tests.benchmarks.timing import machine

TODAY = date(2026, 11, 1)
FIRST = 10
LEAST = 1e-6
"""Score from which a partner is shown here: next to nothing, so that questions have ten."""

DEPARTMENTS = ("department:95", "department:75", "department:69", "department:2A")

Answer = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class RecordingModel(MatchModel):
    """Keeps what statements are compared by as it is before it becomes whole numbers."""

    seen: dict[Role, list[Vectors]] = field(default_factory=dict, compare=False)
    weighed: dict[Role, list[dict[str, float]]] = field(default_factory=dict, compare=False)

    def views(
        self,
        vectors: Vectors,
        terms: Sequence[Sequence[str]],
        role: Role,
        sentences: Sentences | None = None,
    ) -> Vectors:
        """As the model does, remembered."""
        found = super().views(vectors, terms, role, sentences)
        self.seen.setdefault(role, []).append(found)
        return found

    def weigh(self, terms: Sequence[str], role: Role) -> dict[str, float]:
        """As the model does, remembered."""
        found = super().weigh(terms, role)
        self.weighed.setdefault(role, []).append(found)
        return found

    def rows(self, role: Role) -> PlainRows:
        """What was remembered of one index whose statements are one passage each."""
        return PlainRows(np.concatenate(self.seen[role]), self.weighed[role])


@dataclass(frozen=True, slots=True)
class Compared:
    """The product against brute force: how often ids differ, how far scores are apart at most.

    ``overlap`` is the share of the ten that stay among the ten without whole numbers.
    """

    actors: int
    questions: int
    shown: int
    other_ids: int
    furthest_score: float
    overlap: float
    same_order: float
    furthest_plain_score: float
    mean_plain_score: float


def recorded(encoder: Encoder, actors: int, seed: int = 1) -> tuple[ActorIndex, RecordingModel]:
    """An index of a made-up population, and its model, which has seen all of it."""
    learned = load_matching(encoder.model_id).model
    model = RecordingModel(**{one.name: getattr(learned, one.name) for one in fields(MatchModel)})
    referential = load_referential()
    drawn = [located(actor, referential) for actor in population(actors, seed)]
    builder = IndexBuilder(varying_encoder(encoder), varying_analyzer(analyse, cues), model)
    return builder.build(drawn, today=TODAY), model


def asked(index: ActorIndex, model_id: str, count: int) -> list[tuple[int, Question]]:
    """Actors at random, with and without a filter, near or far, of one side or both."""
    matching = load_matching(model_id)
    variants: list[Filters] = [
        Filters(),
        Filters(radius_km=60.0),
        Filters(radius_km=500.0),
        Filters(radius_km=5_000.0, sides=Sides.ANY),
        Filters(exclude_known=True, territories=("region:11",)),
        *(Filters(territories=(one,)) for one in DEPARTMENTS),
    ]
    drawn = np.random.default_rng(0).integers(0, len(index.ids), count)
    return [
        (int(a), Question(variants[k % len(variants)], matching.weights, LEAST))
        for k, a in enumerate(drawn)
    ]


def produced(index: ActorIndex, a: int, question: Question) -> Answer:
    """The product's first partners and their scores."""
    matches = partners_of(index, a, index, question, FIRST)
    return [(match.many.ids[match.b], match.score.score) for match in matches]


def compare(index: ActorIndex, model: RecordingModel, model_id: str, questions: int) -> Compared:
    """Ask the same questions three ways."""
    blocks = {Role.NEED: index.needs, Role.OFFER: index.offers}
    exact = BruteForce(index, {role: dequantised(block) for role, block in blocks.items()})
    plain = BruteForce(index, {role: model.rows(role) for role in Role})
    shown, others, furthest = 0, 0, 0.0
    kept, ordered, moved = [], [], [0.0]
    for a, question in asked(index, model_id, questions):
        ours = produced(index, a, question)
        same = exact.partners(a, question, FIRST)
        shown += len(ours)
        others += [name for name, _ in ours] != [name for name, _ in same]
        furthest = max(furthest, _furthest(ours, same))
        whole = dict(plain.partners(a, question, FIRST))
        if ours:
            kept.append(len(whole.keys() & dict(ours).keys()) / max(len(ours), len(whole)))
            ordered.append(float([*whole] == [*dict(ours)]))
        moved += [abs(score - whole[name]) for name, score in ours if name in whole]
    return Compared(
        len(index.ids),
        questions,
        shown,
        others,
        furthest,
        _mean(kept),
        _mean(ordered),
        max(moved),
        _mean(moved),
    )


def _furthest(ours: Answer, theirs: Answer) -> float:
    known: Mapping[str, float] = dict(theirs)
    return max((abs(score - known[name]) for name, score in ours if name in known), default=0.0)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 1.0


def main() -> None:
    """Compare, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", type=Path, default=DEFAULT_DIRECTORY)
    parser.add_argument("--actors", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--output", type=Path, default=Path("var/bench/measured/exactness.json"))
    options = parser.parse_args()
    encoder = open_encoder(None, options.models)
    index, model = recorded(encoder, options.actors)
    found = asdict(compare(index, model, encoder.model_id, options.questions))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    told = {"machine": machine(), "exactness": found}
    options.output.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

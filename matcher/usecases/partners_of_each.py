"""The best partners of everybody who acts in a territory, worked out once for each snapshot."""

from collections.abc import Hashable
from threading import Lock
from weakref import WeakKeyDictionary

from matcher.bootstrap import Application
from matcher.engine.index import Snapshot
from matcher.engine.pairs import Question
from matcher.engine.synergies import BestOfEach, best_of_each
from matcher.usecases.side_by_side import side_by_side

BEST = 3
"""How many best partners of everybody are counted: about what one hears of in a month."""

KEPT = 16
"""Questions whose answer is kept, for the snapshot that is current."""

_kept: WeakKeyDictionary[Application, tuple[str, dict[Hashable, BestOfEach]]] = WeakKeyDictionary()
_keeping = Lock()


def partners_of_each(
    application: Application, snapshot: Snapshot, question: Question
) -> BestOfEach:
    """The :data:`BEST` best partners of all who act in the territories of a question."""
    with _keeping:
        version, kept = _kept.get(application, ("", {}))
        if version != snapshot.version or len(kept) >= KEPT:
            kept = {}
            _kept[application] = (snapshot.version, kept)
    key = (question.filters, tuple(sorted(question.weights.items())), question.minimum_score)
    if key not in kept:
        kept[key] = best_of_each(snapshot.parts, question, BEST, side_by_side)
    return kept[key]

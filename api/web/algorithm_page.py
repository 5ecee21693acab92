"""`/algorithme`: how suggestions are computed, in plain French, from the constants at work."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.web.pages import page
from api.wiring import Installation
from matcher.scope import Scope
from matcher.usecases.describe_algorithm import describe_algorithm
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
BASE = "base"
"""The weight that every pair starts from, whatever it is."""
MUCH, SOME = 1.5, 0.6
"""Log-odds from which a weight is said to count a lot, and to count."""


@router.get("/algorithme")
def explain(application: Installation) -> Response:
    """What is looked at, what weighs how much, and what is refused; it tells of nobody."""
    sheet = describe_algorithm(application, FRENCH, Scope.everything("algorithm page"))
    weighed = [one for one in sheet.parameters if one.feature != BASE]
    return page(
        "algorithm",
        sheet=sheet,
        weighed=sorted(weighed, key=lambda one: -abs(one.weight)),
        start=next(one for one in sheet.parameters if one.feature == BASE),
        least=round(sheet.minimum_score * 100),
        decimal=FRENCH.decimal,
        weight_word=_weight_word,
    )


def _weight_word(weight: float) -> str:
    """How a weight is said: what it adds to the odds when its feature is there in full."""
    size = "much" if abs(weight) >= MUCH else "some" if abs(weight) >= SOME else "little"
    return FRENCH.say(f"algorithm.plain.weight.{'for' if weight >= 0 else 'against'}.{size}")

"""Say what is missing in a profile for it to be matched better, and for whom it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.engine.profiles import Actor, Role
from matcher.usecases.advise import SHORT
from matcher.wording.words import Words

OLD = timedelta(days=365)
"""After so long, nobody knows whether a profile still holds."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to complete: ``field`` is where, ``quote`` the statement that it is about.

    ``stops`` is whether the actor is proposed to nobody until then.
    """

    code: str
    text: str
    field: str | None = None
    quote: str = ""
    stops: bool = False


def find_gaps(actor: Actor, today: date, words: Words) -> tuple[Gap, ...]:
    """What would bring an actor more and better partners, what stops it first; a pure reading."""
    found = [
        Gap(
            code,
            words.say(f"gap.{code}", **told),
            field,
            quote,
            stops=code in {"refuses-profiling", "says-nothing"},
        )
        for code, field, quote, told in _gaps(actor, today)
    ]
    return tuple(sorted(found, key=lambda gap: not gap.stops))


_Told = tuple[str, str | None, str, dict[str, object]]


def _gaps(actor: Actor, today: date) -> Iterator[_Told]:
    if not actor.profiling:
        yield "refuses-profiling", None, "", {}
    yield from _of_statements(actor, today)
    if not (actor.place or actor.commune or actor.zone):
        yield "no-place", "commune", "", {}
    elif not actor.zone and actor.radius_km is None:
        yield "no-zone", "zone", "", {}
    if not (actor.publics or any(one.publics for one in (*actor.needs, *actor.offers))):
        yield "no-publics", "publics", "", {}
    if not (actor.domains or any(one.domains for one in (*actor.needs, *actor.offers))):
        yield "no-domains", "domains", "", {}
    if actor.capacity_per_month == 0:
        yield "no-capacity", "capacity_per_month", "", {}
    if not (actor.email and actor.consent_email):
        yield "no-mail", None, "", {}
    if actor.updated and today - actor.updated > OLD:
        yield "old", None, "", {"day": actor.updated}


def _of_statements(actor: Actor, today: date) -> Iterator[_Told]:
    if not actor.needs and not actor.offers:
        yield "says-nothing", "needs", "", {}
    elif not actor.needs:
        yield "no-needs", "needs", "", {}
    elif not actor.offers:
        yield "no-offers", "offers", "", {}
    for role in Role:
        field = "needs" if role is Role.NEED else "offers"
        for place, said in enumerate(actor.statements(role)):
            if said.expires and said.expires < today:
                told: dict[str, object] = {"day": said.expires}
                yield f"expired-{role.value}", f"{field}.{place}.text", said.text, told
            elif len(said.text) < SHORT:
                yield f"short-{role.value}", f"{field}.{place}.text", said.text, {}

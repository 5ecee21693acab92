"""Reasons in words: one sentence per code, from templates, never generated freely."""

from collections.abc import Mapping
from typing import cast

from matcher.engine.profiles import Actor
from matcher.engine.reasons import Reason
from matcher.wording.words import Words

QUOTE_CHARACTERS = 160
"""A reason quotes at most this much; the evidence holds the whole passage."""

SHOWN_LABELS = 3


def reason_text(
    reason: Reason, actor: Actor, partner: Actor, labels: Mapping[str, str], words: Words
) -> str:
    """The sentence for one reason of the pair (actor, partner).

    ``labels`` maps the codes of domains and publics to what people call them.
    """
    writers = {
        "offer_answers_need": _offer_answers_need,
        "same_commune": _same_commune,
        "nearby": _nearby,
        "zone_covers": _zone_covers,
    }
    writer = writers.get(reason.code)
    if writer is None:
        codes = cast(tuple[str, ...], reason.parameters.get("codes", ()))
        named = [labels.get(code, code) for code in codes[:SHOWN_LABELS]]
        return words.say(f"reason.{reason.code}", labels=named)
    return writer(reason, actor, partner, words)


def shown_name(actor: Actor) -> str:
    """The organisation, or the person where there is none."""
    return actor.organization or actor.name


def shortened(text: str) -> str:
    """A quote on one line, cut at a word with an ellipsis where it is long."""
    line = " ".join(text.split()).strip(" .;,-–—*")
    if len(line) <= QUOTE_CHARACTERS:
        return line
    return line[:QUOTE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" .;,:") + " […]"


def _offer_answers_need(reason: Reason, actor: Actor, partner: Actor, words: Words) -> str:
    needy, giver = _flow(reason, actor, partner)
    need, offer = reason.evidence
    return words.say(
        f"reason.{_addressed('offer_answers_need', needy, giver)}",
        giver=shown_name(giver),
        needy=shown_name(needy),
        offer=shortened(offer.quote),
        need=shortened(need.quote),
    )


def _same_commune(reason: Reason, actor: Actor, partner: Actor, words: Words) -> str:
    return words.say("reason.same_commune", at=words.at(str(reason.parameters["commune"])))


def _nearby(reason: Reason, actor: Actor, partner: Actor, words: Words) -> str:
    return words.say(
        "reason.nearby",
        distance=words.kilometres(cast(float, reason.parameters["distance_km"])),
        here=_place_name(actor),
        there=_place_name(partner),
    )


def _zone_covers(reason: Reason, actor: Actor, partner: Actor, words: Words) -> str:
    seated, acting = _flow(reason, actor, partner)
    is_point = seated.place is not None and seated.place.commune is not None
    code = "zone_covers" if is_point else "zone_covers_area"
    return words.say(
        f"reason.{_addressed(code, seated, acting)}",
        seated=shown_name(seated),
        acting=shown_name(acting),
        of_acting=words.of(shown_name(acting)),
        where=words.at(_place_name(seated)),
        area=_place_name(seated),
    )


def _flow(reason: Reason, actor: Actor, partner: Actor) -> tuple[Actor, Actor]:
    """Towards whom the reason goes, and from whom."""
    return (actor, partner) if reason.direction == "a_to_b" else (partner, actor)


def _addressed(code: str, towards: Actor, source: Actor) -> str:
    """The template that says « vous » when one of the two is a profile that is not stored."""
    if not towards.name:
        return f"{code}.to_you"
    return f"{code}.from_you" if not source.name else code


def _place_name(actor: Actor) -> str:
    return actor.place.name if actor.place else ""

"""Reasons in words: one sentence per code, from templates, never generated freely."""

from collections.abc import Mapping
from typing import cast

from matcher.engine.links import Evidence
from matcher.engine.passages import begins_sentence
from matcher.engine.profiles import Actor, Role
from matcher.engine.reasons import Reason
from matcher.wording.organizations import of_organization
from matcher.wording.quoting import RESUMED, inside, quoted, typeset
from matcher.wording.words import Words

SENTENCE_CHARACTERS = 300
"""What a sentence aims at: its quotes share the room that names and places leave."""

SHORTEST_QUOTE = 70
"""A quote is not cut below this many characters, even where the sentence gets longer."""

SHOWN_LABELS = 3


def reason_text(
    reason: Reason, actor: Actor, partner: Actor, labels: Mapping[str, str], words: Words
) -> str:
    """The sentence for one reason of the pair (actor, partner).

    ``labels`` maps the codes of domains and publics to what people call them.
    """
    if reason.code == "offer_answers_need":
        return _offer_answers_need(reason, actor, partner, labels, words)
    writers = {
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


def _offer_answers_need(
    reason: Reason, actor: Actor, partner: Actor, labels: Mapping[str, str], words: Words
) -> str:
    needy, giver = _flow(reason, actor, partner)
    need, offer = (quote.quote for quote in reason.evidence)
    frame = {
        "of_giver": of_organization(shown_name(giver), words),
        "of_needy": of_organization(shown_name(needy), words),
        "where": _where(reason, needy, giver, words),
        "about": _about(reason, labels, words),
    }
    code = f"reason.{_addressed('offer_answers_need', needy, giver)}"
    room = SENTENCE_CHARACTERS - len(words.say(code, need="", offer="", **frame))
    need, offer = _both_quoted(need, offer, room)
    begun = [_resumed(quote, needy, giver) for quote in reason.evidence]
    return words.say(code, need=begun[0] + need, offer=begun[1] + inside(offer), **frame)


def _resumed(quote: Evidence, needy: Actor, giver: Actor) -> str:
    """« […] » for a quote that begins inside a sentence of its statement, else nothing."""
    role = Role.NEED if quote.field.startswith(Role.NEED.value) else Role.OFFER
    owner = needy if role is Role.NEED else giver
    position = int(quote.field.partition("[")[2].rstrip("]"))
    statements = owner.statements(role)
    whole = statements[position].text if position < len(statements) else quote.quote
    return "" if begins_sentence(whole, quote.start) else RESUMED


def _both_quoted(need: str, offer: str, room: int) -> tuple[str, str]:
    """Two quotes in a common room; what one does not need is left to the other."""
    half = max(SHORTEST_QUOTE, room // 2)
    need = quoted(need, max(half, room - len(quoted(offer, half))))
    return need, quoted(offer, max(half, room - len(need)))


def _where(reason: Reason, needy: Actor, giver: Actor, words: Words) -> str:
    """« , à Argenteuil, », « , à 4 km, », or nothing where nothing is known."""
    told = reason.parameters
    if "commune" in told:
        said = words.at(typeset(str(told["commune"])))
    elif told.get("covered"):
        said = _on_common_ground(reason, needy, giver, words)
    elif "distance_km" in told:
        said = words.say(
            "reason.where.distance", distance=words.kilometres(cast(float, told["distance_km"]))
        )
    else:
        return ""
    return words.say("reason.where", said=said)


def _on_common_ground(reason: Reason, needy: Actor, giver: Actor, words: Words) -> str:
    """Where one's zone covers the other's place: the giver comes, or is in the needy's zone."""
    covered = cast(tuple[str, ...], reason.parameters["covered"])
    comes, reached = reason.direction in covered, set(covered) != {reason.direction}
    if comes and _is_point(needy):
        return words.say("reason.where.reached", at=words.at(typeset(_place_name(needy))))
    if reached and _is_point(giver):
        return words.say("reason.where.in_zone", at=words.at(typeset(_place_name(giver))))
    area = typeset(_place_name(needy if comes else giver))
    return words.say("reason.where.common_ground", area=area)


def _about(reason: Reason, labels: Mapping[str, str], words: Words) -> str:
    """« (thème commun : Mobilité) », else a public in common, else nothing."""
    for code in ("domains", "publics"):
        shared = cast(tuple[str, ...], reason.parameters.get(code, ()))
        if shared:
            return words.say(f"reason.about.{code}", label=labels.get(shared[0], shared[0]))
    return ""


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
    code = "zone_covers" if _is_point(seated) else "zone_covers_area"
    return words.say(
        f"reason.{_addressed(code, seated, acting)}",
        seated=shown_name(seated),
        acting=shown_name(acting),
        of_acting=of_organization(shown_name(acting), words),
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


def _is_point(actor: Actor) -> bool:
    return actor.place is not None and actor.place.commune is not None


def _place_name(actor: Actor) -> str:
    return actor.place.name if actor.place else ""

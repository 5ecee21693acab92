"""What keeps a pair from being proposed, in words: one sentence for each code of the engine."""

from collections.abc import Mapping
from typing import cast

from matcher.engine.profiles import Actor
from matcher.engine.why_not import Obstacle
from matcher.wording.organizations import of_organization
from matcher.wording.quoting import quoted, typeset
from matcher.wording.reasons import shown_name
from matcher.wording.scores import score_word
from matcher.wording.words import Words

QUOTED = 140
"""Characters of a need or an offer that a sentence quotes at most."""


def obstacle_text(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> str:
    """The sentence for one obstacle between ``actor``, who looks for partners, and ``partner``."""
    told = named(words, actor=actor, name=partner)
    written = _WRITERS.get(found.code, _plain)
    code, more = written(found, actor, partner, words)
    return words.say(f"why_not.{code}", **{**told, **more})


def named(words: Words, **actors: Actor) -> dict[str, str]:
    """What each is called: ``name``, and ``of_name`` for « du CCAS », « d’Emmaüs »."""
    names = {key: shown_name(actor) for key, actor in actors.items()}
    of_names = {f"of_{key}": of_organization(name, words) for key, name in names.items()}
    return {key: typeset(name) for key, name in names.items()} | of_names


Told = tuple[str, Mapping[str, object]]


def _plain(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    return found.code, {}


def _same_side(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    return "same_side", {"side": words.say(f"kind.{found.parameters['kind']}")}


def _too_far(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    """With the distance where it is known, and the radii that do not reach so far."""
    told = found.parameters
    if told["distance_km"] is None:
        return "too_far.unknown", {}
    distance = words.kilometres(cast(float, told["distance_km"]))
    radii = [
        words.say("why_not.radius", name=typeset(shown_name(who)), radius=words.kilometres(radius))
        for who, radius in ((actor, told["radius_km"]), (partner, told["its_radius_km"]))
        if isinstance(radius, float) and radius > 0
    ]
    nearby = words.kilometres(cast(float, told["nearby_km"]))
    said = " ".join(radii) or words.say("why_not.no_radius")
    return "too_far", {"distance": distance, "nearby": nearby, "radii": said}


def _beyond_radius(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    told = found.parameters
    radius = words.kilometres(cast(float, told["radius_km"]))
    if told["distance_km"] is None:
        return "beyond_radius.unknown", {"radius": radius}
    distance = words.kilometres(cast(float, told["distance_km"]))
    return "beyond_radius", {"distance": distance, "radius": radius}


def _says_too_little(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    """Who of the two would have to say more, and of what."""
    silent = [who for who in (actor, partner) if not (who.needs or who.offers)]
    if silent:
        names = [typeset(shown_name(who)) for who in silent]
        return "says_too_little.nothing", {"who": names}
    return "says_too_little", {}


def _answered(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    """An exclusion, or a need that is not met, with its quotes where both have something to say."""
    needy, giver = (actor, partner) if found.direction == "a_to_b" else (partner, actor)
    ends = named(words, needy=needy, giver=giver)
    if not found.evidence:
        return f"{found.code}.nothing", ends
    need, offer = (quoted(one.quote, QUOTED) for one in found.evidence)
    return found.code, ends | {"need": need, "offer": offer}


def _below(found: Obstacle, actor: Actor, partner: Actor, words: Words) -> Told:
    score, least = (cast(float, found.parameters[one]) for one in ("score", "minimum_score"))
    word, wanted = (words.say(f"score.{score_word(one)}") for one in (score, least))
    return "below_minimum" if word != wanted else "below_minimum.same", {
        "word": word,
        "wanted": wanted,
    }


_WRITERS = {
    "same_side": _same_side,
    "too_far": _too_far,
    "beyond_radius": _beyond_radius,
    "says_too_little": _says_too_little,
    "excluded": _answered,
    "unanswered": _answered,
    "below_minimum": _below,
}

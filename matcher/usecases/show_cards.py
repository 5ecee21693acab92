"""Show synergies as cards: what both wrote, with the passage that counts, and terms explained."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from matcher.bootstrap import Application
from matcher.engine.index import ActorIndex
from matcher.engine.profiles import Actor, Role
from matcher.scope import Scope
from matcher.usecases.answers import (
    ActorSummary,
    EvidenceAnswer,
    GlossAnswer,
    ReasonAnswer,
    RecommendationItem,
)
from matcher.usecases.seeing import Sight
from matcher.usecases.terms_in_place import Piece, pieces_of
from matcher.wording.organizations import of_organization
from matcher.wording.quoting import typeset
from matcher.wording.scores import SHOWN_CERTAINTY, score_word
from matcher.wording.words import Words

EXCHANGE = "offer_answers_need"


@dataclass(frozen=True, slots=True)
class Quoted:
    """What one of the two wrote, cut into pieces; ``role`` says whether it asks or gives."""

    actor: ActorSummary
    role: Literal["need", "offer"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SynergyCard:
    """One synergy as a page shows it.

    ``word`` is the code of the word for its score, ``value`` the score as a bar may show it, in
    [0, 1]; ``why`` one sentence without quotes; ``terms`` are those that stand in no quote;
    ``others`` the sentences of what speaks for it besides. ``seats`` are the communes of the two
    (``commune:95018``), ``None`` where one sits in none.
    """

    item: RecommendationItem
    word: str
    value: float
    why: str
    quotes: tuple[Quoted, ...]
    terms: tuple[Piece, ...]
    others: tuple[str, ...]
    seats: tuple[str | None, str | None]


def show_cards(
    application: Application, items: Sequence[RecommendationItem], words: Words, scope: Scope
) -> list[SynergyCard]:
    """One card for each item of an answer that ``scope`` was given, in their order.

    What a profile says around a quote is shown where it is still what the quote was taken from;
    of a profile that is not stored, the quote alone.
    """
    authors = _authors(application, items, scope)
    return [_card(item, authors, words) for item in items]


def _authors(
    application: Application, items: Iterable[RecommendationItem], scope: Scope
) -> dict[str, Actor]:
    """The stored actors of some items, the profiles of each part read at once."""
    sight, snapshot = Sight(application, scope), application.snapshot()
    wanted: dict[int, tuple[ActorIndex, dict[str, int]]] = {}
    for name in {one.id for item in items for one in (item.actor, item.partner)}:
        found = sight.find(snapshot, name)
        if found:
            part, position = found
            wanted.setdefault(id(part), (part, {}))[1][name] = position
    authors: dict[str, Actor] = {}
    for part, positions in wanted.values():
        part.actors.fetch(list(positions.values()))
        authors |= {name: part.actors[position] for name, position in positions.items()}
    return authors


def _card(item: RecommendationItem, authors: Mapping[str, Actor], words: Words) -> SynergyCard:
    numbers = count(1)
    first = next((reason for reason in item.reasons if reason.evidence), None)
    quotes = tuple(_quotes(item, first, authors, numbers)) if first else ()
    if quotes and quotes[0].actor.id != item.actor.id:
        quotes = quotes[::-1]
    explained = {one.gloss.expansion for quote in quotes for one in quote.pieces if one.gloss}
    left = [one for one in first.glossary if one.expansion not in explained] if first else []
    seats = [_seat(authors.get(one.id)) for one in (item.actor, item.partner)]
    return SynergyCard(
        item=item,
        word=score_word(item.score),
        value=round(min(item.score, SHOWN_CERTAINTY), 2),
        why=short_reason(item, words),
        quotes=quotes,
        terms=tuple(Piece(gloss.term, gloss=gloss, number=next(numbers)) for gloss in left),
        others=tuple(reason.text for reason in item.reasons if reason is not first),
        seats=(seats[0], seats[1]),
    )


def short_reason(item: RecommendationItem, words: Words) -> str:
    """Why the two should meet, as one sentence that leaves their quotes to be read beside it."""
    first = item.reasons[0] if item.reasons else None
    if first is None or first.code != EXCHANGE:
        return first.text if first else words.say("card.no_reason")
    needy, giver = item.actor, item.partner
    if first.direction == "b_to_a":
        needy, giver = giver, needy
    unsaved = words.say("actor.unsaved")
    way = ".to_you" if needy.name == unsaved else ".from_you" if giver.name == unsaved else ""
    ways = {reason.direction for reason in item.reasons if reason.code == EXCHANGE}
    return words.say(
        f"card.why{way}" + (".both" if len(ways) > 1 else ""),
        of_giver=of_organization(typeset(giver.organization or giver.name), words),
        of_needy=of_organization(typeset(needy.organization or needy.name), words),
        where=_where(item, words),
    )


def _where(item: RecommendationItem, words: Words) -> str:
    here, there = item.actor, item.partner
    if here.commune and (here.commune, here.department) == (there.commune, there.department):
        return words.say("reason.where", said=words.at(here.commune))
    if item.distance_km is None:
        return ""
    distance = words.kilometres(item.distance_km)
    return words.say("reason.where", said=words.say("reason.where.distance", distance=distance))


def _quotes(
    item: RecommendationItem,
    reason: ReasonAnswer,
    authors: Mapping[str, Actor],
    numbers: Iterator[int],
) -> Iterator[Quoted]:
    sides = {one.id: one for one in (item.actor, item.partner)}
    told: dict[str, GlossAnswer] = {one.expansion: one for one in reason.glossary}
    for quote in reason.evidence:
        role, whole, start = _whole(quote, authors.get(quote.actor_id))
        end = start + len(quote.quote)
        author = sides[quote.actor_id]
        pieces = pieces_of(whole, start, end, author.kind, told, numbers)
        yield Quoted(author, "need" if role is Role.NEED else "offer", pieces)


def _whole(quote: EvidenceAnswer, author: Actor | None) -> tuple[Role, str, int]:
    """The statement that a quote was taken from and where it stands there; else the quote."""
    name, _, position = quote.field.rstrip("]").partition("[")
    role = Role.NEED if name.startswith(Role.NEED.value) else Role.OFFER
    statements = author.statements(role) if author else ()
    if position.isdigit() and int(position) < len(statements):
        text = statements[int(position)].text
        if text[quote.start : quote.end] == quote.quote:
            return role, text, quote.start
    return role, quote.quote, 0


def _seat(actor: Actor | None) -> str | None:
    return actor.place.commune if actor and actor.place else None

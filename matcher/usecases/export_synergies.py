"""Give what a territory's page shows as a file: every page of it up to a bound, in plain words."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from matcher.bootstrap import Application
from matcher.scope import Scope
from matcher.usecases.answers import ActorSummary, RecommendationItem
from matcher.usecases.export_actor import cell
from matcher.usecases.list_synergies import Order, best_in_order
from matcher.usecases.read_question import MAXIMUM_LIMIT, RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.wording.scores import SHOWN_CERTAINTY, score_word
from matcher.wording.words import Words

MOST_ROWS = 500
"""Rows of one file: more is not read by anybody, and is no longer « what is on screen »."""

MOST_PAGES = 10
"""Pages that are asked for one file: where a kind of synergy is rare, they are short."""

OF_ACTOR = ("name", "organization", "side", "commune")
COLUMNS = (
    *(f"actor_{part}" for part in OF_ACTOR),
    *(f"partner_{part}" for part in OF_ACTOR),
    *("kind", "word", "score", "distance_km", "reason", "actor_quote", "partner_quote"),
)
"""Codes of the columns; ``sheet.column.<code>`` says them."""

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class SynergiesExport:
    """Synergies in their order; ``cut`` where the territory has more than these."""

    items: tuple[RecommendationItem, ...]
    cut: bool
    order: Order = Order.BEST

    @property
    def count(self) -> int:
        """How many synergies the file tells of."""
        return len(self.items)

    def limits(self, words: Words) -> str:
        """What a reader of a list that was cut has to know; empty where it is whole."""
        code = "sheet.cut" if self.order is Order.BEST else "sheet.sorted_among"
        return words.say(code, count=self.count) if self.cut else ""


def export_synergies(
    application: Application,
    query: RecommendationQuery,
    words: Words,
    scope: Scope,
    order: Order = Order.BEST,
    most: int = MOST_ROWS,
) -> SynergiesExport:
    """Ask page after page of a question, from its first, until there are ``most`` items.

    In another order than the best first, the file holds what the page puts in order, and no more.
    Raises what ``recommend`` does. The audit log tells that these actors were exported.
    """
    if order is Order.BEST:
        export = _best_first(application, query, words, scope, most)
    else:
        found = best_in_order(application, query, order, words, scope)
        export = SynergiesExport(tuple(found.items), found.next_cursor is not None, order)
    shown = [one.id for item in export.items for one in (item.actor, item.partner)]
    application.recorder.seen(scope, "export", shown)
    return export


def _best_first(
    application: Application, query: RecommendationQuery, words: Words, scope: Scope, most: int
) -> SynergiesExport:
    items: list[RecommendationItem] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        limit = min(MAXIMUM_LIMIT, most - len(items))
        page = recommend(application, replace(query, limit=limit, cursor=cursor), words, scope)
        items += page.items
        cursor = page.next_cursor
        if cursor is None or len(items) >= most:
            break
    return SynergiesExport(tuple(items), cut=cursor is not None)


def synergies_as_csv(export: SynergiesExport, words: Words) -> bytes:
    """The file as a French spreadsheet opens it: UTF-8 with its mark, « ; » between the cells.

    No cell is a formula. Where the list is cut, a last line says so.
    """
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(header(words))
    for row in rows(export, words):
        lines.writerow([_written(value, words) for value in row])
    if export.cut:
        lines.writerow([export.limits(words)])
    return written.getvalue().encode("utf-8-sig")


def header(words: Words) -> list[str]:
    """What the columns are called."""
    return [words.say(f"sheet.column.{code}") for code in COLUMNS]


def rows(export: SynergiesExport, words: Words) -> Iterator[tuple[Cell, ...]]:
    """One line for each synergy, its values in the order of :data:`COLUMNS`."""
    for item in export.items:
        yield (
            *_actor(item.actor, words),
            *_actor(item.partner, words),
            words.say(f"synergy.{item.kind}"),
            words.say(f"score.{score_word(item.score)}"),
            round(min(item.score, SHOWN_CERTAINTY), 2),
            item.distance_km,
            item.reasons[0].text if item.reasons else "",
            *quotes(item),
        )


def quotes(item: RecommendationItem) -> tuple[str, str]:
    """The sentence of each of the two that proves the first reason; empty where none does."""
    proved = next((reason for reason in item.reasons if reason.evidence), None)
    said = {one.actor_id: one.quote for one in proved.evidence} if proved else {}
    return said.get(item.actor.id, ""), said.get(item.partner.id, "")


def _actor(actor: ActorSummary, words: Words) -> tuple[str, str, str, str]:
    where = f"{actor.commune} ({actor.department})" if actor.commune else actor.department
    side = words.say(f"kind.{actor.kind}")
    return actor.name, actor.organization or "", side, where or ""


def _written(value: Cell, words: Words) -> str:
    if value is None:
        return ""
    return cell(value) if isinstance(value, str) else words.write(value)

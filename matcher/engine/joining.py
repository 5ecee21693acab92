"""Several indexes made one, or one and what changed since: nobody is read or analysed again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.engine.actor_columns import ActorColumns, whereabouts_of
from matcher.engine.columns import Numbers, Positions, SetColumn, expand, offsets_of
from matcher.engine.index import ActorIndex, KeptProfiles
from matcher.engine.rows import Rows
from matcher.engine.statements import StatementBlock
from matcher.engine.terms import joined_terms

AT_ONCE = 1 << 16
"""Rows that are moved at once: what is read on the way to the result stays small."""


def joined(parts: Sequence[ActorIndex], order: Positions | None = None) -> ActorIndex:
    """One index of the actors of several, with the same sites in each.

    ``order`` are the positions that are kept, counted from part to part, in the order of kind,
    place and id; by default all of them as they come. The same actors give the same arrays,
    however they were cut in parts. The whole profiles are left behind: ``actors`` is empty.
    """
    ids: Sequence[str] = [name for part in parts for name in part.ids]
    chosen = np.arange(len(ids), dtype=np.int64) if order is None else order
    ids = tuple(ids[position] for position in chosen.tolist())
    columns = _columns([part.columns for part in parts], chosen)
    return replace(
        parts[0],
        actors=KeptProfiles(),
        ids=ids,
        positions={name: position for position, name in enumerate(ids)},
        digests=_gathered([part.digests for part in parts], chosen),
        columns=columns,
        whereabouts=whereabouts_of(columns),
        needs=_block([part.needs for part in parts], chosen),
        offers=_block([part.offers for part in parts], chosen),
        gone=np.zeros(0, dtype=np.int64),
    )


def _columns(parts: Sequence[ActorColumns], order: Positions) -> ActorColumns:
    found = {}
    for name in ActorColumns._fields:
        values = [getattr(part, name) for part in parts]
        if name == "sites":
            found[name] = values[0]
        elif isinstance(values[0], SetColumn):
            found[name] = _sets(values, order)
        else:
            found[name] = _gathered(values, order)
    return ActorColumns(**found)


def _sets(columns: Sequence[SetColumn], order: Positions) -> SetColumn:
    """The sets of some actors, numbered as they come."""
    known: dict[bytes, int] = {}
    numbers, distinct = [], []
    for column in columns:
        renumbered = np.zeros(len(column.offsets) - 1, dtype=np.int32)
        for number in range(len(renumbered)):
            codes = column.codes[column.offsets[number] : column.offsets[number + 1]]
            name = codes.tobytes()
            if name not in known:
                known[name] = len(known)
                distinct.append(codes)
            renumbered[number] = known[name]
        numbers.append(renumbered[column.numbers])
    said = np.concatenate(numbers)[order]
    held, first = np.unique(said, return_index=True)
    coming = held[np.argsort(first, kind="stable")]
    places = np.zeros(len(known), dtype=np.int32)
    places[coming] = np.arange(len(coming), dtype=np.int32)
    kept = [distinct[number] for number in coming.tolist()]
    flat = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)
    return SetColumn(places[said], offsets_of(map(len, kept)).astype(np.int64), flat)


def _block(blocks: Sequence[StatementBlock], order: Positions) -> StatementBlock:
    parts = [block.rows for block in blocks]
    by_actor = _offsets([some.actor_offsets for some in parts])
    rows, actor_offsets = expand(by_actor, order)
    starts, statement_offsets = _starts(parts, by_actor, order, actor_offsets)
    return StatementBlock(
        blocks[0].role,
        Rows(
            _gathered([some.vectors for some in parts], rows),
            _gathered([some.scales for some in parts], rows),
            joined_terms([some.terms for some in parts], rows),
            offsets_of(np.diff(actor_offsets)),
            starts,
            statement_offsets,
        ),
        _gathered([block.positions for block in blocks], rows),
        _gathered([block.spans for block in blocks], rows),
    )


def _starts(
    parts: Sequence[Rows], by_actor: Numbers, order: Positions, actor_offsets: Positions
) -> tuple[Numbers, Numbers]:
    """First rows of the statements of some actors, and what cuts the statements by actor."""
    before = offsets_of(len(some.scales) for some in parts)
    first = np.concatenate(
        [some.statement_starts + before[k] for k, some in enumerate(parts)], dtype=np.int64
    )
    statements, cuts = expand(_offsets([some.statement_offsets for some in parts]), order)
    shift = np.repeat(by_actor[order] - actor_offsets[:-1], np.diff(cuts))
    return (first[statements] - shift).astype(np.int32), offsets_of(np.diff(cuts))


def _offsets(parts: Sequence[Numbers]) -> Numbers:
    """Offsets that begin at 0 in each part, as offsets into all parts together."""
    return offsets_of(np.concatenate([np.diff(some) for some in parts]))


def _gathered(parts: Sequence[NDArray[Any]], order: Positions) -> NDArray[Any]:
    """Some rows of several arrays, counted from array to array."""
    found = np.empty((len(order), *parts[0].shape[1:]), dtype=np.result_type(*parts))
    ends = offsets_of(map(len, parts))
    for start in range(0, len(order), AT_ONCE):
        asked, target = order[start : start + AT_ONCE], found[start : start + AT_ONCE]
        owners = np.searchsorted(ends, asked, side="right") - 1
        for owner in np.unique(owners).tolist():
            here = owners == owner
            target[here] = parts[owner][asked[here] - ends[owner]]
    return found

"""Several indexes made one: a country is indexed part by part, in the order of its actors."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from matcher.engine.actor_columns import ActorColumns, whereabouts_of
from matcher.engine.columns import Positions, SetColumn
from matcher.engine.index import ActorIndex, KeptProfiles
from matcher.engine.rows import Rows, Terms
from matcher.engine.statements import StatementBlock


def joined(parts: Sequence[ActorIndex]) -> ActorIndex:
    """One index of actors who are in order from part to part, with the same sites in each.

    The whole profiles are left behind: ``actors`` is empty.
    """
    columns = _columns([part.columns for part in parts])
    ids = tuple(name for part in parts for name in part.ids)
    return replace(
        parts[0],
        actors=KeptProfiles(),
        ids=ids,
        positions={name: position for position, name in enumerate(ids)},
        digests=np.concatenate([part.digests for part in parts]),
        columns=columns,
        whereabouts=whereabouts_of(columns),
        needs=_block([part.needs for part in parts]),
        offers=_block([part.offers for part in parts]),
    )


def _columns(parts: Sequence[ActorColumns]) -> ActorColumns:
    found = {}
    for name in ActorColumns._fields:
        values = [getattr(part, name) for part in parts]
        if name == "sites":
            found[name] = values[0]
        elif isinstance(values[0], SetColumn):
            found[name] = _sets(values)
        else:
            found[name] = np.concatenate(values)
    return ActorColumns(**found)


def _sets(columns: Sequence[SetColumn]) -> SetColumn:
    known: dict[bytes, int] = {}
    numbers, kept = [], []
    for column in columns:
        renumbered = np.zeros(len(column.offsets) - 1, dtype=np.int32)
        for number in range(len(renumbered)):
            codes = column.codes[column.offsets[number] : column.offsets[number + 1]]
            name = codes.tobytes()
            if name not in known:
                known[name] = len(known)
                kept.append(codes)
            renumbered[number] = known[name]
        numbers.append(renumbered[column.numbers])
    offsets = _cuts(len(codes) for codes in kept)
    flat = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)
    return SetColumn(np.concatenate(numbers), offsets, flat)


def _block(blocks: Sequence[StatementBlock]) -> StatementBlock:
    rows = [block.rows for block in blocks]
    terms = [some.terms for some in rows]
    return StatementBlock(
        blocks[0].role,
        Rows(
            np.concatenate([some.vectors for some in rows]),
            np.concatenate([some.scales for some in rows]),
            Terms(
                _shifted([some.offsets for some in terms]),
                np.concatenate([some.codes for some in terms]),
                np.concatenate([some.weights for some in terms]),
                np.concatenate([some.scales for some in terms]),
            ),
            _shifted([some.actor_offsets for some in rows]),
            _starts(rows),
            _shifted([some.statement_offsets for some in rows]),
        ),
        np.concatenate([block.positions for block in blocks]),
        np.concatenate([block.spans for block in blocks]),
    )


def _starts(rows: Sequence[Rows]) -> Positions:
    before = _cuts(len(some.scales) for some in rows)
    shifted = [some.statement_starts + before[k] for k, some in enumerate(rows)]
    return np.concatenate(shifted)


def _shifted(offsets: Sequence[Positions]) -> Positions:
    """Offsets that begin at 0 in each part, as offsets into all parts together."""
    ends = _cuts(int(some[-1]) for some in offsets)
    moved = [some[1:] + ends[k] for k, some in enumerate(offsets)]
    return np.concatenate([np.zeros(1, dtype=np.int64), *moved])


def _cuts(sizes: Iterable[int]) -> Positions:
    return np.cumsum([0, *sizes], dtype=np.int64)

"""The best partners of many actors, kept in order as pairs come."""

from numba import njit

from matcher.engine.columns import Floats, Numbers, Positions


@njit(cache=True, nogil=True)
def keep_best(
    worth: Floats, partners: Numbers, owners: Positions, coming: Positions, values: Floats
) -> None:
    """Put each pair in its place in the rows of its owner, in place; ties go by partner.

    ``worth`` (actors, limit) is in decreasing order in each row, ``partners`` goes with it.
    """
    limit = worth.shape[1]
    for k in range(len(owners)):
        owner, partner, value = owners[k], coming[k], values[k]
        at = limit
        while at > 0 and (
            value > worth[owner, at - 1]
            or (value == worth[owner, at - 1] and partner < partners[owner, at - 1])
        ):
            at -= 1
        if at == limit:
            continue
        for place in range(limit - 1, at, -1):
            worth[owner, place] = worth[owner, place - 1]
            partners[owner, place] = partners[owner, place - 1]
        worth[owner, at] = value
        partners[owner, at] = partner

"""Who is suggested to whom under capacities, by an auction: one side bids, the other has places."""

import numpy as np
from numba import njit

from matcher.engine.columns import Bools, Floats, Numbers, Positions


@njit(cache=True, nogil=True)
def hold_auction(
    starts: Positions,
    others: Numbers,
    worth: Floats,
    demands: Numbers,
    places: Positions,
    welcome: float,
    step: float,
) -> tuple[Bools, Floats]:
    """Give out places until nobody wants to bid; which pairs hold one, and the price of each other.

    Bidder ``k`` may take the pairs ``starts[k]:starts[k + 1]``, at most ``demands[k]`` of them;
    ``others`` names whose place a pair needs, ``worth`` its value; other ``j`` has the places
    ``places[j]:places[j + 1]``. A bidder's first pair, and the first place of an other, are worth
    ``welcome`` more. Prices rise by ``step`` at least, so it ends; whoever is outbid bids again.

    Bertsekas and Castañon 1989, *The auction algorithm for the transportation problem*: a bidder
    pays for the places it takes what makes it as happy as with the best it leaves. With places
    nobody bid for left at their first price, the result is within ``step`` a pair of the best.
    """
    bidders = len(starts) - 1
    price, least = _first_prices(places, welcome)
    holder = np.full(places[-1], -1, np.int64)
    held = np.zeros(len(worth), np.bool_)
    bidder_of = np.repeat(np.arange(bidders), np.diff(starts))
    count = np.zeros(bidders, np.int64)
    most = max(0, demands.max()) if bidders else 0
    net, wanted = np.zeros(most + 1), np.zeros(most + 1, np.int64)
    queue, waiting = np.arange(bidders), np.ones(bidders, np.bool_)
    head, length = 0, bidders
    while length:
        bidder = queue[head]
        head, length = (head + 1) % bidders, length - 1
        waiting[bidder] = False
        room = demands[bidder] - count[bidder]
        if room <= 0:
            continue
        pairs = (starts[bidder], starts[bidder + 1])
        _find_best(pairs, others, worth, held, least, net[: room + 1], wanted)
        bids, level = _chosen_bids(net, room, count[bidder] == 0, welcome)
        for k in range(bids):
            pair = wanted[k]
            seller = others[pair]
            first, last = places[seller], places[seller + 1]
            cheapest = first + np.argmin(price[first:last])
            if holder[cheapest] >= 0:
                loser = bidder_of[holder[cheapest]]
                held[holder[cheapest]] = False
                count[loser] -= 1
                if not waiting[loser]:
                    queue[(head + length) % bidders] = loser
                    length += 1
                    waiting[loser] = True
            holder[cheapest] = pair
            held[pair] = True
            count[bidder] += 1
            price[cheapest] += net[k] - level + step
            least[seller] = price[first:last].min()
    return held, least


@njit(cache=True, nogil=True)
def _first_prices(places: Positions, welcome: float) -> tuple[Floats, Floats]:
    """The price of each place, and the least of each seller; none of one who has no place."""
    price, least = np.zeros(places[-1]), np.full(len(places) - 1, np.inf)
    for seller in range(len(least)):
        if places[seller] < places[seller + 1]:
            price[places[seller]] = least[seller] = -welcome
    return price, least


@njit(cache=True, nogil=True)
def _find_best(
    pairs: tuple[int, int],
    others: Numbers,
    worth: Floats,
    held: Bools,
    least: Floats,
    net: Floats,
    wanted: Positions,
) -> None:
    """Fill ``net`` with what the best pairs not held are worth beyond their price, best first."""
    net[:] = -np.inf
    last = len(net) - 1
    for pair in range(pairs[0], pairs[1]):
        value = worth[pair] - least[others[pair]]
        if held[pair] or value <= net[last]:
            continue
        at = last
        while at > 0 and net[at - 1] < value:
            net[at], wanted[at] = net[at - 1], wanted[at - 1]
            at -= 1
        net[at], wanted[at] = value, pair


@njit(cache=True, nogil=True)
def _chosen_bids(net: Floats, room: int, has_none: bool, welcome: float) -> tuple[int, float]:
    """How many of the best to bid for, and down to which level: what it would have otherwise."""
    bids = 0
    while bids < room and net[bids] > 0:
        bids += 1
    if bids > 1 or not has_none:
        return bids, max(net[bids], 0.0)
    # For its first pair it would give up its welcome too.
    return (1 if net[0] > -welcome else 0), max(net[1], -welcome)


@njit(cache=True, nogil=True)
def upper_bound(
    starts: Positions,
    others: Numbers,
    worth: Floats,
    demands: Numbers,
    places: Positions,
    welcome: float,
    least: Floats,
) -> float:
    """What no choice of pairs can be worth more than, whatever the prices ``least`` of others.

    Lagrangian duality: places are sold without limit at these prices, each bidder takes what suits
    it best, and the sellers' capacity is worth its price.
    """
    bound = 0.0
    for seller in range(len(places) - 1):
        capacity = places[seller + 1] - places[seller]
        if capacity:
            price = least[seller]
            bound += max(0.0, welcome + (capacity * price if price > 0 else price))
    for bidder in range(len(starts) - 1):
        if demands[bidder] <= 0:
            continue
        left = np.empty(starts[bidder + 1] - starts[bidder])
        for k in range(len(left)):
            pair = starts[bidder] + k
            left[k] = worth[pair] - least[others[pair]]
        left.sort()
        best = welcome
        for k in range(min(demands[bidder], len(left))):
            value = left[len(left) - 1 - k]
            best += value if k == 0 else max(value, 0.0)
        if len(left):
            bound += max(0.0, best)
    return bound

"""Who can be written to this month, and why the others cannot: one mail an address, in turn."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcher.mailing.message import is_address
from matcher.store.suggestions import Correspondent
from matcher.store.vocabularies import folded


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What the store knows of earlier mails.

    ``stopped`` are ids of those who asked for no more mail, ``bounced`` addresses that do not
    exist, in lower case, ``lately`` ids and addresses that were written to not long ago.
    ``written`` says when each id last was, in seconds since 1970.
    """

    stopped: frozenset[str] = frozenset()
    bounced: frozenset[str] = frozenset()
    lately: frozenset[str] = frozenset()
    written: Mapping[str, int] = field(default_factory=dict)


def unmailable(people: Mapping[str, Correspondent], before: Correspondence) -> dict[str, str]:
    """Why some get no mail whatever is found for them: a code, by id.

    An address gets one mail a month. A person under two profiles is one person, so the second is
    ``same-address``; several people of one address take turns, and those who wait are
    ``shared-address``.
    """
    found, sharing = dict[str, str](), defaultdict[str, list[Correspondent]](list)
    for name, one in sorted(people.items()):
        reason = _alone(one, before)
        if reason is None:
            sharing[(one.email or "").casefold()].append(one)
        else:
            found[name] = reason
    for some in sharing.values():
        found |= _waiting(some, before) if len(some) > 1 else {}
    return found


def _alone(one: Correspondent, before: Correspondence) -> str | None:
    """What stands against writing to somebody, whoever else reads that address."""
    address = one.email or ""
    if not one.profiling:
        return "opposed"
    if one.id in before.stopped:
        return "stopped"
    if not one.consent:
        return "no-consent"
    if not is_address(address):
        return "no-address"
    if address.casefold() in before.bounced:
        return "bounced"
    return "had-one" if {one.id, address} & before.lately else None


def _waiting(some: Iterable[Correspondent], before: Correspondence) -> dict[str, str]:
    """Of those who share an address, who is not written to this time."""
    persons = defaultdict[tuple[str, ...], list[str]](list)
    for one in some:
        # « Mélanie Da Costa » and « DA COSTA Mélanie » are one person.
        persons[tuple(sorted(folded(one.name).split("-")))].append(one.id)
    found = {name: "same-address" for ids in persons.values() for name in ids[1:]}
    turns = sorted(
        (max(before.written.get(name, 0) for name in ids), ids[0]) for ids in persons.values()
    )
    return found | {name: "shared-address" for _, name in turns[1:]}

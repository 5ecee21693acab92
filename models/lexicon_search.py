"""Look for many wordings in a text at once, in one walk through its words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.lexicon_file import Entry
from models.lexicon_tokens import Token


@dataclass(slots=True)
class Node:
    """A step of the tree of wordings: the words that may follow, the entries that end here."""

    after: "dict[str, Node]" = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def plant(self, words: Iterable[str], entry: Entry) -> None:
        """Make ``words``, one after the other, lead to ``entry``."""
        node = self
        for word in words:
            node = node.after.setdefault(word, Node())
        if node is not self and entry not in node.entries:
            node.entries.append(entry)


class Hit(NamedTuple):
    """A wording in a text, from token ``first`` to token ``last``."""

    first: int
    last: int
    entries: list[Entry]


def wording_hits(root: Node, tokens: Sequence[Token]) -> Iterator[Hit]:
    """Wordings of a tree of stems: in any number, glue words left out, within one phrase."""
    content = [position for position, token in enumerate(tokens) if not token.glue]
    for start, first in enumerate(content):
        node = root.after.get(tokens[first].stem)
        if node is None:
            continue
        last = first
        for following in range(start + 1, len(content) + 1):
            if node is None:
                break
            if node.entries:
                yield Hit(first, last, node.entries)
            if following == len(content) or not node.after:
                break
            last = content[following]
            if tokens[last].phrase != tokens[first].phrase:
                break
            node = node.after.get(tokens[last].stem)


def acronym_hits(root: Node, tokens: Sequence[Token]) -> Iterator[Hit]:
    """Wordings of a tree of folded words: as they are, or with a plural s after capitals."""
    for first, token in enumerate(tokens):
        node = _step(root, token)
        last = first
        while node is not None:
            if node.entries:
                yield Hit(first, last, node.entries)
            last += 1
            if not node.after or last == len(tokens) or tokens[last].phrase != token.phrase:
                break
            node = _step(node, tokens[last])


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that do not overlap: the first ones, and of those that start together the longest."""
    kept: list[Hit] = []
    for hit in hits:
        if kept and hit.first == kept[-1].first:
            kept[-1] = hit
        elif not kept or hit.first > kept[-1].last:
            kept.append(hit)
    return kept


def _step(node: Node, token: Token) -> Node | None:
    return node.after.get(token.word) or node.after.get(token.singular)

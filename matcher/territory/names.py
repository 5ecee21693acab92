"""Indexes from what people write to identifiers: names, other names, codes, postal codes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matcher.territory.folding import intercommunal_words, loose_key, strict_key, words_of
from matcher.territory.gazetteer import Gazetteer
from matcher.territory.tables import CITY_OF_ARRONDISSEMENT, OTHER_NAMES, read_rows

Accept = Callable[[str], bool]
Keys = dict[str, tuple[str, ...]]

ALIASES = {
    "paca": "region:93",
    "regionsud": "region:93",
    "idf": "region:11",
    "hdf": "region:32",
    "bfc": "region:27",
    "aura": "region:84",
    "provincedequebec": "department:QC",
    "grandparis": "epci:200054781",
}
# The régions of before 2016: what replaced them is suggested, never assumed.
FORMER_REGIONS = {
    "alsace": "region:44",
    "aquitaine": "region:75",
    "auvergne": "region:84",
    "bassenormandie": "region:28",
    "bourgogne": "region:27",
    "centre": "region:24",
    "champagneardenne": "region:44",
    "franchecomte": "region:27",
    "hautenormandie": "region:28",
    "languedocroussillon": "region:76",
    "limousin": "region:75",
    "lorraine": "region:44",
    "midipyrenees": "region:76",
    "nordpasdecalais": "region:32",
    "picardie": "region:32",
    "poitoucharentes": "region:75",
    "rhonealpes": "region:84",
}
INTERCOMMUNAL_FORMS = frozenset({"cc", "ca", "cu", "metropole", "communaute", "mrc"})
SIMILAR_ENOUGH = 0.6


def anywhere(_: str) -> bool:
    """Accept every identifier."""
    return True


class NameIndex:
    """Names of every territory, folded; built on the first search, not at load."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def named(self, words: tuple[str, ...], accept: Accept = anywhere) -> list[str]:
        """Identifiers of what bears this name, from the first way of reading it that has any.

        The name as written, then without articles, then as an EPCI's short name, then as the
        name of a commune that has merged or of a post office (the commune it is in).
        """
        strict, loose = strict_key(words), loose_key(words)
        short = intercommunal_words(words)
        tiers = (
            (self._strict, strict),
            (self._loose, loose),
            (self._loose, loose_key(short)),
            (self._intercommunal, loose_key(short)),
            (self._other, strict),
            (self._other_loose, loose),
        )
        for keys, key in tiers:
            found = [identifier for identifier in keys.get(key, ()) if accept(identifier)]
            if found:
                return found
        return []

    def starting_words(self, words: tuple[str, ...], among: Iterable[str]) -> list[str]:
        """Of some identifiers, those whose names start with these words (``Herblay``)."""
        return [one for one in among if self._words[one][: len(words)] == words]

    def started_by(self, words: tuple[str, ...], among: Iterable[str]) -> list[str]:
        """Of some identifiers, those whose names start these words (``Berck`` sur Mer)."""
        return [one for one in among if words[: len(self._words[one])] == self._words[one]]

    def successor(self, words: tuple[str, ...]) -> str | None:
        """Identifier of the région that took over a former one."""
        return FORMER_REGIONS.get(strict_key(words))

    def with_postal_code(self, code: str) -> tuple[str, ...]:
        """Communes of a postal code; the arrondissement rather than its whole city."""
        return self.postal_codes.get(code, ())

    def current_commune(self, code: str) -> str | None:
        """Identifier of the commune that took over the INSEE code of a merged one."""
        return self._former_codes.get(code)

    def starting_with(self, words: tuple[str, ...], accept: Accept) -> list[tuple[float, str]]:
        """Share in ]0, 1] of the name already there, and identifier, of the names begun so."""
        start = strict_key(words)
        return [
            (len(start) / len(key), identifier)
            for key, identifiers in self._strict.items()
            if key.startswith(start)
            for identifier in identifiers
            if accept(identifier)
        ]

    def similar(self, words: tuple[str, ...], accept: Accept) -> list[tuple[float, str]]:
        """Similarity in [0, 1] and identifier of the names that are spelled nearly like this."""
        close = process.extract(
            loose_key(words),
            self._loose.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=SIMILAR_ENOUGH,
            limit=None,
        )
        return [
            (similarity, identifier)
            for key, similarity, _ in close
            for identifier in self._loose[key]
            if accept(identifier)
        ]

    def _named_rows(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        levels = (
            ("department", self._gazetteer.departments),
            ("region", self._gazetteer.regions),
            ("country", self._gazetteer.countries),
            ("epci", self._gazetteer.epcis),
        )
        for level, rows in levels:
            for code, row in rows.items():
                words = words_of(row[1])
                if level == "epci":
                    words = intercommunal_words(words)
                yield f"{level}:{code}", words
        for row in self._gazetteer.commune_rows():
            yield f"commune:{row[0]}", words_of(row[1])

    @cached_property
    def _words(self) -> dict[str, tuple[str, ...]]:
        return dict(self._named_rows())

    @cached_property
    def _strict(self) -> Keys:
        keys = _grouped(
            (strict_key(words), identifier) for identifier, words in self._words.items()
        )
        for alias, identifier in ALIASES.items():
            keys.setdefault(alias, (identifier,))
        return keys

    @cached_property
    def _loose(self) -> Keys:
        return _grouped((loose_key(words), identifier) for identifier, words in self._words.items())

    @cached_property
    def _intercommunal(self) -> Keys:
        return _grouped(
            (loose_key(words[1:] if words[0] in INTERCOMMUNAL_FORMS else words), identifier)
            for identifier, words in self._words.items()
            if identifier.startswith("epci:")
        )

    @cached_property
    def _other_rows(self) -> list[list[str]]:
        return read_rows(OTHER_NAMES)

    @cached_property
    def _former_codes(self) -> dict[str, str]:
        return {code: f"commune:{current}" for code, _, current in self._other_rows if code}

    @cached_property
    def _other(self) -> Keys:
        return self._other_names(strict_key)

    @cached_property
    def _other_loose(self) -> Keys:
        return self._other_names(loose_key)

    def _other_names(self, key_of: Callable[[tuple[str, ...]], str]) -> Keys:
        named = (
            (key_of(words_of(name)), f"commune:{current}") for _, name, current in self._other_rows
        )
        return _grouped(pair for pair in named if pair[0] not in FORMER_REGIONS)

    @cached_property
    def postal_codes(self) -> Keys:
        """Postal code to the communes that use it."""
        divided = set(CITY_OF_ARRONDISSEMENT.values())
        return _grouped(
            (postal_code, f"commune:{row[0]}")
            for row in self._gazetteer.commune_rows()
            if row[0] not in divided
            for postal_code in row[7].split()
        )


def _grouped(pairs: Iterator[tuple[str, str]]) -> Keys:
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for key, identifier in pairs:
        groups[key][identifier] = None
    return {key: tuple(identifiers) for key, identifiers in groups.items()}

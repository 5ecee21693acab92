"""Find the territory that a person means, or say that several, or none, fit."""

import re
from collections.abc import Iterable

from matcher.territory.folding import words_of
from matcher.territory.gazetteer import Gazetteer
from matcher.territory.names import Accept, NameIndex
from matcher.territory.reading import Reading, read
from matcher.territory.tables import department_code
from matcher.territory.territories import Level, Territory

_IDENTIFIER = re.compile(r"\s*(commune|epci|department|region|country):([0-9A-Za-z]+)\s*")
_FORMS = {
    "departement": Level.DEPARTMENT,
    "dept": Level.DEPARTMENT,
    "dep": Level.DEPARTMENT,
    "dpt": Level.DEPARTMENT,
    "region": Level.REGION,
    "commune": Level.COMMUNE,
    "ville": Level.COMMUNE,
    "mairie": Level.COMMUNE,
}
_SIZE_ORDER = tuple(Level)


class Search:
    """Candidates for a text, from the surest way of reading it that has any."""

    def __init__(self, gazetteer: Gazetteer, names: NameIndex) -> None:
        self._gazetteer = gazetteer
        self._names = names

    def candidates(self, text: str, level: Level | None, near: str | None = None) -> list[str]:
        """Identifiers that a readable text may mean, most populated first.

        With ``near``, those inside it (the département of a commune) if there are any. A bare
        slash is read as ``sur`` (``Neuilly/Marne``) where the text means nothing without it.
        """
        areas = (self._wide(near), None) if near else (None,)
        texts = (text, text.replace("/", " sur ")) if "/" in text else (text,)
        for spelling in texts:
            for area in areas:
                found = self._candidates(spelling, level, area)
                if found:
                    return found
        return []

    def contains(self, outer: str, inner: str) -> bool:
        """Say whether the whole of ``inner`` lies in ``outer``; a territory contains itself."""
        if outer == inner:
            return True
        parents = self._gazetteer.get(inner).parents
        if outer not in parents:
            return False
        level = outer.partition(":")[0]
        # An EPCI that spills over several départements lies whole in none of them.
        alone = sum(parent.startswith(f"{level}:") for parent in parents) == 1
        return alone or level in {Level.COMMUNE, Level.EPCI}

    def territories(self, identifiers: Iterable[str]) -> tuple[Territory, ...]:
        """The territories of these identifiers, in their order."""
        return tuple(self._gazetteer.get(identifier) for identifier in identifiers)

    def _candidates(self, text: str, level: Level | None, around: str | None) -> list[str]:
        def accept(identifier: str) -> bool:
            at_level = level is None or identifier.startswith(f"{level}:")
            return at_level and (around is None or self.contains(around, identifier))

        typed = _IDENTIFIER.fullmatch(text)
        if typed:
            return self._existing([f"{typed[1]}:{typed[2].upper()}"], accept)
        words = words_of(text)
        if not words:
            return []
        coded = self._by_code(words, level, accept)
        if coded:
            return coded
        found = (
            self._names.named(words, accept)
            or self._by_reading(read(text), level, accept, around)
            or self._by_form(words, level, accept)
        )
        return self._by_population(self._distinct_grounds(found))

    def _wide(self, near: str) -> str:
        is_commune = near.startswith("commune:")
        return f"department:{department_code(near[8:])}" if is_commune else near

    def _existing(self, identifiers: Iterable[str], accept: Accept) -> list[str]:
        return [one for one in identifiers if self._gazetteer.has(one) and accept(one)]

    def _by_population(self, identifiers: Iterable[str]) -> list[str]:
        return sorted(identifiers, key=lambda one: (-self._gazetteer.get(one).population, one))

    def _by_code(self, words: tuple[str, ...], level: Level | None, accept: Accept) -> list[str]:
        """Read a lone code; a commune by INSEE code comes before those of that postal code."""
        code = "".join(words).upper()
        if len(words) > 1 and not code.isdigit():
            return []
        possible = [f"department:{code}", f"department:{code.zfill(2)}"]
        if code == "20":
            possible = ["department:2A", "department:2B"]
        possible += [f"country:{code}", f"epci:{code}"]
        possible += [f"region:{code[1:]}"] if code.startswith("R") else []
        possible += [f"region:{code}"] if level is Level.REGION else []
        found = self._existing(dict.fromkeys(possible), accept)
        return found or self._communes_by_code(code.zfill(5) if len(code) == 4 else code, accept)

    def _communes_by_code(self, code: str, accept: Accept) -> list[str]:
        postal = self._by_population(self._names.with_postal_code(code))
        merged = None if postal else self._names.current_commune(code)
        possible = dict.fromkeys([f"commune:{code}", *postal, *([merged] if merged else [])])
        return self._existing(possible, accept)

    def _by_form(self, words: tuple[str, ...], level: Level | None, accept: Accept) -> list[str]:
        """``département 95``, ``ville de Paris``: the form says the level."""
        asked = _FORMS.get(words[0])
        if asked is None or len(words) == 1 or level not in (None, asked):
            return []

        def accept_asked(identifier: str) -> bool:
            return identifier.startswith(f"{asked}:") and accept(identifier)

        rest = words[1:]
        return self._by_code(rest, asked, accept_asked) or self._names.named(rest, accept_asked)

    def _by_reading(
        self, reading: Reading, level: Level | None, accept: Accept, around: str | None
    ) -> list[str]:
        """A name that codes or areas narrow down."""
        if not all(self._larger(words) for words in reading.areas):
            reading = reading.in_one_piece()
        areas = [[f"department:{code}"] for code in reading.departments]
        areas += [self._larger(words) for words in reading.areas]
        areas += [[around]] if around else []
        if not all(self._gazetteer.has(area) for choices in areas for area in choices):
            return []

        def accept_here(identifier: str) -> bool:
            return accept(identifier) and all(
                any(self.contains(area, identifier) for area in choices) for choices in areas
            )

        if not reading.words:
            return self._by_code((reading.postal_code or "",), level, accept_here)
        if reading.postal_code:
            return self._at_post_office(reading, reading.postal_code, accept_here)
        found = self._names.named(reading.words, accept_here)
        if reading.arrondissement is not None:
            return self._arrondissement(found, reading)
        return (
            found
            or self._starting_in(reading.words, areas, accept_here)
            or self._with_trailing_area(reading.words, accept_here)
        )

    def _larger(self, words: tuple[str, ...]) -> list[str]:
        return self._names.named(words, lambda identifier: not identifier.startswith("commune:"))

    def _starting_in(
        self, words: tuple[str, ...], areas: list[list[str]], accept: Accept
    ) -> list[str]:
        """``Herblay (95)``: the only names of the département that start with these words."""
        departments = [one for choices in areas for one in choices if one.startswith("dep")]
        here = [one for area in departments for one in self._gazetteer.communes_of(area)]
        return [one for one in self._names.starting_words(words, here) if accept(one)]

    def _with_trailing_area(self, words: tuple[str, ...], accept: Accept) -> list[str]:
        """``Argenteuil Val d'Oise``: the last words name the area."""
        for cut in range(len(words) - 1, 0, -1):
            areas = self._larger(words[cut:])
            named = self._names.named(words[:cut], accept) if areas else []
            found = [one for one in named if any(self.contains(area, one) for area in areas)]
            if found:
                return found
        return []

    def _arrondissement(self, found: list[str], reading: Reading) -> list[str]:
        """Replace the city by its arrondissement; keep both where the number is unsure."""
        for city in found:
            inside = self._gazetteer.arrondissements_of(city)
            if inside and reading.arrondissement is not None:
                wanted = inside[reading.arrondissement - 1 : reading.arrondissement]
                return [*wanted] if reading.certain else [city, *wanted]
        return []

    def _at_post_office(self, reading: Reading, code: str, accept: Accept) -> list[str]:
        """A name with a postal code: a commune that has it, else one of its département."""
        served = [one for one in self._names.with_postal_code(code) if accept(one)]

        def has_code(identifier: str) -> bool:
            if not identifier.startswith("commune:") or not accept(identifier):
                return False
            commune = self._gazetteer.get(identifier)
            return code == commune.code or code in commune.postal_codes

        found = (
            self._names.named(reading.words, has_code)
            or self._names.starting_words(reading.words, served)
            or self._longer_name(reading.words, served)
            or self._around(reading.words, code, accept)
        )
        if reading.arrondissement is not None:
            return self._arrondissement(found, reading) or found
        nested = [inner for city in found for inner in self._gazetteer.arrondissements_of(city)]
        return [inner for inner in nested if inner in served] or found

    def _longer_name(self, words: tuple[str, ...], served: list[str]) -> list[str]:
        """``62600 Berck sur Mer`` is Berck; a collectivity's whole name is not its first town."""
        larger = [one for one in self._larger(words) if not one.startswith("epci:")]
        return [] if larger else self._names.started_by(words, served)

    def _around(self, words: tuple[str, ...], code: str, accept: Accept) -> list[str]:
        """A special or mistaken postal code: the name decides, within the code's département."""
        own = {"2A", "2B"} if code.startswith("20") else {department_code(code)}
        served = self._names.with_postal_code(code)
        departments = own | {department_code(identifier[8:]) for identifier in served}

        def is_around(identifier: str) -> bool:
            around = identifier.startswith("commune:") and accept(identifier)
            return around and department_code(identifier[8:]) in departments

        areas = [[f"department:{one}" for one in sorted(departments)]]
        known = [one for one in areas[0] if self._gazetteer.has(one)]
        return self._names.named(words, is_around) or self._starting_in(words, [known], is_around)

    def _distinct_grounds(self, identifiers: list[str]) -> list[str]:
        """Of territories that cover the same communes (Paris and the 75), keep the smallest."""
        if len({identifier.partition(":")[0] for identifier in identifiers}) < 2:
            return identifiers
        kept: dict[tuple[str, ...], str] = {}
        for identifier in sorted(identifiers, key=self._size):
            kept.setdefault(self._gazetteer.communes_of(identifier), identifier)
        return list(kept.values())

    def _size(self, identifier: str) -> int:
        return _SIZE_ORDER.index(Level(identifier.partition(":")[0]))

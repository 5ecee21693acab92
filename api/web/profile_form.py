"""The form in which a profile is corrected: what was typed, what it says, what is wrong with it.

Practitioners correct their own with it, coordinators those of their actors. The fields are those
of ``parts/profile_form.html``; whatever is typed is shown again until it can be kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from matcher.usecases.edit_profile import EditedProfile, FieldProblem

Typed = Mapping[str, Sequence[str]]
"""Every value of each field, as a form sends them."""

TEXTS = ("kind", "name", "organization", "structure_type", "commune", "description", "email")
NUMBERS = ("radius_km", "capacity_per_month")
TICKED = ("zone", "domains", "publics", "known")
SPOKEN = ("needs", "offers")
BLANKS = 2
"""Empty rows that follow the needs, and the offers, that are there."""

_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")
_ROW = re.compile(r"(needs|offers)\.(\d{1,4})\.text")


class Row(NamedTuple):
    """A need or an offer as typed; ``domains`` and ``publics`` are codes that go along unseen."""

    text: str = ""
    expires: str = ""
    domains: str = ""
    publics: str = ""


class Problem(NamedTuple):
    """What is wrong in the field of an element; no element for the profile as a whole."""

    key: str
    text: str


@dataclass(frozen=True)
class ProfileForm:
    """A profile as typed, or as it is stored before anything is.

    ``own`` is whether the reader is the actor itself, who alone sees its address and changes
    nothing of its side; others may give another address, without having seen the one before.
    """

    edited: EditedProfile
    own: bool
    texts: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, tuple[Row, ...]]
    zone_more: str = ""
    problems: tuple[Problem, ...] = field(default=())

    @classmethod
    def of(cls, edited: EditedProfile, *, own: bool) -> "ProfileForm":
        """The form of what is stored."""
        values = edited.values
        texts = {name: _shown(values[name]) for name in (*TEXTS, *NUMBERS)}
        if not own:
            texts["email"] = ""
        return cls(
            edited,
            own,
            texts | {"commune": edited.commune},
            {name: tuple(values[name]) for name in TICKED},
            {name: tuple(_row(one) for one in values[name]) for name in SPOKEN},
        )

    @classmethod
    def read(cls, edited: EditedProfile, typed: Typed, *, own: bool) -> "ProfileForm":
        """The form as it was sent; ``edited`` is what is stored now."""
        rows = sorted(int(found[2]) for name in typed if (found := _ROW.fullmatch(name)))
        numbers = tuple(dict.fromkeys(rows))
        return cls(
            edited,
            own,
            {name: _last(typed, name) for name in (*TEXTS, *NUMBERS)},
            {name: tuple(dict.fromkeys(typed.get(name, ()))) for name in TICKED},
            {name: _rows(typed, name, numbers) for name in SPOKEN},
            _last(typed, "zone_more"),
        )

    def values(self) -> dict[str, Any]:
        """The whole profile for ``change_actor``: what the form does not show stays as it is."""
        stored = self.edited.values
        told: dict[str, Any] = {name: self.texts[name].strip() or None for name in TEXTS}
        if self.own:
            told["kind"] = stored["kind"]
        else:
            told["email"] = told["email"] or stored["email"]
        if told["commune"] == self.edited.commune:
            told["commune"] = stored["commune"]
        told |= {name: _number(self.texts[name]) for name in NUMBERS}
        told |= {name: list(self.ticked[name]) for name in TICKED}
        told["zone"] += [line.strip() for line in self.zone_more.splitlines() if line.strip()]
        told["known"] = [one for one in told["known"] if one in stored["known"]]
        told |= {name: [_told(self.rows[name][at]) for at in self._said(name)] for name in SPOKEN}
        return {**stored, **told}

    def refused(self, problems: Iterable[FieldProblem]) -> "ProfileForm":
        """The same form with what is wrong beside each field."""
        placed = (Problem(self._key(problem.field), problem.text) for problem in problems)
        return replace(self, problems=tuple(dict.fromkeys(placed)))

    def wrong(self, key: str) -> list[str]:
        """What is wrong with one field, each said once."""
        return [problem.text for problem in self.problems if problem.key == key]

    def shown_rows(self, name: str) -> tuple[Row, ...]:
        """Needs or offers with empty rows after them."""
        return (*self.rows[name], *(Row(),) * BLANKS)

    def _said(self, name: str) -> list[int]:
        """Which rows say something; one that was emptied is one that was taken away."""
        return [at for at, row in enumerate(self.rows[name]) if row.text.strip()]

    def _key(self, place: str | None) -> str:
        """The field of the form where a place of the profile is written."""
        found = _PLACE.match(place or "")
        if found is None:
            return ""
        name, position, part = found[1], found[2], found[3]
        if name in SPOKEN and position is not None:
            said = self._said(name)
            row = said[min(int(position), len(said) - 1)] if said else 0
            return f"{name}.{row}.{'expires' if part == 'expires' else 'text'}"
        if name == "zone":
            chosen = position is not None and int(position) < len(self.ticked["zone"])
            return "zone" if chosen else "zone_more"
        known = (*TEXTS, *NUMBERS, *TICKED, *SPOKEN)
        return name if name in known and not (self.own and name == "kind") else ""


def _rows(typed: Typed, name: str, numbers: Iterable[int]) -> tuple[Row, ...]:
    rows = [
        Row(*(_last(typed, f"{name}.{number}.{part}") for part in Row._fields))
        for number in numbers
        if f"{name}.{number}.text" in typed
    ]
    while rows and not rows[-1].text.strip() and not rows[-1].domains:
        rows.pop()
    return tuple(rows)


def _row(told: Mapping[str, Any]) -> Row:
    return Row(
        told["text"], told["expires"] or "", "|".join(told["domains"]), "|".join(told["publics"])
    )


def _told(row: Row) -> dict[str, Any]:
    return {
        "text": row.text,
        "expires": row.expires.strip() or None,
        "domains": [code for code in row.domains.split("|") if code],
        "publics": [code for code in row.publics.split("|") if code],
    }


def _last(typed: Typed, name: str) -> str:
    return next(iter(reversed(typed.get(name, ()))), "")


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value)


def _number(text: str) -> object:
    """A number as people write it, « 12,5 km »; anything else stays what it is, to be refused."""
    plain = text.strip().casefold().removesuffix("km").strip().replace(",", ".")
    if not plain:
        return None
    try:
        number = float(plain)
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < 1e9 else number

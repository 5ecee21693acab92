"""Named settings of the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select

from matcher.store.desk_tables import weight_profiles
from matcher.store.turns import wait_turn

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class WeightProfile:
    """Weights under a name; only those that differ from the usual ones are told.

    ``departments`` are those of the coordinator that saved it, ``None`` for everybody's.
    """

    name: str
    weights: Mapping[str, float]
    departments: tuple[str, ...] | None

    def is_seen_by(self, departments: Sequence[str] | None) -> bool:
        """Whether whoever has these départements may use it."""
        if departments is None or self.departments is None:
            return True
        return not set(departments).isdisjoint(self.departments)

    def belongs_to(self, departments: Sequence[str] | None) -> bool:
        """Whether whoever has these départements may change it."""
        if departments is None:
            return True
        return self.departments is not None and set(self.departments) <= set(departments)


def find_profile(connection: Connection, name: str, *, alone: bool = False) -> WeightProfile | None:
    """One by its name, whoever it belongs to.

    ``alone``: nobody else gives or takes the name until the transaction ends.
    """
    if alone:
        wait_turn(connection, f"weight profile {name}")
    row = connection.execute(select(weight_profiles).where(weight_profiles.c.name == name))
    return next((_profile(one) for one in row.mappings()), None)


def all_profiles(connection: Connection) -> list[WeightProfile]:
    """Everybody's, by name."""
    return sorted(
        (_profile(row) for row in connection.execute(select(weight_profiles)).mappings()),
        key=lambda profile: profile.name.casefold(),
    )


def put_profile(connection: Connection, profile: WeightProfile, *, now: int) -> None:
    """Keep one, in the place of that which bears its name."""
    delete_profile(connection, profile.name)
    departments = None if profile.departments is None else list(profile.departments)
    row: dict[str, object] = {
        "name": profile.name,
        "weights": dict(profile.weights),
        "created": now,
    }
    connection.execute(insert(weight_profiles).values(row | {"departments": departments}))


def delete_profile(connection: Connection, name: str) -> None:
    """Let go of one."""
    connection.execute(delete(weight_profiles).where(weight_profiles.c.name == name))


def _profile(row: RowMapping) -> WeightProfile:
    departments = None if row["departments"] is None else tuple(row["departments"])
    return WeightProfile(row["name"], row["weights"], departments)

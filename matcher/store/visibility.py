"""The one place where a reading of actors is narrowed to some départements."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, false, or_, text

from matcher.store.tables import actors


def visible(
    asked: Select[Any],
    departments: Sequence[str] | None,
    column: Column[str] = actors.c.departments,
) -> Select[Any]:
    """The same reading of ``actors``, of those who belong to one of ``departments``.

    ``None`` is everybody; no département at all is nobody. ``column`` says where one belongs, in
    a table that is read instead.
    """
    if departments is None:
        return asked
    named = [column.contains(f" {one} ", autoescape=True) for one in departments]
    return asked.where(or_(false(), *named))


def tell_departments(connection: Connection, departments: Sequence[str] | None) -> None:
    """Tell PostgreSQL for whom the transaction is: its row-level security is a second wall."""
    if departments is not None and connection.dialect.name == "postgresql":
        told = {"told": ",".join(departments) or "nobody"}
        connection.execute(text("SELECT set_config('synergies.departments', :told, true)"), told)

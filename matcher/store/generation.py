"""Which model all processes match with: one row that they look at."""

from sqlalchemy import Connection, select, update

from matcher.store.tables import generation


def published_model(connection: Connection) -> str | None:
    """The model that was published last, ``None`` where the settings choose."""
    return connection.execute(select(generation.c.model)).scalar_one_or_none()


def publish_model(connection: Connection, model: str | None) -> None:
    """Name the model that everybody changes to; ``None`` is that of the settings."""
    connection.execute(update(generation).values(model=model))

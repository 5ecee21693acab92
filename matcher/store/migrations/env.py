"""Alembic's entry point: it runs on the connection that ``matcher.store.database`` opened."""

from alembic import context

from matcher.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Import the actors of an NDJSON stream into an installation: what `POST /actors/import` calls."""

from collections.abc import Iterable

from matcher.bootstrap import Application
from matcher.engine.profiles import Kind
from matcher.scope import Scope
from matcher.usecases.import_actors import ImportReport, import_rows, read_ndjson

SOURCE = "import HTTP"


def import_stream(
    application: Application,
    chunks: Iterable[bytes],
    *,
    scope: Scope,
    side: str | None,
    dry_run: bool,
) -> ImportReport:
    """Import one actor a line from chunks of bytes, in one transaction.

    ``side`` is the kind of the rows that do not tell theirs; ``dry_run`` writes nothing.
    """
    return import_rows(
        read_ndjson(chunks),
        file=SOURCE,
        database=application.database,
        referential=application.referential,
        today=application.today(),
        scope=scope,
        side=Kind(side) if side else None,
        dry_run=dry_run,
    )

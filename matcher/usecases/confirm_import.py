"""Import a file that was checked: exactly what was shown, once."""

from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.store.staged_imports import settle_staged
from matcher.usecases.check_import import as_read, run_import
from matcher.usecases.stage_import import find_import, seconds


def confirm_import(application: Application, name: str, edition: int, scope: Scope) -> None:
    """Import the good rows of a file as they were shown; its content is forgotten at once.

    Confirming again does nothing. Raises NotFound, and InvalidInput ``upload-changed`` where what
    is said of the file is not what it was at ``edition``.
    """
    staged = find_import(application, name, scope)
    if staged.content is None:
        return
    if staged.edition != edition:
        raise InvalidInput("upload-changed", pointer="edition")
    source, remarks = as_read(staged)
    _, report = run_import(application, source, remarks, scope, dry_run=False)
    outcome = {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": len(report.rejected),
        "skipped": len(report.skipped),
    }
    with application.database.write() as connection:
        settle_staged(connection, name, scope.who, outcome, now=seconds(application))

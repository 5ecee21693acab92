"""The register of every place that holds something of a person: columns, files, memory.

A column that is not here fails a test, and so does one that is here but exported or erased
otherwise than it says. ``docs/privacy.md`` shows the same register in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from matcher.store.mail_tables import bounces, outbox, suggestions
from matcher.store.tables import (
    actors,
    audit,
    audit_actors,
    feedback,
    metadata,
    names,
    oppositions,
    origins,
    statements,
)


class Whose(StrEnum):
    """Whom a value tells something about."""

    PERSON = "person"
    PSEUDONYM = "pseudonym"
    NOBODY = "nobody"


class Exported(StrEnum):
    """Whether a person who asks for everything is given a value."""

    GIVEN = "given"
    NAMED = "named"
    NO = "no"


class Erased(StrEnum):
    """How a value goes with its person."""

    ROW = "row"
    LISTS = "lists"
    UNSHARED = "unshared"
    BLANKED = "blanked"
    FORGOTTEN = "forgotten"
    UNNAMED = "unnamed"
    NEVER_THERE = "never_there"
    SOUGHT = "sought"
    KEPT = "kept"
    ACCOUNT = "account"
    NOTHING = "nothing"


class Kept(StrEnum):
    """How long a value stays when nobody asks for anything."""

    ACTOR = "actor"
    STATEMENT = "statement"
    INSTALLATION = "installation"
    INDEX = "index"
    PROCESS = "process"
    BACKUP = "backup"
    OUTPUT = "output"
    AUDIT = "audit"
    MAIL = "mail"
    RUN = "run"
    LOG = "log"
    ACCOUNT = "account"
    SESSION = "session"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Held:
    """What a column or another place holds: whose, for what, and how one gets or erases it.

    ``purpose`` names a sentence of the wording, ``privacy.purpose.<purpose>``.
    """

    whose: Whose
    purpose: str
    exported: Exported
    erased: Erased
    kept: Kept


def _of_person(purpose: str, erased: Erased = Erased.ROW, kept: Kept = Kept.ACTOR) -> Held:
    return Held(Whose.PERSON, purpose, Exported.GIVEN, erased, kept)


def _pseudonym(purpose: str, erased: Erased, kept: Kept, exported: Exported = Exported.NO) -> Held:
    return Held(Whose.PSEUDONYM, purpose, exported, erased, kept)


_MACHINERY = Held(Whose.NOBODY, "machinery", Exported.NO, Erased.NOTHING, Kept.INSTALLATION)
_OF_ACCOUNT = Held(Whose.PERSON, "sign_in", Exported.NO, Erased.ACCOUNT, Kept.ACCOUNT)
_OF_SESSION = replace(_OF_ACCOUNT, kept=Kept.SESSION)
_STAGED = Held(Whose.PERSON, "check", Exported.NO, Erased.ROW, Kept.HOUR)
_IDENTITY, _MATCHED = _of_person("identify"), _of_person("match")
_SAID = _of_person("match", kept=Kept.STATEMENT)
_OF_VECTOR = _pseudonym("compare", Erased.UNSHARED, Kept.ACTOR, Exported.NAMED)

COLUMNS: Mapping[str, Mapping[str, Held]] = {
    "actors": {
        "id": _IDENTITY,
        "kind": _MATCHED,
        "name": _IDENTITY,
        "organization": _IDENTITY,
        "structure_type": _MATCHED,
        "email": _of_person("write"),
        "commune": _MATCHED,
        "zone": _MATCHED,
        "radius_km": _MATCHED,
        "domains": _MATCHED,
        "publics": _MATCHED,
        "description": _MATCHED,
        "capacity_per_month": _MATCHED,
        "consent_email": _of_person("respect"),
        "profiling": _of_person("respect"),
        "known": _of_person("relate", Erased.LISTS),
        "source": _of_person("trace"),
        "updated": _of_person("limit"),
        "last_contact": _of_person("limit"),
        "changed": _of_person("follow"),
        "departments": _MATCHED,
    },
    "names": dict.fromkeys(("actor_id", "said"), _IDENTITY) | {"departments": _MATCHED},
    "statements": {
        "actor_id": _IDENTITY,
        "role": _SAID,
        "position": _SAID,
        "text": _SAID,
        "text_hash": _of_person("compare", kept=Kept.STATEMENT),
        "domains": _SAID,
        "publics": _SAID,
        "expires": _SAID,
    },
    "vectors": dict.fromkeys(("model_id", "role", "text_hash", "dimension", "vector"), _OF_VECTOR),
    "origins": dict.fromkeys(
        ("actor_id", "file", "source", "imported", "fields"), _of_person("trace")
    ),
    "oppositions": dict.fromkeys(("actor_id", "against", "since"), _of_person("respect")),
    "feedback": {
        "one": _of_person("learn"),
        "other": _of_person("learn"),
        "by": _of_person("account"),
        "verdict": _of_person("learn"),
        "reason": _of_person("learn"),
        "at": _of_person("learn"),
    },
    "audit_actors": dict.fromkeys(("entry", "actor_id"), _of_person("account", kept=Kept.AUDIT)),
    "audit": dict.fromkeys(
        ("id", "at", "who", "what", "count", "details"),
        _pseudonym("account", Erased.UNNAMED, Kept.AUDIT, Exported.GIVEN),
    ),
    "access_keys": dict.fromkeys(
        ("id", "digest", "role", "departments", "label", "created", "revoked"), _MACHINERY
    ),
    "secrets": dict.fromkeys(("purpose", "value", "created"), _MACHINERY),
    "accounts": dict.fromkeys(
        ("id", "address", "role", "departments", "created", "ended"), _OF_ACCOUNT
    ),
    "sign_in_links": dict.fromkeys(("digest", "account_id", "made", "until", "used"), _OF_SESSION),
    "sessions": dict.fromkeys(("digest", "account_id", "made", "seen"), _OF_SESSION),
    "staged_imports": dict.fromkeys(
        ("digest", "who", "made", "file", "content", "amendments", "edition", "outcome"), _STAGED
    ),
    "weight_profiles": dict.fromkeys(("name", "weights", "departments", "created"), _MACHINERY),
    "runs": dict.fromkeys(("id", "territory", "month", "planned", "report"), _MACHINERY),
    "suggestions": dict.fromkeys(
        ("run_id", "one", "other", "score"), _of_person("suggest", kept=Kept.RUN)
    ),
    "batches": dict.fromkeys(
        (
            *("id", "who", "key", "request", "departments", "state", "run_id", "report", "error"),
            *("created", "changed"),
        ),
        _MACHINERY,
    ),
    "outbox": dict.fromkeys(
        (
            *("id", "run_id", "actor_id", "kind", "message_id", "address", "domain", "state"),
            *("reason", "attempts", "first_attempt", "due", "until", "changed"),
        ),
        _of_person("write", kept=Kept.RUN),
    )
    | {"mail": _of_person("write", kept=Kept.MAIL)}
    | dict.fromkeys(("lease", "leased_until"), _MACHINERY),
    "bounces": dict.fromkeys(
        ("actor_id", "digest", "address", "hard", "status", "at"), _of_person("write")
    ),
    "changes": {"id": _MACHINERY, "sequence": _MACHINERY},
    "installation": dict.fromkeys(("id", "life", "restored_at", "sending_confirmed"), _MACHINERY),
    "generation": dict.fromkeys(("id", "model"), _MACHINERY),
    "departures": dict.fromkeys(
        ("identity", "changed"), _pseudonym("follow", Erased.KEPT, Kept.INSTALLATION)
    ),
    "erasure_keys": {"name": _MACHINERY, "secret": _MACHINERY},
    "erasures": dict.fromkeys(
        ("hash", "erased"), _pseudonym("stay_erased", Erased.KEPT, Kept.INSTALLATION)
    ),
}
"""What each column of each table holds."""

ROWS_OF: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "actors": lambda name: actors.c.id == name,
    "names": lambda name: names.c.actor_id == name,
    "statements": lambda name: statements.c.actor_id == name,
    "origins": lambda name: origins.c.actor_id == name,
    "oppositions": lambda name: oppositions.c.actor_id == name,
    "feedback": lambda name: (feedback.c.one == name) | (feedback.c.other == name),
    "suggestions": lambda name: (suggestions.c.one == name) | (suggestions.c.other == name),
    "outbox": lambda name: outbox.c.actor_id == name,
    "bounces": lambda name: bounces.c.actor_id == name,
    "audit_actors": lambda name: audit_actors.c.actor_id == name,
    "audit": lambda name: audit.c.id.in_(
        select(audit_actors.c.entry).where(audit_actors.c.actor_id == name)
    ),
}
"""Tables of which a person is given rows, and which rows."""

PLACES: Mapping[str, Held] = {
    "index_files": _pseudonym("compare", Erased.BLANKED, Kept.INDEX, Exported.NAMED),
    "index_memory": _pseudonym("compare", Erased.FORGOTTEN, Kept.PROCESS),
    "text_caches": _pseudonym("compare", Erased.FORGOTTEN, Kept.PROCESS),
    "ledger_file": _pseudonym("stay_erased", Erased.KEPT, Kept.INSTALLATION),
    "pgvector_copy": _pseudonym("compare", Erased.UNSHARED, Kept.ACTOR),
    "batch_outputs": _of_person("suggest", Erased.SOUGHT, Kept.OUTPUT),
    "logs": Held(Whose.NOBODY, "operate", Exported.NO, Erased.NEVER_THERE, Kept.LOG),
    "backups": _pseudonym("restore", Erased.KEPT, Kept.BACKUP),
}
"""What is held elsewhere than in a table."""


def untagged() -> set[str]:
    """Columns that are missing here, and those named here that are in no table."""
    real = {f"{table.name}.{one.name}" for table in metadata.sorted_tables for one in table.columns}
    told = {f"{table}.{column}" for table, held in COLUMNS.items() for column in held}
    return real ^ told

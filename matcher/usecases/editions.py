"""Name the edition of an answer before it is worked out: while the name stays, so does the answer.

A name covers everything that an answer depends on: what is asked, what the store holds, the day,
the language, the model with its weights, and this software with its wording and its data. Equal
names mean equal answers in every process that runs the same files; an unequal name means nothing.
"""

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from matcher.bootstrap import Application
from matcher.engine.profiles import Actor
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.paging import Cursor
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.seeing import Sight
from matcher.usecases.show_actor import latest_origin
from matcher.wording.words import Words

PACKAGES = ("matcher", "models", "data.territories", "data.vocabularies")


def edition_of_page(
    application: Application, query: RecommendationQuery, words: Words, scope: Scope
) -> str:
    """Edition of a page of recommendations for a stored actor or a territory."""
    sight = Sight(application, scope)
    return _edition(
        *("recommendations", query, _snapshot_of(sight, query.cursor)),
        *(sorted(pairs) for pairs in sight.told(query.actor_id, exclude_known=query.exclude_known)),
        *_installation(sight),
        words.language,
    )


def edition_of_actor(application: Application, actor: Actor, words: Words) -> str:
    """Edition of the card of one actor: what happens to others does not change it."""
    return _edition("actor", actor, latest_origin(application, actor), words.language)


def edition_of_territory(application: Application, code: str, words: Words, scope: Scope) -> str:
    """Edition of the card of the territory that ``code`` names, with its counts."""
    sight = Sight(application, scope)
    return _edition("territory", code, *_installation(sight), words.language)


def edition_of_algorithm(application: Application, words: Words, scope: Scope) -> str:
    """Edition of the sheet of the processing, which names the index at work."""
    sight = Sight(application, scope)
    return _edition("algorithm", *_installation(sight), words.language)


def _installation(sight: Sight) -> tuple[object, ...]:
    """What all answers that look at the index depend on, and who may see them."""
    application = sight.application
    version, matching = sight.version(application.snapshot()), application.matching
    return (
        *(version, matching.model.model_id, matching.digest),
        *(application.today().isoformat(), sight.scope.departments, sight.scope.actor_id),
    )


def _snapshot_of(sight: Sight, typed: str | None) -> str | None:
    """The snapshot that a cursor continues, as long as it can: afterwards the answer is another."""
    if typed is None:
        return None
    try:
        version = Cursor.decode(typed).index_version
    except InvalidInput:
        return None
    return version if sight.snapshot_named(version) else None


def _edition(*parts: object) -> str:
    digest = blake2b(_software().encode(), digest_size=12)
    for part in parts:
        digest.update(b"\0" + repr(part).encode("utf-8", "replace"))
    return digest.hexdigest()


@cache
def _software() -> str:
    """Digest of this software: a version number does not grow with each change of wording."""
    digest = blake2b(digest_size=12)
    for package in PACKAGES:
        root = Path(str(files(package)))
        for file in sorted(path for path in root.rglob("*") if path.is_file()):
            if file.suffix != ".pyc":
                digest.update(f"{package}/{file.relative_to(root).as_posix()}\0".encode())
                digest.update(blake2b(file.read_bytes()).digest())
    return digest.hexdigest()

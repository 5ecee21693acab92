"""Named settings of the score: « Priorité à la proximité »."""

from collections.abc import Mapping

from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.store.weight_profiles import (
    LONGEST_NAME,
    WeightProfile,
    all_profiles,
    delete_profile,
    find_profile,
    put_profile,
)
from matcher.usecases.read_question import RecommendationQuery, read_question
from matcher.usecases.stage_import import seconds


def list_profiles(application: Application, scope: Scope) -> list[WeightProfile]:
    """Those that the caller may use, by name."""
    with application.database.read() as connection:
        found = all_profiles(connection)
    return [one for one in found if one.is_seen_by(scope.departments)]


def weights_of(application: Application, name: str, scope: Scope) -> dict[str, float]:
    """The weights of a setting, to ask a question with; NotFound ``unknown-weight-profile``.

    Only those that differ from the installation's are told; one that is no feature any more is
    left out.
    """
    with application.database.read() as connection:
        found = find_profile(connection, name) if name.isprintable() else None
    if found is None or not found.is_seen_by(scope.departments):
        raise NotFound("unknown-weight-profile", pointer="reglage")
    usual = application.matching.weights
    return {name: weight for name, weight in found.weights.items() if name in usual}


def save_profile(
    application: Application, name: str, weights: Mapping[str, float], scope: Scope
) -> str:
    """Keep weights under a name, for the caller's départements; gives the name as it is kept.

    It takes the place of one of the same name, if it is the caller's. Raises InvalidInput for a
    wrong name or weight, for nothing changed, and for a name that is taken.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("profile-name", pointer="nom", maximum=LONGEST_NAME)
    changed = differing(application, weights)
    if not changed:
        raise InvalidInput("profile-changes-nothing", pointer="nom")
    profile = WeightProfile(name, changed, scope.departments)
    with application.database.write() as connection:
        before = find_profile(connection, name, alone=True)
        if before is not None and not before.belongs_to(scope.departments):
            raise InvalidInput("profile-name-taken", pointer="nom")
        put_profile(connection, profile, now=seconds(application))
        application.recorder.changed(connection, scope, "weights.save", [])
    return name


def remove_profile(application: Application, name: str, scope: Scope) -> None:
    """Let go of one; NotFound where there is none, or none that is the caller's to delete."""
    with application.database.write() as connection:
        found = find_profile(connection, name, alone=True) if name.isprintable() else None
        if found is None or not found.belongs_to(scope.departments):
            raise NotFound("unknown-weight-profile", pointer="reglage")
        delete_profile(connection, name)
        application.recorder.changed(connection, scope, "weights.delete", [])


def differing(application: Application, weights: Mapping[str, float]) -> dict[str, float]:
    """Those weights that are not the installation's; InvalidInput for a wrong one."""
    matching = application.matching
    query = RecommendationQuery(weights=weights)
    checked = read_question(
        query, application.referential, matching.weights, matching.minimum_score
    )
    return {
        name: weight for name, weight in checked.weights.items() if weight != matching.weights[name]
    }

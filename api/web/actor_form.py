"""`/acteur/modifier` and `/acteur/nouveau`: a profile in a form, and whom it would meet as typed.

A preview writes nothing; a save says what is wrong beside each field, or that somebody else was
faster, and shows again whatever was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.web.forms import Posted
from api.web.pages import asks_fragment, desk_page
from api.web.profile_form import ProfileForm
from api.wiring import Installation, Seen
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.change_actor import change_actor
from matcher.usecases.create_actor import create_actor
from matcher.usecases.edit_profile import (
    EditedProfile,
    FieldProblem,
    edit_profile,
    new_profile,
    problems_of_profile,
)
from matcher.usecases.list_codes import domain_choices, public_choices
from matcher.usecases.read_question import RecommendationQuery
from matcher.usecases.recommend import recommend
from matcher.usecases.show_cards import SynergyCard, show_cards
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
PREVIEWED = 5
ActorId = Annotated[str, Query(alias="id")]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first partners of a profile as it is typed, or what keeps them from being found."""

    cards: Sequence[SynergyCard] = ()
    problems: Sequence[str] = ()


@router.get("/acteur/modifier")
def edit(
    request: Request, application: Installation, scope: Seen, actor_id: ActorId = ""
) -> Response:
    """The profile of an actor of the caller's territory, in a form."""
    form = ProfileForm.of(edit_profile(application, actor_id, scope), own=False)
    return _form(request, form, preview=_preview(application, form, actor_id, scope))


@router.post("/acteur/modifier")
def save(
    request: Request,
    application: Installation,
    scope: Seen,
    typed: Posted,
    actor_id: ActorId = "",
) -> Response:
    """Keep the profile as it was corrected, or say why it cannot be kept yet."""
    form = ProfileForm.read(edit_profile(application, actor_id, scope), typed, own=False)
    values, seen = form.values(), "".join(typed.get("version", ()))
    problems = problems_of_profile(application, values, scope, FRENCH)
    if not problems:
        try:
            change_actor(application, actor_id, values, scope, seen=seen)
            return _done(request, actor_id, "enregistre")
        except InvalidInput as error:
            if error.code == "changed-meanwhile":
                return _form(request, form, 409, conflict=_stored_otherwise(form, values))
            problems = (_problem(error),)
    return _form(request, form.refused(problems), 422)


@router.post("/acteur/modifier/apercu")
def preview(
    request: Request,
    application: Installation,
    scope: Seen,
    typed: Posted,
    actor_id: ActorId = "",
) -> Response:
    """Whom the actor would meet with what is typed; nothing is kept."""
    form = ProfileForm.read(edit_profile(application, actor_id, scope), typed, own=False)
    found = _preview(application, form, actor_id, scope)
    return _form(request, form, preview=found, version="".join(typed.get("version", ())))


@router.get("/acteur/nouveau")
def new(request: Request, scope: Seen) -> Response:
    """An empty form, for somebody who is not there yet."""
    return _form(request, ProfileForm.of(new_profile(), own=False))


@router.post("/acteur/nouveau")
def create(request: Request, application: Installation, scope: Seen, typed: Posted) -> Response:
    """Store somebody new, or say what is missing."""
    form = ProfileForm.read(new_profile(), typed, own=False)
    values = form.values()
    problems = problems_of_profile(application, values, scope, FRENCH)
    if not problems:
        try:
            created = create_actor(application, values, scope)
            return _done(request, created.id, "cree")
        except InvalidInput as error:
            problems = (_problem(error),)
    return _form(request, form.refused(problems), 422)


@router.post("/acteur/nouveau/apercu")
def preview_new(
    request: Request, application: Installation, scope: Seen, typed: Posted
) -> Response:
    """Whom somebody new would meet; nothing is kept."""
    form = ProfileForm.read(new_profile(), typed, own=False)
    return _form(request, form, preview=_preview(application, form, None, scope))


def _preview(
    application: Application, form: ProfileForm, actor_id: str | None, scope: Scope
) -> Preview:
    values = form.values()
    if not values["profiling"]:
        return Preview(problems=[FRENCH.say("gap.refuses-profiling")])
    if not (values["needs"] or values["offers"]):
        return Preview()
    query = RecommendationQuery(actor_id=actor_id, profile=values, limit=PREVIEWED)
    try:
        found = recommend(application, query, FRENCH, scope)
    except InvalidInput as error:
        return Preview(problems=[_problem(error).text])
    return Preview(show_cards(application, found.items, FRENCH, scope))


def _form(
    request: Request,
    form: ProfileForm,
    status: int = 200,
    *,
    preview: Preview | None = None,
    conflict: Sequence[tuple[str, str]] | None = None,
    version: str | None = None,
) -> Response:
    """The page of a form; for our script, what is previewed alone."""
    edited = form.edited
    where = f"/acteur/modifier?{urlencode({'id': edited.actor_id})}"
    return desk_page(
        request,
        "parts/actor_preview" if asks_fragment(request) and preview else "actor_form",
        status,
        form=form,
        domains=domain_choices(),
        publics=public_choices(),
        version=edited.version if version is None else version,
        is_new=not edited.actor_id,
        where=where if edited.actor_id else "/acteur/nouveau",
        where_previewed=where.replace("?", "/apercu?")
        if edited.actor_id
        else "/acteur/nouveau/apercu",
        back=f"/acteur?{urlencode({'id': edited.actor_id})}" if edited.actor_id else "/acteurs",
        preview=preview,
        conflict=conflict,
    )


def _stored_otherwise(form: ProfileForm, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each field whose stored value is not what was typed, with that value."""
    stored = form.edited.values
    return [
        (FRENCH.say(f"field.{name}"), _written(form.edited, name))
        for name in stored
        if values[name] != stored[name] and name != "email" and FRENCH.knows(f"field.{name}")
    ]


def _written(edited: EditedProfile, name: str) -> str:
    """A stored value as people read it."""
    value = edited.values[name]
    if name == "commune":
        return edited.commune
    if name == "kind":
        return FRENCH.say(f"kind.{value}")
    if isinstance(value, list):
        said = (
            one["text"] if isinstance(one, dict) else edited.names.get(one, one) for one in value
        )
        return "\u00a0; ".join(said)
    return "" if value is None else FRENCH.write(value)


def _problem(error: InvalidInput) -> FieldProblem:
    code = f"form.{error.code}"
    said = FRENCH.say(code, **error.parameters) if FRENCH.knows(code) else FRENCH.error(error)
    field = "email" if error.code == "erased" else error.pointer
    return FieldProblem(field, said)


def _done(request: Request, actor_id: str, code: str) -> Response:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/acteur?{urlencode({'id': actor_id, 'fait': code})}#fait", 303)

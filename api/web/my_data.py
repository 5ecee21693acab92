"""`/mes-donnees/{token}`: what is held on a person, and what it may have done with it.

The link of a mail is all the proof: whoever holds it is taken for the person. A GET only shows,
for programs follow links before people do; each change is a form that leads back to the page.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.web.forms import Form, LongForm
from api.web.pages import page
from api.web.profile_form import ProfileForm
from api.wiring import Installation
from matcher.bootstrap import Application
from matcher.errors import InvalidInput, NotFound
from matcher.scope import Scope
from matcher.usecases.accept_mails import accept_mails
from matcher.usecases.change_actor import change_actor
from matcher.usecases.edit_profile import FieldProblem, edit_profile, problems_of_profile
from matcher.usecases.erase_actor import erase_actor
from matcher.usecases.export_actor import export_actor, export_as_csv
from matcher.usecases.list_codes import domain_choices, public_choices
from matcher.usecases.oppose import oppose
from matcher.usecases.show_my_data import reader_of_my_data, show_my_data
from matcher.wording.scores import score_word
from matcher.wording.words import Words

router = APIRouter(prefix="/mes-donnees/{token}", include_in_schema=False)

FRENCH = Words("fr")
DONE = frozenset(
    {
        *("profil", "courriels-arretes", "courriels-repris"),
        *("rapprochements-refuses", "rapprochements-repris"),
    }
)
"""What the page may say was done: ``page.my_data.done.<code>``."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes accents for something else."""


@router.get("")
def show(token: str, application: Installation, fait: str = "") -> Response:
    """Everything that is held, and the ways to change it."""
    return _answered(application, token, lambda scope: _shown(application, scope, token, fait))


@router.get("/profil")
def edit(token: str, application: Installation) -> Response:
    """The profile in a form."""

    def form(scope: Scope) -> Response:
        edited = edit_profile(application, _me(scope), scope)
        return _form(ProfileForm.of(edited, own=True), token)

    return _answered(application, token, form, up="../")


@router.post("/profil")
def correct(token: str, application: Installation, typed: LongForm) -> Response:
    """Keep the profile as it was corrected, or show what is wrong with it."""

    def keep(scope: Scope) -> Response:
        edited = edit_profile(application, _me(scope), scope)
        form = ProfileForm.read(edited, typed, own=True)
        values = form.values()
        problems = problems_of_profile(application, values, scope, FRENCH)
        if not problems:
            problems = _kept(application, values, scope)
        if problems:
            return _form(form.refused(problems), token)
        return _done(token, "profil")

    return _answered(application, token, keep, up="../")


@router.post("/courriels")
def choose_mails(token: str, application: Installation, typed: Form) -> Response:
    """Stop the mails, or want them again."""

    def choose(scope: Scope) -> Response:
        wanted = typed.get("choix")
        if wanted == "arreter":
            oppose(application, _me(scope), scope, mail=True)
            return _done(token, "courriels-arretes")
        if wanted == "reprendre":
            try:
                accept_mails(application, _me(scope), scope)
            except InvalidInput:
                return _shown(application, scope, token, wrong="adresse", up="../")
            return _done(token, "courriels-repris")
        return _shown(application, scope, token, wrong="choix", up="../")

    return _answered(application, token, choose, up="../")


@router.post("/rapprochements")
def choose_profiling(token: str, application: Installation, typed: Form) -> Response:
    """Refuse to be brought together with others, or accept it again."""

    def choose(scope: Scope) -> Response:
        wanted = typed.get("choix")
        if wanted not in {"refuser", "reprendre"}:
            return _shown(application, scope, token, wrong="choix", up="../")
        oppose(application, _me(scope), scope, profiling=wanted == "refuser")
        said = "refuses" if wanted == "refuser" else "repris"
        return _done(token, f"rapprochements-{said}")

    return _answered(application, token, choose, up="../")


@router.get("/effacement")
def ask_to_erase(token: str, application: Installation) -> Response:
    """Say what an erasure does, and ask to confirm it."""
    return _answered(
        application, token, lambda scope: _asked_to_erase(application, scope, token), up="../"
    )


@router.post("/effacement")
def erase(token: str, application: Installation, typed: Form) -> Response:
    """Erase for good what was confirmed; the link then leads to where nothing is left."""

    def leave(scope: Scope) -> Response:
        if typed.get("compris") != "oui":
            return _asked_to_erase(application, scope, token, wrong=True)
        erase_actor(application, _me(scope), scope)
        return RedirectResponse(f"../{quote(token)}", 303)

    return _answered(application, token, leave, up="../")


@router.get("/export.json")
def download_json(token: str, application: Installation) -> Response:
    """Everything that is held, as other programs read it."""

    def give(scope: Scope) -> Response:
        export = export_actor(application, _me(scope), FRENCH, scope)
        return _file(export.model_dump_json(indent=2), "application/json", "mes-donnees.json")

    return _answered(application, token, give, up="../")


@router.get("/export.csv")
def download_csv(token: str, application: Installation) -> Response:
    """Everything that is held, as a spreadsheet opens it."""

    def give(scope: Scope) -> Response:
        export = export_actor(application, _me(scope), FRENCH, scope)
        return _file(BYTE_ORDER_MARK + export_as_csv(export), "text/csv", "mes-donnees.csv")

    return _answered(application, token, give, up="../")


def _answered(
    application: Application, token: str, answer: Callable[[Scope], Response], up: str = ""
) -> Response:
    """What a link leads to; ``up`` is the way from the address to that of the whole page."""
    try:
        return answer(reader_of_my_data(application, token))
    except NotFound as error:
        if error.code == "unknown-link":
            return page("no_link", 404, gone=False, up=up)
        return page("my_data_gone", 410, up=up)


def _shown(
    application: Application,
    scope: Scope,
    token: str,
    done: str = "",
    *,
    wrong: str = "",
    up: str = "",
) -> Response:
    return page(
        "my_data",
        422 if wrong else 200,
        data=show_my_data(application, FRENCH, scope),
        mine=up + quote(token),
        up=up,
        done=done if done in DONE else "",
        wrong=wrong,
        score_word=score_word,
        month=FRENCH.month,
        reason=_reason,
        contact=application.settings.mail_contact,
    )


def _reason(kept: str) -> str:
    """What somebody answered, « too_far: what it added », as it was asked."""
    code, _, more = kept.partition(": ")
    said = f"page.answer.reason.{code}"
    return ", ".join(filter(None, (FRENCH.say(said), more))) if FRENCH.knows(said) else kept


def _form(form: ProfileForm, token: str) -> Response:
    return page(
        "my_profile",
        422 if form.problems else 200,
        form=form,
        domains=domain_choices(),
        publics=public_choices(),
        mine=f"../{quote(token)}",
        up="../",
    )


def _asked_to_erase(
    application: Application, scope: Scope, token: str, *, wrong: bool = False
) -> Response:
    edited = edit_profile(application, _me(scope), scope)
    return page(
        "my_erasure",
        422 if wrong else 200,
        name=edited.values["name"],
        wrong=wrong,
        mine=f"../{quote(token)}",
        up="../",
    )


def _kept(
    application: Application, values: Mapping[str, object], scope: Scope
) -> tuple[FieldProblem, ...]:
    """Write a profile in which nothing is wrong of itself; gives what speaks against it still."""
    try:
        change_actor(application, _me(scope), values, scope)
    except InvalidInput as error:
        code = f"form.{error.code}"
        said = FRENCH.say(code) if FRENCH.knows(code) else FRENCH.error(error)
        field = "email" if error.code == "erased" else error.pointer
        return (FieldProblem(field, said),)
    return ()


def _done(token: str, code: str) -> Response:
    return RedirectResponse(f"../{quote(token)}?fait={code}#fait", 303)


def _file(content: str, media_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": "fr",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return Response(content, headers=headers, media_type=media_type)


def _me(scope: Scope) -> str:
    return scope.actor_id or ""

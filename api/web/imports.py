"""`/import`: a file is dropped, checked line by line, mended, and stored once it is confirmed."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.web.forms import Posted
from api.web.pages import desk_page
from api.web.uploads import Uploaded
from api.wiring import Installation, Seen
from matcher.errors import InvalidInput, NotFound, SynergiesError, UnusableFile
from matcher.usecases.check_import import FIELDS, Checked, check_import
from matcher.usecases.confirm_import import confirm_import
from matcher.usecases.stage_import import (
    Remarks,
    abandon_import,
    correct_import,
    read_kind,
    stage_import,
)
from matcher.wording.words import Words

router = APIRouter(include_in_schema=False)

FRENCH = Words("fr")
WRONG_AT_ONCE = 10
KINDS = ("social_worker", "social_entrepreneur")


@router.get("/import")
def show(request: Request, fait: str = "") -> Response:
    """Ask for a file."""
    return desk_page(request, "import", fault=None, side="", done=fait == "abandon", kinds=KINDS)


@router.post("/import")
def send(request: Request, application: Installation, scope: Seen, upload: Uploaded) -> Response:
    """Keep the file that was chosen, and lead to what is in it."""
    side = upload.fields.get("cote", "")
    try:
        if not upload.file:
            raise InvalidInput("upload-missing", pointer="fichier")
        depot = stage_import(application, upload.file, upload.content, side, scope)
    except (UnusableFile, InvalidInput) as error:
        told = {"fault": FRENCH.error(error), "side": side, "done": False, "kinds": KINDS}
        return desk_page(request, "import", 422, **told)
    return _to_check(request, depot)


@router.get("/import/verification")
def check(
    request: Request,
    application: Installation,
    scope: Seen,
    depot: str = "",
    page: int = 1,
    fait: str = "",
) -> Response:
    """Say what would be stored, and what is wrong in which line; nothing is stored."""
    try:
        checked = check_import(application, depot, FRENCH, scope)
    except NotFound as error:
        return _gone(request, error)
    if checked.outcome is not None:
        return desk_page(request, "import_done", checked=checked)
    return _checked(request, checked, depot, page, done=fait == "verifie")


@router.post("/import/verification")
def correct(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Lay corrections over the file, and check it again."""
    depot, told = _one(fields, "depot"), {name: values[-1] for name, values in fields.items()}
    try:
        remarks = _remarks(told)
        correct_import(application, depot, _edition(told), remarks, scope)
    except NotFound as error:
        return _gone(request, error)
    except InvalidInput as error:
        return _again(request, application, scope, depot, error)
    return _to_check(request, depot, "verifie")


@router.post("/import/confirmation")
def confirm(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Store what was shown."""
    depot = _one(fields, "depot")
    try:
        confirm_import(application, depot, _edition({"edition": _one(fields, "edition")}), scope)
    except NotFound as error:
        return _gone(request, error)
    except InvalidInput as error:
        return _again(request, application, scope, depot, error)
    return _to_check(request, depot)


@router.post("/import/abandon")
def abandon(request: Request, application: Installation, scope: Seen, fields: Posted) -> Response:
    """Forget the file."""
    abandon_import(application, _one(fields, "depot"), scope)
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/import?fait=abandon", 303)


def _checked(
    request: Request,
    checked: Checked,
    depot: str,
    page: int,
    *,
    done: bool = False,
    fault: str | None = None,
) -> Response:
    pages = max(1, -(-len(checked.wrong) // WRONG_AT_ONCE))
    page = min(max(1, page), pages)
    start = (page - 1) * WRONG_AT_ONCE
    return desk_page(
        request,
        "import_check",
        422 if fault else 200,
        checked=checked,
        depot=depot,
        page=page,
        pages=pages,
        wrong=checked.wrong[start : start + WRONG_AT_ONCE],
        fields=FIELDS,
        kinds=KINDS,
        done=done,
        fault=fault,
    )


def _again(
    request: Request, application: Installation, scope: Seen, depot: str, error: SynergiesError
) -> Response:
    """The file as it is now, with what was wrong with what was just sent."""
    try:
        checked = check_import(application, depot, FRENCH, scope)
    except NotFound as gone:
        return _gone(request, gone)
    return _checked(request, checked, depot, 1, fault=FRENCH.error(error))


def _gone(request: Request, error: NotFound) -> Response:
    told = {"fault": FRENCH.error(error), "side": "", "done": False, "kinds": KINDS}
    return desk_page(request, "import", 404, **told)


def _to_check(request: Request, depot: str, done: str = "") -> Response:
    root = request.scope.get("root_path", "")
    told = f"&fait={done}" if done else ""
    return RedirectResponse(f"{root}/import/verification?depot={quote(depot)}{told}", 303)


def _remarks(told: Mapping[str, str]) -> Remarks:
    """Fields named ``ligne.12.commune`` mend a line; ``entete.3`` and ``champ.3`` tell a column."""
    columns, lines = {}, dict[int, dict[str, str]]()
    for name, value in told.items():
        what, _, rest = name.partition(".")
        line, _, field = rest.partition(".")
        if what == "champ" and f"entete.{rest}" in told:
            columns[told[f"entete.{rest}"]] = value
        elif what == "ligne" and field and line.isdecimal() and len(line) < 9:
            lines.setdefault(int(line), {})[field] = value
    return Remarks(read_kind(told.get("cote", "")), columns, lines)


def _edition(told: Mapping[str, str]) -> int:
    text = told.get("edition", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[-1]

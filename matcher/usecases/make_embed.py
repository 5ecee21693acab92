"""Make what a portal puts into its page: a signed token, and the frame that shows what it opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode

from pydantic import Field

from matcher.access.embeds import Embed
from matcher.access.gate import LONGEST, utc_now
from matcher.bootstrap import Application
from matcher.errors import InvalidInput
from matcher.scope import Scope
from matcher.usecases.answers import Answer
from matcher.usecases.read_departments import read_departments
from matcher.usecases.read_origins import read_origins
from matcher.usecases.read_question import read_territory
from matcher.wording.words import Words

WIDGET_PATH = "/integration/widget"
EMBEDDED_WITHIN = timedelta(days=365)
MOST_DEPARTMENTS, MOST_ORIGINS, LONGEST_NEED = 5, 5, 300
SIDES = ("social_worker", "social_entrepreneur")
LOCAL = "http://127.0.0.1:8000"


class EmbedMade(Answer):
    """A token for a page of a portal. Whoever sees the page can read it."""

    token: str
    expires: datetime
    origins: list[str]
    departments: list[str] = Field(description="INSEE codes.")
    snippet: str = Field(description="The frame, as HTML to put into a page.")


def make_embed(
    application: Application,
    territories: Mapping[str, Sequence[str]],
    origins: Sequence[str],
    within: timedelta,
    words: Words,
    scope: Scope,
    need: str = "",
    kind: str = SIDES[0],
) -> EmbedMade:
    """Sign an embed for ``territories`` as typed, by level: départements, or one commune.

    ``need`` makes the frame show who answers it, for somebody of the side ``kind``. Raises
    InvalidInput for each value that is wrong. The audit log tells that it was made.
    """
    embed = _read(application, territories, origins, need, kind)
    until = utc_now() + min(within, EMBEDDED_WITHIN)
    token = application.gate.embed(embed, until)
    if len(token) > LONGEST:
        raise InvalidInput("embed-too-long", pointer="need")
    told = {"departments": embed.departments, "origins": embed.origins}
    with application.database.write() as connection:
        application.recorder.changed(connection, scope, "embed", until=until.isoformat(), **told)
    return EmbedMade(
        token=token,
        expires=until,
        origins=list(embed.origins),
        departments=[one.partition(":")[2] for one in embed.departments],
        snippet=_frame(application, token, words),
    )


def _read(
    application: Application,
    territories: Mapping[str, Sequence[str]],
    origins: Sequence[str],
    need: str,
    kind: str,
) -> Embed:
    communes = territories.get("commune", ())
    departments = read_departments(application.referential, territories)
    if not departments:
        raise InvalidInput("embed-without-territory", pointer="department")
    if len(departments) > MOST_DEPARTMENTS or len(communes) > 1:
        raise InvalidInput("embed-too-wide", pointer="department", maximum=MOST_DEPARTMENTS)
    if communes and any(typed for level, typed in territories.items() if level != "commune"):
        raise InvalidInput("embed-two-territories", pointer="commune")
    allowed = read_origins(origins)
    if not 1 <= len(allowed) <= MOST_ORIGINS:
        raise InvalidInput("embed-without-origin", pointer="origin", maximum=MOST_ORIGINS)
    asked = " ".join(need.split())
    if len(asked) > LONGEST_NEED:
        raise InvalidInput("embed-need-too-long", pointer="need", maximum=LONGEST_NEED)
    if kind not in SIDES:
        raise InvalidInput("not-one-of", pointer="kind", typed=kind[:80], accepted=list(SIDES))
    commune = read_territory(application.referential, "commune", communes[0]) if communes else ""
    return Embed(departments, allowed, commune, asked, kind)


def _frame(application: Application, token: str, words: Words) -> str:
    """The frame; no sandbox, which would refuse our style sheet its own origin."""
    base = (application.settings.base_url or LOCAL).rstrip("/")
    address = f"{base}{WIDGET_PATH}?{urlencode({'token': token})}"
    title = words.say("embed.frame")
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="640" '
        'loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )

"""Pages from their templates, and how they leave: nothing from elsewhere, nothing kept."""

from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from matcher.wording.words import Words

POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Content-Language": "fr",
    "X-Robots-Tag": "noindex, nofollow",
}


def page(template: str, status: int = 200, **content: object) -> HTMLResponse:
    """Fill a template of ours; everything that is not ours is escaped."""
    written = _environment().get_template(f"{template}.html").render(content)
    return HTMLResponse(written, status, HEADERS)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Words("fr")
    environment.globals["say"] = words.say
    environment.filters |= {"at": words.at, "long_date": words.write}
    return environment

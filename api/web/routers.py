"""The pages, each in its own file."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.web import (
    embed,
    exports,
    home,
    imports,
    mail_pages,
    sign_in,
    static_files,
    territory,
    weights,
)

PAGES: Sequence[APIRouter] = (
    *(static_files.router, home.router, territory.router),
    *(imports.router, weights.router),
    *(exports.router, embed.router),
    *(mail_pages.router, sign_in.router),
)

"""The pages, each in its own file."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.web import embed, exports, home, mail_pages, sign_in, static_files, territory

PAGES: Sequence[APIRouter] = (
    *(static_files.router, home.router, territory.router),
    *(exports.router, embed.router),
    *(mail_pages.router, sign_in.router),
)

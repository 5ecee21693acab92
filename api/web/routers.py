"""The pages, each in its own file."""

from collections.abc import Sequence

from fastapi import APIRouter

from api.web import (
    actor,
    actor_form,
    algorithm_page,
    embed,
    exports,
    home,
    imports,
    introducing,
    mail_pages,
    my_data,
    need,
    sign_in,
    static_files,
    synergy,
    territory,
    weights,
)

PAGES: Sequence[APIRouter] = (
    *(static_files.router, home.router, territory.router),
    *(actor_form.router, actor.router, need.router),
    *(imports.router, weights.router),
    *(synergy.router, introducing.router),
    *(exports.router, embed.router),
    *(mail_pages.router, sign_in.router),
    *(my_data.router, algorithm_page.router),
)

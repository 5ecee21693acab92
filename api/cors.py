"""Which pages of other sites may ask `/recommendations` from a browser: those of a list (CORS).

Nobody by default: then no header of it leaves, and a preflight is answered like any other method
that the route does not have.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/recommendations"
METHODS = ("GET", "POST")
READ = ("Authorization", "Content-Type", "If-None-Match")
TOLD = ("ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID")
REMEMBERED_SECONDS = 600


class Cors:
    """ASGI middleware; ``app.state.cors_origins`` is the list, read when the service starts.

    Cookies are never let through: what asks from elsewhere shows a token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._built: tuple[tuple[str, ...], ASGIApp] = ((), app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a site that is not in the list is told nothing."""
        if scope["type"] != "http" or not _asks_recommendations(scope):
            await self._app(scope, receive, send)
            return
        origins: tuple[str, ...] = scope["app"].state.cors_origins
        if not origins:
            await self._app(scope, receive, send)
            return

        async def send_varied(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Origin")
            await send(message)

        allowed = Headers(scope=scope).get("origin") in origins
        await (self._of(origins) if allowed else self._app)(scope, receive, send_varied)

    def _of(self, origins: tuple[str, ...]) -> ASGIApp:
        if self._built[0] != origins:
            made = CORSMiddleware(
                self._app,
                allow_origins=origins,
                allow_methods=METHODS,
                allow_headers=READ,
                expose_headers=TOLD,
                max_age=REMEMBERED_SECONDS,
            )
            self._built = (origins, made)
        return self._built[1]


def _asks_recommendations(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) == PATH

"""Which language an answer speaks, and the words of it."""

from fastapi import Request

from matcher.wording.words import Words, language_of


def words_of(request: Request) -> Words:
    """The words for a request: French unless it prefers another language that we speak."""
    accepted = request.headers.get("accept-language")
    return Words(language_of(accepted) if accepted else _usual(request))


def _usual(request: Request) -> str:
    application = getattr(request.app.state, "application", None)
    return application.settings.language if application else "fr"

"""One language's words: messages by code, filled with parameters, read from a gettext catalogue."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from matcher.errors import SynergiesError

LANGUAGES = ("fr", "en")
ELIDED = re.compile(
    r"[aeiouàâäéèêëîïôöûüœæ]|y[^aeiouéèêë\W]|yerres"
    r"|h(?:é|er|eur|i(?!p\b|bou)|y|ô|abi|arm|om|onn|or(?!s\b)|os|um)",
    re.IGNORECASE,
)
"""How names begin that « de » elides before: vowels, y before a consonant, most mute h."""


class Words:
    """Says things in one language. ``say`` falls back to the code itself, never fails."""

    def __init__(self, language: str = "fr") -> None:
        self.language = language if language in LANGUAGES else "fr"
        self._catalogue = _catalogue(self.language)

    def say(self, code: str, **parameters: object) -> str:
        """The message of ``code`` with its ``{parameters}`` in place, written for a reader."""
        message = self._catalogue.gettext(code)
        written = {name: self.write(value) for name, value in parameters.items()}
        return message.format_map(_Forgiving(written))

    def error(self, error: SynergiesError) -> str:
        """What went wrong and what to do, as one sentence or two."""
        kind = "error" if self.knows(f"error.{error.code}") else "import"
        return self.say(f"{kind}.{error.code}", **error.parameters)

    def knows(self, code: str) -> bool:
        """Whether the catalogue has a message for ``code``."""
        return self._catalogue.gettext(code) != code

    def write(self, value: object) -> str:
        """A parameter as text: lists joined with commas, numbers in the language's way."""
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or value is None:
            return self._catalogue.gettext(f"value.{value}".lower())
        if isinstance(value, int | float):
            return _decimal(value, self.language)
        if isinstance(value, date):
            return str(format_date(value, format="long", locale=self.language))
        if isinstance(value, Sequence):
            return ", ".join(self.write(item) for item in value) or self.write(None)
        return str(value)

    def decimal(self, number: float) -> str:
        """A number with two decimals: « 0,82 »."""
        return str(format_decimal(number, format="0.00", locale=self.language))

    def figure(self, number: float) -> str:
        """A measure with three decimals: « 0,823 »."""
        return str(format_decimal(number, format="0.000", locale=self.language))

    def gap(self, number: float) -> str:
        """A difference with three decimals and its sign: « −0,143 »."""
        rounded = round(number, 3) + 0.0  # no « −0,000 »
        written = str(format_decimal(rounded, format="+0.000;-0.000", locale=self.language))
        return written.replace("-", "−")

    def month(self, day: date) -> str:
        """The month of a day: « novembre 2026 »."""
        return str(format_date(day, "MMMM y", locale=self.language))

    def kilometres(self, distance: float) -> str:
        """A distance as people say it: « moins de 1 km », « 12 km »."""
        if distance < 1:
            return self.say("distance.under_one")
        return self.say("distance.about", km=round(distance))

    def of(self, name: str) -> str:
        """« d’Argenteuil », « de Cergy », « du Havre », « des Mureaux »."""
        if self.language != "fr":
            return f"of {name}"
        name = name.replace("'", "’")  # « L'Isle-Adam », as INSEE writes it
        for article, contracted in (("Le ", "du "), ("Les ", "des ")):
            if name.startswith(article):
                return contracted + name[len(article) :]
        return f"d’{name}" if ELIDED.match(name) else f"de {name}"

    def at(self, name: str) -> str:
        """« à Argenteuil », « au Havre », « aux Mureaux »."""
        if self.language != "fr":
            return f"in {name}"
        name = name.replace("'", "’")
        for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
            if name.startswith(article):
                return contracted + name[len(article) :]
        return f"à {name}"


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    return str(format_decimal(value, locale=language))


class _Forgiving(dict[str, str]):
    """A missing parameter shows its name rather than hiding the whole message."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def language_of(accepted: str | None) -> str:
    """The best language we have for an ``Accept-Language`` header; French unless asked."""
    for part in (accepted or "").split(","):
        tag = part.partition(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "fr"


@lru_cache
def _catalogue(language: str) -> GNUTranslations:
    source = files("matcher.wording") / "locales" / f"{language}.po"
    compiled = BytesIO()
    with source.open("rb") as stream:
        write_mo(compiled, read_po(stream, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)

"""Everything that can go wrong for a user, as one drawn tree.

    SynergiesError
    ├── InvalidInput            the caller's value is wrong (HTTP 422, exit 2)
    ├── NotFound                what the caller names does not exist (HTTP 404, exit 2)
    ├── UnusableFile            a whole file cannot be read (HTTP 422, exit 2)
    └── NotReady                the installation lacks something: model, database (HTTP 503, exit 1)

An error is a code with parameters; the words come from ``matcher.wording`` (``error.<code>``),
so that the same mistake reads the same in French on the terminal, in a problem document and on
a page.
"""


class SynergiesError(Exception):
    """Root of the tree: ``code`` names the message, ``parameters`` fill it."""

    def __init__(self, code: str, *, pointer: str | None = None, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.pointer = pointer
        self.parameters = parameters

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.code} ({details})" if details else self.code


class InvalidInput(SynergiesError):
    """A value is wrong: ``pointer`` is the name of the query parameter or a JSON pointer."""


class NotFound(SynergiesError):
    """An identifier that leads nowhere."""


class UnusableFile(SynergiesError):
    """A file that is absent, empty, of an unknown format or not UTF-8 as a whole."""


class NotReady(SynergiesError):
    """The installation is incomplete; the message says which command completes it."""

"""How the service writes its log: a JSON object a line, or plain lines for a person.

Every line written while a request is answered bears its id. No line quotes what somebody sent:
a route is named by its template, never by the address that was asked for.
"""

import logging
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.orjson import OrjsonFormatter

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered in this thread or task."""

TEXT = "%(asctime)s %(levelname)-7s %(message)s"
NAMED_TEXT = f"{TEXT} [%(request_id)s]"


class WithRequest(logging.Filter):
    """Give each record the id of its request, ``None`` outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if not hasattr(record, "request_id"):
            record.request_id = REQUEST_ID.get()
        return True


class PlainFormatter(logging.Formatter):
    """Lines for a person; the id of the request stands at the end where there is one."""

    def __init__(self) -> None:
        super().__init__(TEXT, "%H:%M:%S")
        self._named = logging.Formatter(NAMED_TEXT, "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        if getattr(record, "request_id", None):
            return self._named.format(record)
        return super().format(record)


class JsonFormatter(OrjsonFormatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, what is known."""

    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger"}
        super().__init__(
            "%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp="time"
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Leave out what is unknown."""
        return {
            name: value
            for name, value in log_data.items()
            if value is not None and name != "color_message"  # uvicorn's, for terminals
        }


def log_config(form: str) -> dict[str, Any]:
    """The configuration of ``logging`` for a service; ``form`` is ``json`` or ``text``.

    Everything goes to standard error, where a supervisor collects it.
    """
    formatter = JsonFormatter if form == "json" else PlainFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": WithRequest}},
        "formatters": {"chosen": {"()": formatter}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "chosen",
                "filters": ["request"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            name: {"level": "INFO"} for name in ("uvicorn", "uvicorn.error", "api", "matcher")
        },
    }

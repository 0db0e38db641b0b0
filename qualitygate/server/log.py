"""The log of the server: a JSON object a line, with the delivery it is about and without any secret."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any

LOGGER = logging.getLogger("qualitygate.server")
_ABOUT: ContextVar[str] = ContextVar("delivery", default="")
_TOKENS = re.compile(
    r"\b(?:gh[a-z]_|github_pat_|v1\.)\w{8,}|\beyJ[\w-]+\.[\w-]+\.[\w-]+|-----BEGIN[^-]*PRIVATE KEY[\s\S]*"
)
_HIDDEN = "[hidden]"
_ODD = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What JSON leaves as it is, though it begins a line, orders a terminal about, or turns a text around."""


def tell(what: str, /, **fields: Any) -> None:
    """One line: what happened, and what it is about."""
    LOGGER.info(what, extra={"fields": fields})


def warn(what: str, /, **fields: Any) -> None:
    """One line about what should not have happened."""
    LOGGER.warning(what, extra={"fields": fields})


def broke(what: str, error: Exception, /, **fields: Any) -> None:
    """One line about an error that nobody foresaw, with where it came from."""
    LOGGER.error(what, exc_info=error, extra={"fields": fields})


@contextmanager
def about(delivery: str) -> Iterator[None]:
    """Every line within is about this delivery."""
    before = _ABOUT.set(delivery)
    try:
        yield
    finally:
        _ABOUT.reset(before)


def begin(stream: IO[str], secrets: Iterable[str]) -> logging.Handler:
    """Write the log to a stream from now on, without these secrets; the handler, to be taken away again."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Lines(frozenset(filter(None, secrets))))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(logging.INFO)
    return handler


def end(handler: logging.Handler) -> None:
    """Write it there no more."""
    logging.getLogger().removeHandler(handler)


class _Lines(logging.Formatter):
    """Records as JSON, those of libraries too."""

    def __init__(self, secrets: frozenset[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
        }
        if record.name != LOGGER.name:
            line["from"] = record.name
        if delivery := _ABOUT.get():
            line["delivery"] = delivery
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        told = json.dumps({name: self._harmless(value) for name, value in line.items()}, ensure_ascii=False)
        return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", told)

    def _harmless(self, value: Any) -> Any:
        if isinstance(value, int | float | None):
            return value
        said = str(value)
        for secret in self._secrets:
            said = said.replace(secret, _HIDDEN)
        return _TOKENS.sub(_HIDDEN, said)

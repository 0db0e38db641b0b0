"""The register of waivers as text: a record is added at its end, and all that stands there stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from qualitygate.errors import ConfigError
from qualitygate.model.policy import Waiver
from qualitygate.yamltext import parse

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What some loaders of YAML take for something else than text."""
_EMPTY = re.compile(r"^(?:--- +)?\[\s*\][ \t]*(?:\n|\Z|(?=#))", re.MULTILINE)
"""A list that has nothing in it yet, as some write it; what is remarked behind it stays."""
_PENDING = "# {id} is asked for, and excuses nothing until somebody else agrees:\n"


class CannotAdd(Exception):
    """A register that a record cannot simply be added to; the message says why."""


def record(waiver: Waiver) -> str:
    """A waiver as a record of the register, ending in a line end."""
    return "".join(f"{'  ' if at else '- '}{key}: {value}\n" for at, (key, value) in enumerate(_pairs(waiver)))


def pending(waiver: Waiver) -> str:
    """The same while nobody has agreed to it: only a comment, so that merged too soon it excuses nothing."""
    lines = (each for each in record(waiver).splitlines(keepends=True) if not each.strip().startswith("approved_by"))
    return _PENDING.format(id=waiver.id) + "".join(f"# {each}" for each in lines)


def added(text: str, block: str) -> str:
    """The register with a block at its end, indented as its records are. Raises :class:`CannotAdd`.

    A register that is no plain list, one record below the other, is not touched. Of one that is an empty list only the
    brackets go, with its first record.
    """
    before, adds = _records(text), "\n- " in f"\n{block}"
    if adds and not before:
        text = _EMPTY.sub("", text, count=1)
    first = re.search(r"^([ \t]*)-[ \t]", text, re.MULTILINE) if before else None
    indent = first[1] if first else ""
    whole = (text if text.endswith("\n") or not text else f"{text}\n") + "".join(
        f"{indent}{each}" for each in block.splitlines(keepends=True)
    )
    new = _records(whole)
    if new[: len(before)] != before or len(new) - len(before) != adds:
        raise CannotAdd("it is not a list with one record below the other")
    return whole


def has(text: str, waiver: Waiver) -> bool | None:
    """Whether the register has this very waiver; ``None`` where it has no record of that id at all."""
    known = next((each for each in _records(text) if isinstance(each, dict) and each.get("id") == waiver.id), None)
    return None if known is None else known == _records(record(waiver))[0]


def agreed(text: str, asked: Waiver, waiver: Waiver) -> str:
    """The register where somebody agreed: what stood there while the waiver was ``asked`` for becomes its record.

    Raises :class:`CannotAdd`.
    """
    lines = (re.escape(each) for each in pending(asked).splitlines(keepends=True))
    waiting = re.compile("".join(f"[ \\t]*{each}" for each in lines))
    return added(waiting.sub("", text, count=1), record(waiver))


def _pairs(waiver: Waiver) -> Iterator[tuple[str, str]]:
    for key in ("id", "gate", "metric"):
        yield key, _scalar(getattr(waiver, key))
    if waiver.where:
        labels = (f"{_scalar(label)}: {_scalar(value)}" for label, value in waiver.where.items())
        yield "where", f"{{{', '.join(labels)}}}"
    for key in ("reason", "requested_by", "approved_by"):
        yield key, _scalar(getattr(waiver, key))
    for key in ("created", "expires"):
        yield key, getattr(waiver, key).isoformat()


def _scalar(text: str) -> str:
    """Text as every loader of YAML reads it as text. Nothing that cannot be printed is in it."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _records(text: str) -> list[object]:
    try:
        data = parse(text, "").data
    except ConfigError as error:
        raise CannotAdd(f"it cannot be read: {error.problems[0].message}") from error
    if data is None:
        return []
    if not isinstance(data, list):
        raise CannotAdd("it is no list")
    return data

"""JSON and line-oriented text, read safely: size, depth, numbers and encoding that a hostile file may abuse.

A whole document comes from :func:`document`, a stream of lines from :func:`lines`; :func:`record` reads one line. What
they hold is looked at through :func:`text`, :func:`number`, :func:`mapping` and :func:`mappings`, which give the empty
value where a file holds something else than expected, so that readers need no checks of their own. What people write by
hand comes from :func:`elements`, which is strict and keeps lines.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from io import TextIOWrapper
from math import isfinite
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Source
from qualitygate.recognition import HEAD, decode, looks_like

SIZE_CAP = 256 * 1024**2
"""Bytes of one document, which has to be in memory as a whole."""
STREAM_CAP = 4 * 1024**3
LINE_CAP = 8 * 1024**2
"""Characters of one line."""
TEXT_CAP = 1_000
"""Characters kept of one text."""
_BLOCK = 65_536
"""Characters of a stream of lines that are read at once."""
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The byte-order marks of UTF-16; anything else is UTF-8."""
_YEARS = range(1970, 9000)
_SPACE = re.compile(r"[ \t\r\n]*")


def document(source: Source) -> Any:
    """The one JSON value a source holds (RFC 8259); a byte-order mark is skipped, of equal keys the last one counts.

    Raises :class:`~qualitygate.errors.CannotReadReport`: ``empty``, ``truncated``, ``malformed`` or ``too-large``.
    """
    with source.open() as stream:
        content = stream.read(SIZE_CAP + 1)
    if len(content) > SIZE_CAP:
        raise CannotReadReport("too-large", f"is larger than {SIZE_CAP // 1024**2} MB")
    refuse_empty(content[:HEAD] if content[:HEAD].strip(b"\0 \t\r\n") else content)
    try:
        return _parse(content.decode("utf-16" if content[:2] in UTF16 else "utf-8-sig"))
    except UnicodeError as error:
        raise CannotReadReport("malformed", f"cannot be decoded: {error}") from error
    except json.JSONDecodeError as error:
        raise _broken(error, content[:HEAD]) from error
    except ValueError as error:
        raise CannotReadReport("malformed", f"is not JSON: {error}") from error


def elements(content: str, key: str) -> Iterator[tuple[int, Any]]:
    """The values of a list with the lines they begin in: of the document itself, or of what stands under its ``key``.

    ``content`` is a whole JSON document, as :func:`document` has found. Raises
    :class:`~qualitygate.errors.CannotReadReport` where an object has a key twice.
    """
    decoder = json.JSONDecoder(object_pairs_hook=once)
    at = _space(content, 0)
    if content[at] == "{":
        at = _under(content, at, key, decoder)
    at, counted, line = (_space(content, at + 1) if content[at : at + 1] == "[" else len(content)), 0, 1
    while content[at : at + 1] not in ("]", ""):
        line, counted = line + content.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(content, at)
        except ValueError as error:
            raise CannotReadReport("malformed", f"line {line}: {error}") from error
        except RecursionError as error:
            raise CannotReadReport("too-large", "is nested too deep") from error
        yield line, value
        at = _space(content, at)
        at = _space(content, at + 1) if content[at] == "," else at


def lines(source: Source) -> Iterator[str]:
    """The lines of a source without their ends, decoded by its byte-order mark, else as UTF-8; bad bytes are replaced.

    Raises :class:`~qualitygate.errors.CannotReadReport`: ``empty`` or ``too-large``.
    """
    with source.open() as stream:
        head = stream.read(HEAD)
    refuse_empty(head)
    encoding = "utf-16" if head[:2] in UTF16 else "utf-8-sig"
    size, rest = 0, ""
    with source.open() as stream, TextIOWrapper(stream, encoding, "replace", newline="\n") as decoded:
        # As much again as is unfinished, so that a long line is not joined from its beginning with every block.
        while block := decoded.read(max(_BLOCK, len(rest))):
            size += len(block)
            *whole, rest = (rest + block).split("\n")
            if max(len(rest), max(map(len, whole), default=-1) + 1) > LINE_CAP:
                raise CannotReadReport("too-large", f"has a line longer than {LINE_CAP // 1024**2} MB")
            if size > STREAM_CAP:
                raise CannotReadReport("too-large", f"is larger than {STREAM_CAP // 1024**3} GB")
            for line in whole:
                yield line.rstrip("\r")
    if rest:
        yield rest.rstrip("\r")


def record(line: str) -> dict[str, Any] | None:
    """The object on one line, ``None`` where the line is anything else."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        return mapping(_parse(line)) or None
    except ValueError:
        return None


def text(value: Any) -> str:
    """A text, cut to a thousand characters, without the lone surrogates that JSON can hold and UTF-8 cannot."""
    if not isinstance(value, str):
        return ""
    cut = value if len(value) <= TEXT_CAP else value[:TEXT_CAP]
    return cut if cut.isascii() else cut.encode("utf-8", "replace").decode()


def number(value: Any) -> float | None:
    """A finite number; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e18 and isfinite(value) else None


def seconds(value: Any, *, per_second: float = 1) -> float | None:
    """A duration in seconds, never negative, from a number of parts of one; ``None`` where it says nothing usable."""
    found = number(value)
    return None if found is None or found > 1e9 * per_second else max(found, 0.0) / per_second


def whole(value: Any) -> int:
    """A whole number that is not negative; 0 for anything else."""
    found = number(value)
    return max(int(found), 0) if found is not None else 0


def mapping(value: Any) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of an array; an empty list for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def moment(value: Any, zone: tzinfo) -> datetime | None:
    """A time stamp, written as in ISO 8601 or as seconds since 1970; ``None`` where it is something else."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
        else:
            since = number(value)
            found = datetime.fromtimestamp(since, zone) if since else None  # type: ignore[assignment]  # 0: not known
        return (found if found.tzinfo else found.replace(tzinfo=zone)) if found and found.year in _YEARS else None
    except (ValueError, OverflowError, OSError):
        return None


def first_line(value: str) -> str:
    """The first line that says something, stripped."""
    return next((line.strip() for line in value.splitlines() if line.strip()), "")


def looks_like_json(head: bytes, opening: str) -> str:
    """The text of the first bytes where it opens with one of these characters, else nothing."""
    decoded = decode(head).lstrip()
    return decoded if decoded[:1] in tuple(opening) else ""


def _parse(content: str) -> Any:
    try:
        return json.loads(content, parse_constant=refuse_constant)
    except RecursionError as error:
        raise CannotReadReport("too-large", "is nested too deep") from error


def _space(content: str, at: int) -> int:
    found = _SPACE.match(content, at)
    return found.end() if found else at


def _under(content: str, at: int, key: str, decoder: json.JSONDecoder) -> int:
    """Where the value of a key begins in the object that begins here; the end where the object has no such key."""
    names: list[str] = []
    found, at = len(content), _space(content, at + 1)
    while content[at] != "}":
        name, at = decoder.raw_decode(content, at)
        names.append(name)
        at = _space(content, _space(content, at) + 1)
        found = at if name == key else found
        try:
            at = _space(content, decoder.raw_decode(content, at)[1])
            once([(name, None) for name in names])
        except ValueError as error:
            raise CannotReadReport("malformed", str(error)) from error
        except RecursionError as error:
            raise CannotReadReport("too-large", "is nested too deep") from error
        at = _space(content, at + 1) if content[at] == "," else at
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that has each key once, for ``object_pairs_hook``. Raises ``ValueError`` where one is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"has the key {text(twice)[:60]!r} twice in one object")
    return found


def refuse_constant(name: str) -> Any:
    """``NaN`` and ``Infinity``, which Python reads and JSON does not have. Raises ``ValueError``."""
    raise ValueError(f"{name} is no JSON number")


def refuse_empty(head: bytes) -> None:
    """Raises :class:`~qualitygate.errors.CannotReadReport` where the first bytes say nothing."""
    if not head.strip(b"\0 \t\r\n"):
        raise CannotReadReport("empty", f"is {looks_like(head)}")


def refuse_other(head: bytes) -> None:
    """Raises :class:`~qualitygate.errors.CannotReadReport` where the first bytes begin neither object nor array."""
    if not looks_like_json(head, "{["):
        raise CannotReadReport("unrecognised", f"is {looks_like(head)}, not JSON")


def _broken(error: json.JSONDecodeError, head: bytes) -> CannotReadReport:
    refuse_other(head)
    cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
    where = f"line {error.lineno}, column {error.colno}"
    if cut:
        return CannotReadReport("truncated", f"ends in the middle, at {where}: cut off?")
    return CannotReadReport("malformed", f"is not JSON: {error.msg} at {where}")

"""A verdict that an earlier run kept, read back."""

from __future__ import annotations

from qualitygate.errors import CannotReadReport
from qualitygate.model.verdict import Verdict

VERDICT_MOST = 256 * 1024**2
"""Bytes of a verdict's JSON; a longer file is none."""


def read(path: str) -> Verdict:
    """The verdict in a file of ``check --output json``. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    from qualitygate.codec.decoding import loads  # noqa: PLC0415 - few commands are given a verdict

    try:
        with open(path, "rb") as file:
            raw = file.read(VERDICT_MOST + 1)
        return loads(raw.decode("utf-8-sig") if len(raw) <= VERDICT_MOST else "")
    except CannotReadReport as error:
        raise CannotReadReport(error.slug, f"{path} {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CannotReadReport("unreadable", f"{path} cannot be read: {error}") from error

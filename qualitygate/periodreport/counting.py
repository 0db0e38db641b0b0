"""Where each thing that a number was counted from stands, by file and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qualitygate.commitments import Check
from qualitygate.language import say
from qualitygate.model.measurement import Counted


def counted(check: Check) -> Iterator[tuple[str, str]]:
    """Where each thing that was counted stands, of a rate the numerator, and what else there was."""
    found = check.result.measurement
    inside = [each for each in found.counted if each.counts]
    beside = [each for each in found.counted if not each.counts]
    if inside:
        yield say("Counted") if found.denominator is None else say("In the numerator"), _places(inside)
    if beside:
        yield say("In the denominator alone"), _places(beside)


def _places(these: Iterable[Counted]) -> str:
    """Each file with its lines, those that follow each other as one range; by its name what has no place."""
    lines: dict[str, set[int]] = {}
    for each in these:
        known = lines.setdefault(each.path or each.title, set())
        known.update([each.line] if each.path and each.line else [])
    return "; ".join(f"{path}:{', '.join(_ranges(sorted(found)))}".rstrip(":") for path, found in lines.items())


def _ranges(lines: Sequence[int]) -> Iterator[str]:
    for _, run in groupby(enumerate(lines), key=lambda each: each[1] - each[0]):
        these = [line for _, line in run]
        yield str(these[0]) if len(these) == 1 else f"{these[0]}-{these[-1]}"

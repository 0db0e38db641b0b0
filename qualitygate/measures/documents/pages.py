"""What was counted on the pages while a register was read: links, translations, public API, change log, reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from qualitygate.extension import Context
from qualitygate.measures.documents.rows import Registers, Rows, finding_at, wrong_with
from qualitygate.model.documents import Proportion
from qualitygate.model.measurement import Finding, Measurement


def share(name: str, noun: str, key: str) -> Callable[[Measurement, Rows, Registers, Context], Measurement]:
    """A ratio of what was counted while the registers were read; nothing where none asks for it."""

    def take(frame: Measurement, _rows: Rows, registers: Registers, _context: Context) -> Measurement:
        whole = _whole(name, registers)
        if whole is None or whole.note or not whole.total:
            note = whole.note if whole else f"no register says {noun}: declare it under {key}:"
            return replace(frame, note=note or "there is nothing to count")
        return replace(
            frame,
            value=Fraction(whole.good, whole.total),
            numerator=Fraction(whole.good),
            denominator=Fraction(whole.total),
            findings=tuple(map(finding_at, whole.spots)),
        )

    return take


def _whole(name: str, registers: Registers) -> Proportion | None:
    """What all registers counted under a name."""
    tallies = [tally for register in registers if (tally := register.tally(name))]
    if not tallies:
        return None
    return Proportion(
        good=sum(tally.good for tally in tallies),
        total=sum(tally.total for tally in tallies),
        spots=tuple(spot for tally in tallies for spot in tally.spots),
        note="; ".join(filter(None, (tally.note for tally in tallies))),
    )


def changelog(frame: Measurement, _rows: Rows, registers: Registers, _context: Context) -> Measurement:
    """Departures from the form of a change log, where a register names one."""
    whole = _whole("changelog", registers)
    if whole is None or whole.note:
        return replace(frame, note=whole.note if whole else "no register names a change log: changelog: CHANGELOG.md")
    return replace(frame, value=Fraction(whole.total), findings=tuple(map(finding_at, whole.spots)))


def freshness(frame: Measurement, rows: Rows, registers: Registers, context: Context) -> Measurement:
    """The share of the pages with a cadence whose review is in date."""
    reviews = [review for row in rows if not row.document.tailored_out for review in row.document.reviews]
    reviews += [review for register in registers for review in register.pages]
    known = {(each.path, each.line): each for each in reviews if each.cadence and (each.due or each.problem)}
    if not known:
        return replace(frame, note="no page says how long its review holds: review_in: 6 months")
    wrongs = {place: wrong_with(review, context.today, None) for place, review in sorted(known.items())}
    behind = [(path, line, wrong) for (path, line), wrong in wrongs.items() if wrong]
    findings = tuple(Finding(title=path, message=wrong, path=path, line=line) for path, line, wrong in behind)
    good = len(known) - len(findings)
    return replace(
        frame,
        value=Fraction(good, len(known)),
        numerator=Fraction(good),
        denominator=Fraction(len(known)),
        findings=findings,
    )

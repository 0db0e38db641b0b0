"""The verdict for a terminal: six lines when all is well, else the worst first, each with its next step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from qualitygate import amounts, sections, wording
from qualitygate.escaping import line, log_line
from qualitygate.extension import Reporter, Style
from qualitygate.language import marked, say, speaking
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

PASSED_SHOWN = 3
"""With a header, a line of exceptions and the result that is six lines."""
FINDINGS_SHOWN = 10
FILES_SHOWN = 10
RANGES_SHOWN = 8
_LONG = 200
"""Characters of a reason that is told in lines."""
_PART = re.compile(r"; (?!did you mean)")
_INDENT = " " * 8
_MORE, _MORE_FILES = marked("… {count} more (-v lists them)"), marked("… {count} more files (-v lists them)")
_COLORS = {
    Outcome.PASSED: "32",
    Outcome.WARNED: "33",
    Outcome.WAIVED: "33",
    Outcome.NO_DATA: "31",
    Outcome.FAILED: "31",
}


def render(verdict: Verdict, style: Style) -> str:
    """Words carry the verdict, colour only repeats it. Display limits never touch the counts."""
    with speaking(style.lang):
        return "\n".join(map(log_line, _lines(verdict, style))) + "\n"


REPORTER = Reporter(suffix=".txt", render=render)


def _lines(verdict: Verdict, style: Style) -> Iterator[str]:
    gates = ", ".join(gate.name for gate in verdict.gates)
    policy = f"{verdict.policy} (sha256 {verdict.policy_digest[:12]})"
    judged = say("gate {gates}", gates=line(gates))
    about = filter(None, [wording.subject(verdict.subject), wording.base(verdict)])
    yield f"{line(policy)}   {judged}   {'   '.join(map(line, about))}"
    rows = wording.results(verdict)
    told = [row for row in rows if style.verbose or row[1].outcome is not Outcome.PASSED]
    told = told or rows[:PASSED_SHOWN]
    long: dict[str, str] = {}
    for gate, result in told:
        yield from _result(f"{gate}/" if len(verdict.gates) > 1 else "", result, style, long)
    yield from _changed_code(verdict, style)
    yield from _findings(verdict, style)
    yield from _exceptions(verdict, brief=verdict.outcome is Outcome.PASSED and not style.verbose)
    yield from (f"        {line(void)}" for void in wording.voids(verdict))
    hidden = len(rows) - len(told)
    yield say(
        "Result: {word}  {checks}: {counts}{more}; examined {examined}",
        word=_word(verdict.outcome, style),
        checks=amounts.number("checks", len(rows)),
        counts=wording.summary(verdict) or say("none"),
        more=say(" ({count} not shown, -v lists them)", count=hidden) if hidden else "",
        examined=wording.examined(verdict.examined),
    )


def _exceptions(verdict: Verdict, *, brief: bool) -> Iterator[str]:
    """Every waiver and quarantined test; where all is well, how many there are."""
    exceptions = list(wording.exceptions(verdict))
    if exceptions and brief:
        waivers, tests = len(verdict.waivers), len(verdict.quarantine)
        counts = amounts.together(
            amounts.number(*each) for each in (("waivers", waivers), ("quarantined tests", tests))
        )
        yield say("On record: {counts} (-v lists them)", counts=counts)
    elif exceptions:
        yield say("On record:")
        yield from (f"        {line(exception)}" for exception in exceptions)


def _result(gate: str, result: ConditionResult, style: Style, long: dict[str, str]) -> Iterator[str]:
    condition, measurement = result.condition, result.measurement
    word = _word(result.outcome, style) + " " * (8 - wording.width(wording.word(result.outcome)))
    name = f"  ({line(condition.id)})" if style.verbose else ""
    yield f"{word}{line(gate + wording.check(result))}  {line(wording.told(result))}{name}"
    if result.outcome is Outcome.PASSED and not style.verbose:
        return
    for reason in wording.reasons(result):
        yield from (f"{_INDENT}{each}" for each in _reason(reason, gate + wording.check(result), long))
    if section := wording.listed(measurement, whole=style.verbose):
        yield _INDENT + say("see {section} below", section=say(section))
    else:
        yield from _cut(map(_finding, measurement.findings), len(measurement.findings), FINDINGS_SHOWN, style)
    if result.outcome in (Outcome.FAILED, Outcome.NO_DATA):
        yield _INDENT + say("explain: {command}", command=f"qualitygate explain {condition.metric.name}")


def _reason(reason: str, check: str, long: dict[str, str]) -> Iterator[str]:
    """A reason in a line; a long one, as the problems of a register are, a line for each part, and once for all."""
    first = long.setdefault(reason, check) if len(reason) > _LONG else check
    if first != check:
        yield say("as of {check} above", check=line(first))
    else:
        yield from map(line, _PART.split(reason) if len(reason) > _LONG else [reason])


def _changed_code(verdict: Verdict, style: Style) -> Iterator[str]:
    """The changed files that are not covered as a whole, with their lines."""
    most = 0 if style.verbose else RANGES_SHOWN
    for section in sections.changed_code(verdict):
        if section.lacking:
            yield line(wording.changed_code(section))
            files = (_file(file, most) for file in section.lacking)
            yield from _cut(files, len(section.lacking), FILES_SHOWN, style, _MORE_FILES)


def _file(file: sections.ChangedFile, most: int) -> str:
    words = marked("{path}  {covered} of {total} covered, not {lines}")
    lines = wording.lines(file, most)
    return say(words, path=line(file.path), covered=file.covered, total=file.total, lines=lines)


def _findings(verdict: Verdict, style: Style) -> Iterator[str]:
    """The findings on changed lines, or the worst where it is not known what changed."""
    section = sections.findings(verdict, whole=style.verbose)
    if section is None:
        return
    yield wording.findings(section)
    yield from _cut(_rows(section.rows), len(section.rows), FINDINGS_SHOWN, style)
    if section.others and style.verbose:
        yield say("Findings on other lines: {count}", count=len(section.others))
        yield from _cut(_rows(section.others), len(section.others), FINDINGS_SHOWN, style)
    elif section.others:
        yield _INDENT + say("{count} on other lines (-v lists them)", count=len(section.others))


def _rows(rows: Sequence[sections.ListedFinding]) -> Iterator[str]:
    told = [line(row.finding.severity) for row in rows]
    width = max(map(wording.width, told), default=0)
    return (
        f"{severity}{' ' * (width - wording.width(severity))}  {_finding(row.finding)}"
        for severity, row in zip(told, rows, strict=True)
    )


def _finding(finding: Finding) -> str:
    where = line(wording.place(finding))
    message = f": {line(finding.message, 160)}" if finding.message else ""
    return f"{where}{'  ' if where else ''}{line(finding.title)}{message}"


def _cut(told: Iterable[str], number: int, most: int, style: Style, words: str = _MORE) -> Iterator[str]:
    """The first lines of a list, and how many there are besides."""
    yield from (f"{_INDENT}{each}" for each in (told if style.verbose else islice(told, most)))
    if number > most and not style.verbose:
        yield _INDENT + say(words, count=number - most)


def _word(outcome: Outcome, style: Style) -> str:
    word = wording.word(outcome)
    return f"\x1b[1;{_COLORS[outcome]}m{word}\x1b[0m" if style.color else word

"""The verdict for a terminal: six lines when all is well, else the worst first, each with its next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from qualitygate import sections, wording
from qualitygate.escaping import line, log_line
from qualitygate.extension import Reporter, Style
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

PASSED_SHOWN = 3
"""With a header, a line of exceptions and the result that is six lines."""
FINDINGS_SHOWN = 10
FILES_SHOWN = 10
RANGES_SHOWN = 8
_INDENT = " " * 8
_COLORS = {
    Outcome.PASSED: "32",
    Outcome.WARNED: "33",
    Outcome.WAIVED: "33",
    Outcome.NO_DATA: "31",
    Outcome.FAILED: "31",
}


def render(verdict: Verdict, style: Style) -> str:
    """Words carry the verdict, colour only repeats it. Display limits never touch the counts."""
    return "\n".join(map(log_line, _lines(verdict, style))) + "\n"


REPORTER = Reporter(suffix=".txt", render=render)


def _lines(verdict: Verdict, style: Style) -> Iterator[str]:
    gates = ", ".join(gate.name for gate in verdict.gates)
    policy = f"{verdict.policy} (sha256 {verdict.policy_digest[:12]})"
    about = filter(None, [wording.subject(verdict.subject), wording.base(verdict)])
    yield f"{line(policy)}   gate {line(gates)}   {'   '.join(map(line, about))}"
    rows = wording.results(verdict)
    told = [row for row in rows if style.verbose or row[1].outcome is not Outcome.PASSED]
    told = told or rows[:PASSED_SHOWN]
    for gate, result in told:
        yield from _result(f"{gate}/" if len(verdict.gates) > 1 else "", result, style)
    yield from _changed_code(verdict, style)
    yield from _findings(verdict, style)
    yield from _exceptions(verdict, brief=verdict.outcome is Outcome.PASSED and not style.verbose)
    yield from (f"        {line(void)}" for void in wording.voids(verdict))
    hidden = len(rows) - len(told)
    more = f" ({hidden} not shown, -v lists them)" if hidden else ""
    checks = f"{wording.number('checks', len(rows))}: {wording.summary(verdict) or 'none'}{more}"
    yield f"Result: {_word(verdict.outcome, style)}  {checks}; examined {wording.examined(verdict.examined)}"


def _exceptions(verdict: Verdict, *, brief: bool) -> Iterator[str]:
    """Every waiver and quarantined test; where all is well, how many there are."""
    exceptions = list(wording.exceptions(verdict))
    if exceptions and brief:
        waivers, tests = len(verdict.waivers), len(verdict.quarantine)
        counts = f"{wording.number('waivers', waivers)}, {wording.number('quarantined tests', tests)}"
        yield f"On record: {counts} (-v lists them)"
    elif exceptions:
        yield "On record:"
        yield from (f"        {line(exception)}" for exception in exceptions)


def _result(gate: str, result: ConditionResult, style: Style) -> Iterator[str]:
    condition, measurement = result.condition, result.measurement
    word = _word(result.outcome, style) + " " * (8 - len(wording.WORDS[result.outcome]))
    name = f"  ({line(condition.id)})" if style.verbose else ""
    yield f"{word}{line(gate + wording.check(result))}  {line(wording.told(result))}{name}"
    if result.outcome is Outcome.PASSED and not style.verbose:
        return
    yield from (f"        {line(reason)}" for reason in wording.reasons(result))
    if section := wording.listed(measurement, whole=style.verbose):
        yield f"{_INDENT}see {section} below"
    else:
        yield from _cut(map(_finding, measurement.findings), len(measurement.findings), FINDINGS_SHOWN, style)
    if result.outcome in (Outcome.FAILED, Outcome.NO_DATA):
        yield f"        explain: qualitygate explain {condition.metric.name}"


def _changed_code(verdict: Verdict, style: Style) -> Iterator[str]:
    """The changed files that are not covered as a whole, with their lines."""
    most = 0 if style.verbose else RANGES_SHOWN
    for section in sections.changed_code(verdict):
        if section.lacking:
            yield line(wording.changed_code(section))
            files = (
                f"{line(file.path)}  {file.covered} of {file.total} covered, not {wording.lines(file, most)}"
                for file in section.lacking
            )
            yield from _cut(files, len(section.lacking), FILES_SHOWN, style, noun="files ")


def _findings(verdict: Verdict, style: Style) -> Iterator[str]:
    """The findings on changed lines, or the worst where it is not known what changed."""
    section = sections.findings(verdict, whole=style.verbose)
    if section is None:
        return
    yield wording.findings(section)
    yield from _cut(_rows(section.rows), len(section.rows), FINDINGS_SHOWN, style)
    if section.others and style.verbose:
        yield f"Findings on other lines: {len(section.others)}"
        yield from _cut(_rows(section.others), len(section.others), FINDINGS_SHOWN, style)
    elif section.others:
        yield f"{_INDENT}{len(section.others)} on other lines (-v lists them)"


def _rows(rows: Sequence[sections.Row]) -> Iterator[str]:
    width = max((len(row.finding.severity) for row in rows), default=0)
    return (f"{line(row.finding.severity).ljust(width)}  {_finding(row.finding)}" for row in rows)


def _finding(finding: Finding) -> str:
    where = line(wording.place(finding))
    message = f": {line(finding.message, 160)}" if finding.message else ""
    return f"{where}{'  ' if where else ''}{line(finding.title)}{message}"


def _cut(told: Iterable[str], number: int, most: int, style: Style, noun: str = "") -> Iterator[str]:
    """The first lines of a list, and how many there are besides."""
    yield from (f"{_INDENT}{each}" for each in (told if style.verbose else islice(told, most)))
    if number > most and not style.verbose:
        yield f"{_INDENT}… {number - most} more {noun}(-v lists them)"


def _word(outcome: Outcome, style: Style) -> str:
    word = wording.WORDS[outcome]
    return f"\x1b[1;{_COLORS[outcome]}m{word}\x1b[0m" if style.color else word

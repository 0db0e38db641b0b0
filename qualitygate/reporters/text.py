"""The verdict for a terminal: six lines when all is well, else the worst first, each with its next step."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate import wording
from qualitygate.escaping import line, log_line
from qualitygate.extension import Reporter, Style
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

PASSED_SHOWN = 3
"""With a header, a line of exceptions and the result that is six lines."""
FINDINGS_SHOWN = 10
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
    findings = measurement.findings
    for finding in findings if style.verbose else findings[:FINDINGS_SHOWN]:
        where = wording.place(finding)
        yield f"        {line(where)}{'  ' if where else ''}{line(finding.title)}" + (
            f": {line(finding.message, 160)}" if finding.message else ""
        )
    if not style.verbose and len(findings) > FINDINGS_SHOWN:
        yield f"        … {len(findings) - FINDINGS_SHOWN} more (-v lists them)"
    if result.outcome in (Outcome.FAILED, Outcome.NO_DATA):
        yield f"        explain: qualitygate explain {condition.metric.name}"


def _word(outcome: Outcome, style: Style) -> str:
    word = wording.WORDS[outcome]
    return f"\x1b[1;{_COLORS[outcome]}m{word}\x1b[0m" if style.color else word

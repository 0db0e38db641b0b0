"""The verdict for a terminal: six lines when all is well, else the worst first, each with its next step."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate import wording
from qualitygate.escaping import line, log_line
from qualitygate.extension import Reporter, Style
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

PASSED_SHOWN = 4
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
    yield f"{line(verdict.policy)} (sha256 {verdict.policy_digest[:12]})   {line(wording.subject(verdict.subject))}"
    rows = wording.results(verdict)
    several = len(verdict.gates) > 1
    shown = 0
    for gate, result in rows:
        if result.outcome is Outcome.PASSED and not style.verbose:
            shown += 1
            if shown > PASSED_SHOWN or verdict.outcome is not Outcome.PASSED:
                continue
        yield from _result(f"{gate}/" if several else "", result, style)
    hidden = sum(result.outcome is Outcome.PASSED for _, result in rows) - (
        PASSED_SHOWN if verdict.outcome is Outcome.PASSED else 0
    )
    more = "" if style.verbose or hidden <= 0 else f", {hidden} passed not shown (-v lists them)"
    if verdict.outcome is not Outcome.PASSED or style.verbose:
        yield from (f"        {line(exception)}" for exception in wording.exceptions(verdict))
    elif verdict.waivers or verdict.quarantine:
        more += f", {len(verdict.waivers)} waivers and {len(verdict.quarantine)} quarantined tests on record"
    yield from (f"        {line(void)}" for void in wording.voids(verdict))
    word = _word(verdict.outcome, style)
    yield f"Result: {word}  {wording.summary(verdict)}; examined {wording.examined(verdict.examined)}{more}"


def _result(gate: str, result: ConditionResult, style: Style) -> Iterator[str]:
    condition, measurement = result.condition, result.measurement
    word = _word(result.outcome, style) + " " * (8 - len(wording.WORDS[result.outcome]))
    yield f"{word}{line(gate + wording.check(result))}  {wording.told(result)}"
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

"""The verdict as GitHub-flavoured Markdown: for a job summary, a comment, a release page."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate import wording
from qualitygate.escaping import markdown
from qualitygate.extension import Reporter, Style
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

FINDINGS_SHOWN = 10
MESSAGE_SHOWN = 160
SYMBOLS = {Outcome.PASSED: "✅", Outcome.WARNED: "⚠️", Outcome.WAIVED: "⚠️", Outcome.NO_DATA: "❌", Outcome.FAILED: "❌"}
_HEAD = ("| Result | Check | Value | Required | Distance |", "| --- | --- | --- | --- | --- |")

Row = tuple[str, ConditionResult]


def render(verdict: Verdict, style: Style) -> str:
    """Words carry the verdict, symbols only repeat it. Display limits never touch the counts."""
    return "\n\n".join(_blocks(verdict, style)) + "\n"


REPORTER = Reporter(suffix=".md", render=render)


def _blocks(verdict: Verdict, style: Style) -> Iterator[str]:
    """Blocks of Markdown, worst first, what passed folded away at the end."""
    rows = [(f"{gate}/" if len(verdict.gates) > 1 else "", result) for gate, result in wording.results(verdict)]
    passed = [row for row in rows if row[1].outcome is Outcome.PASSED]
    others = [row for row in rows if row[1].outcome is not Outcome.PASSED]
    yield from _heading(verdict)
    if others:
        yield _table(others)
    for row in others:
        yield from _behind(row, style)
    exceptions = [f"- {markdown(exception)}" for exception in wording.exceptions(verdict)]
    if exceptions:
        yield "\n".join(["**Waivers and quarantine**", "", *exceptions])
    if passed:
        yield f"<details>\n<summary>{len(passed)} passed</summary>"
        yield _table(passed)
        yield "</details>"


def _heading(verdict: Verdict) -> Iterator[str]:
    word = f"{SYMBOLS[verdict.outcome]} {wording.WORDS[verdict.outcome]}"
    summary = wording.summary(verdict)
    yield f"## {word}: {markdown(verdict.policy)}" + (f" ({summary})" if summary else "")
    about = filter(None, [wording.subject(verdict.subject), wording.base(verdict)])
    yield (
        f"{markdown(', '.join(about))}, policy sha256 {markdown(verdict.policy_digest[:12])},"
        f" judged {verdict.at.isoformat()}, examined {markdown(wording.examined(verdict.examined))}"
    )
    voids = [f"- {markdown(void)}" for void in wording.voids(verdict)]
    if voids:
        yield "\n".join(voids)


def _table(rows: list[Row]) -> str:
    return "\n".join([*_HEAD, *(_row(gate, result) for gate, result in rows)])


def _row(gate: str, result: ConditionResult) -> str:
    cells = (gate + wording.check(result), wording.value(result), wording.required(result), wording.distance(result))
    word = f"{SYMBOLS[result.outcome]} **{wording.WORDS[result.outcome]}**"
    return f"| {word} | {' | '.join(markdown(cell) for cell in cells)} |"


def _behind(row: Row, style: Style) -> Iterator[str]:
    """The reasons and findings behind a result that did not pass."""
    gate, result = row
    findings = result.measurement.findings
    most = len(findings) if style.verbose else FINDINGS_SHOWN
    lines = [f"- {markdown(reason)}" for reason in wording.reasons(result)]
    lines += [_finding(finding) for finding in findings[:most]]
    if len(findings) > most:
        lines.append(f"- shown {most} of {len(findings)}")
    if lines:
        title = f"**{wording.WORDS[result.outcome]}: {markdown(gate + wording.check(result))}**"
        yield "\n".join([title, "", *lines])


def _finding(finding: Finding) -> str:
    place = wording.place(finding)
    return (
        f"- {markdown(finding.title)}"
        + (f" ({markdown(place)})" if place else "")
        + (f": {markdown(finding.message, MESSAGE_SHOWN)}" if finding.message else "")
    )

"""The verdict as GitHub-flavoured Markdown: for a job summary, a comment, a release page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitygate import amounts, sections, wording
from qualitygate.escaping import markdown, tree_path
from qualitygate.extension import Reporter, Style
from qualitygate.language import marked, say, speaking
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

FINDINGS_SHOWN = 10
"""Also the rows of a table that are not folded away."""
ROWS_SHOWN = 50
RANGES_SHOWN = 20
MESSAGE_SHOWN = 160
SYMBOLS = {Outcome.PASSED: "✅", Outcome.WARNED: "⚠️", Outcome.WAIVED: "⚠️", Outcome.NO_DATA: "❌", Outcome.FAILED: "❌"}
_SHOWN_RENDERED = (".md", ".markdown", ".rst", ".adoc")
"""What GitHub and GitLab show as a page, whose lines have no anchors."""
_NO_BREAK = "\u00a0"
_HEAD = (marked("| Result | Check | Value | Required | Distance |"), "| --- | --- | --- | --- | --- |")
_FILES_HEAD = (marked("| File | Could run | Covered | Share | Uncovered lines |"), "| --- | ---: | ---: | ---: | --- |")
_FINDINGS_HEAD = (marked("| Severity | Where | Finding | Message |"), "| --- | --- | --- | --- |")
_SHOWN = marked("shown {most} of {count}")

Row = tuple[str, ConditionResult]


def render(verdict: Verdict, style: Style) -> str:
    """Words carry the verdict, symbols only repeat it. Display limits never touch the counts."""
    with speaking(style.lang):
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
    yield from _changed_code(verdict, style)
    yield from _findings(verdict, style)
    exceptions = [f"- {markdown(exception)}" for exception in wording.exceptions(verdict, style.doubts)]
    if exceptions:
        yield "\n".join([f"**{say('Waivers and quarantine')}**", "", *exceptions])
    if passed:
        yield f"<details>\n<summary>{wording.counted(Outcome.PASSED, len(passed))}</summary>"
        yield _table(passed)
        yield "</details>"


def _heading(verdict: Verdict) -> Iterator[str]:
    word = f"{SYMBOLS[verdict.outcome]} {wording.word(verdict.outcome)}"
    summary = wording.summary(verdict)
    title = say("{word}: {what}", word=word, what=markdown(verdict.policy))
    yield f"## {say('{title} ({counts})', title=title, counts=summary) if summary else title}"
    about = filter(None, [wording.subject(verdict.subject), wording.base(verdict)])
    yield say(
        "{about}, policy sha256 {digest}, judged {at}, examined {examined}",
        about=markdown(amounts.together(about)),
        digest=markdown(verdict.policy_digest[:12]),
        at=verdict.at.isoformat(timespec="seconds"),
        examined=markdown(wording.examined(verdict.examined)),
    )
    voids = [f"- {markdown(void)}" for void in wording.voids(verdict)]
    if voids:
        yield "\n".join(voids)


def _table(rows: list[Row]) -> str:
    return "\n".join([*map(say, _HEAD), *(_row(gate, result) for gate, result in rows)])


def _row(gate: str, result: ConditionResult) -> str:
    """A row whose verdict, and each number with its percent sign, stay on one line in a narrow column."""
    word = f"{SYMBOLS[result.outcome]} **{wording.word(result.outcome)}**".replace(" ", _NO_BREAK)
    check = markdown(gate + wording.check(result))
    numbers = (wording.value(result), wording.required(result), wording.distance(result))
    cells = (word, check, *(markdown(cell).replace(" %", f"{_NO_BREAK}%") for cell in numbers))
    return f"| {' | '.join(cells)} |"


def _behind(row: Row, style: Style) -> Iterator[str]:
    """The reasons behind a result that did not pass, and the findings that no section has."""
    gate, result = row
    elsewhere = wording.listed(result.measurement, whole=style.verbose)
    findings = () if elsewhere else result.measurement.findings
    most = len(findings) if style.verbose else FINDINGS_SHOWN
    lines = [f"- {markdown(reason)}" for reason in wording.reasons(result)]
    lines += [_finding(finding, style) for finding in findings[:most]]
    if len(findings) > most:
        lines.append(f"- {say(_SHOWN, most=most, count=len(findings))}")
    if lines:
        what = markdown(gate + wording.check(result))
        title = say("{word}: {what}", word=wording.word(result.outcome), what=what)
        yield "\n".join([f"**{title}**", "", *lines])


def _finding(finding: Finding, style: Style) -> str:
    place = _place(finding, style)
    return (
        f"- {markdown(finding.title)}"
        + (f" ({place})" if place else "")
        + (f": {markdown(finding.message, MESSAGE_SHOWN)}" if finding.message else "")
    )


def _place(finding: Finding, style: Style) -> str:
    """Where a finding is, as a link where the files can be read; that of a page to its source, which has lines."""
    place = markdown(wording.place(finding))
    path = tree_path(finding.path) if style.files and finding.path else None
    if path is None:
        return place
    from urllib.parse import quote  # noqa: PLC0415 - only in a CI

    plain = "?plain=1" if path.lower().endswith(_SHOWN_RENDERED) else ""
    return f"[{place}]({style.files}{quote(path)}{plain}{f'#L{finding.line}' if finding.line else ''})"


def _changed_code(verdict: Verdict, style: Style) -> Iterator[str]:
    """The changed files that are not covered as a whole, with their lines."""
    most = 0 if style.verbose else RANGES_SHOWN
    for section in sections.changed_code(verdict):
        if section.lacking:
            rows = [_file_row(file, most) for file in section.lacking]
            yield f"**{markdown(wording.changed_code(section))}**"
            yield from _folded(_FILES_HEAD, rows, "files", style)


def _file_row(file: sections.ChangedFile, most: int) -> str:
    path, lines = markdown(file.path), markdown(wording.lines(file, most))
    return f"| {path} | {file.total} | {file.covered} | {wording.covered(file)} | {lines} |"


def _findings(verdict: Verdict, style: Style) -> Iterator[str]:
    """The findings on changed lines, or the worst where it is not known what changed."""
    section = sections.findings(verdict, whole=style.verbose)
    if section is None:
        return
    yield f"**{markdown(wording.findings(section))}**"
    yield from _folded(_FINDINGS_HEAD, [_finding_row(row.finding, style) for row in section.rows], "findings", style)
    if section.others:
        yield say("{count} on other lines", count=len(section.others))
        if style.verbose:
            others = [_finding_row(row.finding, style) for row in section.others]
            yield from _folded(_FINDINGS_HEAD, others, "findings", style)


def _finding_row(finding: Finding, style: Style) -> str:
    said = (markdown(finding.title), markdown(finding.message, MESSAGE_SHOWN))
    return f"| {' | '.join([markdown(finding.severity), _place(finding, style), *said])} |"


def _folded(head: Sequence[str], rows: Sequence[str], noun: str, style: Style) -> Iterator[str]:
    """A table whose beginning is open, the rest folded away, and a very long rest cut."""
    most = len(rows) if style.verbose else ROWS_SHOWN
    beginning, rest = rows[:FINDINGS_SHOWN], rows[FINDINGS_SHOWN:most]
    if beginning:
        yield "\n".join([*map(say, head), *beginning])
    if rest:
        yield f"<details>\n<summary>{amounts.number(f'more {noun}', len(rest))}</summary>"
        yield "\n".join([*map(say, head), *rest])
        yield "</details>"
    if len(rows) > most:
        yield say(_SHOWN, most=most, count=len(rows))

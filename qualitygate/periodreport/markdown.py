"""The report of a period in GitHub-flavoured Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qualitygate import amounts, wording
from qualitygate.commitments import Check, Commitment, Standing
from qualitygate.escaping import markdown
from qualitygate.language import marked, say
from qualitygate.periodreport import words
from qualitygate.periodreport.counting import counted
from qualitygate.periodreport.report import PeriodReport

SYMBOLS = {
    Standing.MET: "✅",
    Standing.WAIVED: "⚠️",
    Standing.NO_DATA: "❌",
    Standing.MISSED: "❌",
    Standing.UNCHECKED: "❔",
    Standing.NOT_DUE: "⏳",
    None: "",
}


def render(report: PeriodReport, lang: str) -> str:
    """The report as Markdown: the commitments, each with all that is behind it, and how it was made."""
    return "\n".join(_lines(report, lang)) + "\n"


def _lines(report: PeriodReport, lang: str) -> Iterator[str]:
    yield f"# {say(words.TITLE)}: {markdown(words.title(report))}"
    yield from ("", markdown(words.period(report)))
    yield from ("", f"**{markdown(words.summary(report))}**", "")
    yield from (*_table(words.SIGNATURES, [(say(role), "", "", "") for role in words.SIGNERS]), "")
    if report.commitments:
        yield from _commitments(report, lang)
        yield from ("", f"## {say('Over time')}", "", markdown(words.before(report)), "")
        yield from _history(report)
    for each in report.commitments:
        yield from ("", f"## {markdown(each.clause.id)} {markdown(words.text(each.clause, lang))}")
        yield from _commitment(report, each)
    if report.others:
        yield from ("", f"## {say('Checked besides')}", "", say("What the policy asks for and no clause names."))
        yield from (line for check in report.others for line in _check(report, check))
    yield from ("", f"## {say('Waivers')}", "", *_waivers(report))
    yield from ("", f"## {say('What was read')}", "", *_inputs(report))
    yield from ("", f"## {say('Method')}", *_method(report))


def _commitments(report: PeriodReport, lang: str) -> Iterator[str]:
    """A row for each check of each clause; only the first of a clause has its words."""
    rows = []
    for each in report.commitments:
        first = (f"{each.clause.id} {words.text(each.clause, lang)}", words.owners(each))
        for check in each.checks:
            rows.append(
                (
                    first[0],
                    words.measured(check),
                    words.target(check, report),
                    words.outcome(check, report),
                    _standing(check.standing),
                    first[1],
                    words.evidence(check, report),
                )
            )
            first = ("", "")
        if not each.checks:
            rows.append((first[0], say("none"), "", "", _standing(each.standing), first[1], ""))
    yield from _table(words.COMMITMENTS, rows)


def _history(report: PeriodReport) -> Iterator[str]:
    points = next(iter(report.history.values()))
    rows = [(id_, *(_standing(point.standing) for point in stood)) for id_, stood in report.history.items()]
    yield from _table([marked("Clause"), *(point.title for point in points)], rows)


def _commitment(report: PeriodReport, each: Commitment) -> Iterator[str]:
    yield ""
    yield _about(
        (say("Standing"), _standing(each.standing)),
        (say("Owner"), words.owners(each)),
        (say("In force from"), str(each.since or "")),
        (say("Written at"), words.place(report, "clauses", each.clause.id)),
    )
    for check in each.checks:
        yield from _check(report, check)


def _check(report: PeriodReport, check: Check) -> Iterator[str]:
    found = check.result.measurement
    yield from ("", f"### {markdown(words.measured(check))}", "")
    yield _about(
        (say("Standing"), _standing(check.standing)),
        (say("Value"), words.result(check, report)),
        (say("Required"), words.target(check, report)),
        (say("Distance"), wording.distance(check.result)),
        (say("Examined"), wording.examined(found.examined)),
        *counted(check),
        (say("Read from"), amounts.together(words.sources(check, report))),
        (say("Condition"), f"{check.gate}/{check.result.condition.id}"),
        (say("Written at"), words.place(report, "gates", check.gate, check.result.condition.id)),
        *((say("Note"), note) for note in words.notes(check, report)),
    )
    trend = words.trend(check, report)
    if trend:
        heads = [marked("Period"), *(point.title for point in trend)]
        standings = [say("Standing"), *(_standing(point.standing) for point in trend)]
        yield from ("", *_table(heads, [[say("Value"), *map(words.point, trend)], standings]))
    for part in words.parts(check, report):
        if findings := part.result.measurement.findings:
            yield from ("", words.listed(part, report), "")
            yield from _table(
                words.FINDINGS, ((words.where(each, part), each.title, each.message) for each in findings)
            )


def _waivers(report: PeriodReport) -> Iterator[str]:
    rows = list(words.waivers(report))
    yield from _table(words.WAIVERS, rows) if rows else [say("None.")]


def _inputs(report: PeriodReport) -> Iterator[str]:
    rows = list(words.inputs(report))
    yield from _table(words.INPUTS, rows) if rows else [say("None.")]
    if report.later:
        yield from ("", markdown(words.later(report)))


def _method(report: PeriodReport) -> Iterator[str]:
    for sentence in words.method(report):
        yield from ("", markdown(sentence))
    yield ""
    yield from (f"- {word}: {say(words.MEANINGS[each])}" for each in words.STANDINGS if (word := _standing(each)))
    if report.metrics:
        yield from ("", *_table(words.METRICS, words.metrics(report)))
    left = list(words.excluded(report))
    if left:
        yield from ("", f"{say('To be known beyond the numbers')}:", "")
        yield from (f"- {markdown(name)}: {markdown(note)}" for name, note in left)
    yield ""
    yield say(
        "Made by qualitygate {version} with the policy {policy}, SHA-256 {digest}.",
        version=report.version,
        policy=markdown(report.verdict.policy),
        digest=report.verdict.policy_digest,
    )


def _standing(standing: Standing | None) -> str:
    return f"{SYMBOLS[standing]} {words.word(standing)}".strip()


def _about(*rows: tuple[str, str]) -> str:
    return "\n".join(f"- {name}: {markdown(told)}" for name, told in rows if told)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(markdown(say(head)) for head in heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(map(markdown, row))} |" for row in rows)

"""A stranger's distribution: one reader, one measure, one reporter, and nothing imported but ``qualitygate``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import qualitygate as qg

STORMS = qg.Metric(name="weather.storms", noun="storms", formula="lines that say storm", source="the stranger")


def recognises(head: bytes) -> bool:
    """Whether the first line says so."""
    return head.startswith(b"tally 1\n")


def read(source: qg.Source) -> Iterator[qg.Evidence]:
    """A line a test: ``ok NAME`` or ``no NAME``."""
    tally = qg.Tally(source)
    with source.open() as stream:
        for line in stream.read().decode().splitlines()[1:]:
            word, _, name = line.partition(" ")
            if word not in {"ok", "no"}:
                raise qg.CannotReadReport("malformed", f"has the word {word!r}")
            outcome = qg.TestOutcome.PASSED if word == "ok" else qg.TestOutcome.FAILED
            tally.add(qg.TestCase(class_name="", name=name, outcome=outcome))
    yield tally.report()


def take(evidence: Sequence[qg.Evidence], context: qg.Context) -> Iterable[qg.Measurement]:
    """Storms among the failing tests."""
    for report in evidence:
        if isinstance(report, qg.TestReport):
            storms = [case for case in report.cases if "storm" in case.name]
            yield qg.Measurement(
                metric=STORMS,
                value=Fraction(len(storms)),
                labels=report.source.labels,
                examined={"tests": report.runs},
                findings=tuple(qg.Finding(title=case.title) for case in storms),
            )


def render(verdict: qg.Verdict, style: qg.Style) -> str:
    """One loud word."""
    return f"{verdict.outcome.name}!!!\n"


READER = qg.Reader(kind="tests", recognises=recognises, read=read)
MEASURE = qg.Measure(metrics=(STORMS,), take=take)
REPORTER = qg.Reporter(suffix=".txt", render=render)

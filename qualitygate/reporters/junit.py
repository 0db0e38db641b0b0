"""The verdict as JUnit XML: a suite a gate, a case a condition, for CI systems that show test results.

A condition that does not hold is a failure, one without data an error. One that is waived or only warns does not block,
so its case passes and its ``system-out`` says so; a skip would hide it among tests that never ran.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from qualitygate import wording
from qualitygate.escaping import line
from qualitygate.extension import Reporter, Style
from qualitygate.model.verdict import ConditionResult, GateResult, Outcome, Verdict
from qualitygate.recognition import OWN_VERDICT

# junitparser leaves its methods untyped, hence Any for what it makes


def render(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """Every result and every finding; the style changes nothing.

    ``pretty`` goes through the standard library, so the bytes do not depend on whether lxml is installed.
    """
    from junitparser import JUnitXml  # noqa: PLC0415 - only this format pays for it

    report: Any = JUnitXml(f"{OWN_VERDICT}: {line(verdict.policy)}")
    for gate in verdict.gates:
        report.append(_suite(gate, verdict))
    if voids := list(wording.voids(verdict)):
        report.append(_void(voids, verdict))
    report.update_statistics()
    written = BytesIO()
    report.write(written, pretty=True)
    return written.getvalue().decode("utf-8")


REPORTER = Reporter(suffix=".xml", render=render)


def _suite(gate: GateResult, verdict: Verdict) -> Any:
    suite = _empty_suite(gate.name, verdict)
    for result in gate.conditions:
        suite.append(_case(gate.name, result))
    return suite


def _void(voids: list[str], verdict: Verdict) -> Any:
    """A verdict on nothing has no result that says so, and must not read as green."""
    from junitparser import Error, TestCase  # noqa: PLC0415

    suite = _empty_suite("verdict", verdict)
    for void in voids:
        case = TestCase(line(void), classname="verdict")
        case.result = [Error(line(void), wording.word(Outcome.NO_DATA))]
        suite.append(case)
    return suite


def _empty_suite(name: str, verdict: Verdict) -> Any:
    from junitparser import TestSuite  # noqa: PLC0415

    suite = TestSuite(line(name))
    suite.timestamp = verdict.at.isoformat()
    return suite


def _case(gate: str, result: ConditionResult) -> Any:
    from junitparser import Error, Failure, TestCase  # noqa: PLC0415

    case = TestCase(line(f"{wording.check(result)}: {wording.required(result)}"), classname=line(gate))
    kind = {Outcome.FAILED: Failure, Outcome.NO_DATA: Error}.get(result.outcome)
    word, told = wording.word(result.outcome), line(wording.told(result))
    behind = "\n".join(_behind(result))
    if kind is None:
        case.system_out = f"{word}: {told}" + (f"\n{behind}" if behind else "")
    else:
        problem = kind(told, word)
        problem.text = behind
        case.result = [problem]
    return case


def _behind(result: ConditionResult) -> Iterator[str]:
    """The reasons and the findings, a line each, ``path:line: title: message`` as compilers write them."""
    yield from map(line, wording.reasons(result))
    for finding in result.measurement.findings:
        yield line(wording.placed(finding))

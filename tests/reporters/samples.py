"""Verdicts to render: every outcome, all passed, on nothing, and one where every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from qualitygate.model.measurement import FileShare, Finding, Measurement, Metric, RegisterEntry, Unit
from qualitygate.model.policy import Bound, Condition, QuarantineRecord, Severity, Waiver
from qualitygate.model.verdict import ConditionResult, GateResult, Margin, Outcome, Verdict

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = "who defined it"
FAILED = Metric(name="tests.failed", noun="failed tests", source=SOURCE, formula="tests that failed")
NEW_FAILURES = Metric(name="tests.new_failures", noun="new failures", source=SOURCE, formula="failures not in baseline")
BLOCKING = Metric(name="tests.blocking_failures", noun="blocking failures", source=SOURCE, formula="not quarantined")
FLAKY = Metric(name="tests.flaky", noun="flaky tests", source=SOURCE, formula="tests that failed, then passed")
DEFECT_RATE = Metric(
    name="tests.defect_rate",
    noun="failures",
    unit=Unit.RATIO,
    source=SOURCE,
    formula="(failed + errored) / (passed + failed + errored)",
)
PASS_RATE = replace(DEFECT_RATE, name="tests.pass_rate", noun="passed tests", formula="passed / executed")
DURATION = Metric(
    name="tests.duration_p95", noun="seconds", unit=Unit.SECONDS, source=SOURCE, formula="95 % take no longer"
)
CHANGED_LINE = replace(
    DEFECT_RATE,
    name="coverage.changed_line",
    noun="covered changed lines",
    formula="changed lines that ran / could run",
)
UNCOVERED = replace(FAILED, name="coverage.uncovered_changed_lines", noun="uncovered changed lines", formula="did not")
COMPLETENESS = replace(
    DEFECT_RATE, name="documents.completeness", noun="complete documents", formula="complete documents / required"
)
TOTAL = replace(
    FAILED, name="findings.total", noun="findings", formula="distinct findings", labels=("severity", "tool")
)
NEW = replace(TOTAL, name="findings.new", noun="new findings", formula="findings not in baseline")
SUPPRESSED = replace(TOTAL, name="findings.suppressed", noun="suppressed findings", formula="findings set aside")
NONE_ALLOWED = Bound(at_most=Fraction(0))
DIGEST = "9c1e" * 16
FORTY_THREE = tuple(
    Finding(
        title=f"shop.test_cart::test_total[{number}]",
        message=f"AssertionError: assert {number} == {number + 1}",
        path="tests/test_cart.py",
        line=10 + number,
    )
    for number in range(43)
)
WAIVER = Waiver(
    id="W-014",
    gate="release",
    metric="tests.defect_rate",
    reason="the payment sandbox is down until the bank moves it",
    requested_by="@lin",
    approved_by="@wang.pm",
    created=date(2026, 11, 1),
    expires=date(2026, 12, 1),
    where={"suite": "integration"},
)
EXPIRED = replace(WAIVER, id="W-009", metric="tests.failed", where={}, expires=date(2026, 11, 20))
QUARANTINED = QuarantineRecord(
    test="shop.test_mail::test_sends",
    owner="@chen",
    issue="https://example.org/issues/88",
    reason="the mail relay answers late",
    added=date(2026, 11, 10),
    expires=date(2026, 11, 30),
)
FUTURE = replace(QUARANTINED, test="shop.test_pdf::test_prints", added=date(2026, 12, 1), expires=date(2026, 12, 24))

HOSTILE = (
    "<img src=x onerror=alert(1)> ::error::pwned ##[error]pwned @org/team #12 GH-12 https://evil.example "
    "www.evil.example "
    "|cell| `code` **bold** [link](https://evil.example) \x1b[31mred\x1b[0m \u202edlrow\u2069 zero\u200bwidth "
    "]]> --> </style></script> \r\n::error::next line\n# heading\x00\x0b\ufffe\ud800 ${{ secrets.TOKEN }} %0A::error::x"
)


def result(
    metric: Metric,
    outcome: Outcome,
    *,
    value: Fraction | None = Fraction(0),
    share: tuple[int, int] | None = None,
    bound: Bound = NONE_ALLOWED,
    margin: Margin | None = None,
    **more: object,
) -> ConditionResult:
    """A result with a measurement; ``more`` goes to the condition, the measurement or the result that knows it."""
    parts: dict[type, dict[str, object]] = {Condition: {}, ConditionResult: {}, Measurement: {}}
    for name, given in more.items():
        parts[next(part for part in parts if name in part.__slots__)][name] = given
    if share is not None:
        value = Fraction(*share)
        parts[Measurement] |= {"numerator": Fraction(share[0]), "denominator": Fraction(share[1])}
    condition = Condition(**{"id": f"release.{metric.name}", "metric": metric, "bound": bound, **parts[Condition]})
    measurement = Measurement(**{"metric": metric, "value": value, **parts[Measurement]})
    return ConditionResult(
        condition=condition, outcome=outcome, measurement=measurement, margin=margin, **parts[ConditionResult]
    )


def passed() -> tuple[ConditionResult, ...]:
    """Conditions that hold, of each unit."""
    return (
        result(
            NEW_FAILURES,
            Outcome.PASSED,
            margin=Margin(amount=Fraction(0), noun="new failures", side="ceiling"),
            sources=("reports/unit.xml",),
            examined={"files": 1, "tests": 812},
        ),
        result(
            PASS_RATE,
            Outcome.PASSED,
            share=(811, 812),
            bound=Bound(at_least=Fraction(95, 100)),
            margin=Margin(amount=Fraction(39), noun="passed tests", side="floor"),
            labels={"suite": "unit"},
            examined={"files": 1, "tests": 812},
            why="the contract promises it",
            owner="@zhao.q",
        ),
        result(
            DURATION,
            Outcome.PASSED,
            value=Fraction(1234567, 1000000),
            bound=Bound(below=Fraction(2)),
            margin=Margin(amount=Fraction(765433, 1000000), noun="seconds", side="ceiling"),
            findings=(Finding(title="shop.test_db::test_migrates", message="1.300 s"),),
            examined={"files": 1, "tests": 812},
        ),
    )


def every_outcome() -> Verdict:
    """Two gates with every outcome, more findings than are shown, and exceptions that count, expired or are to come."""
    return Verdict(
        policy="acme-release",
        policy_digest=DIGEST,
        subject={"name": "acme/crm", "ref": "v2.4.0", "commit": "3f2c1ab4d5e6f708192a3b4c5d6e7f8091a2b3c4"},
        at=NOW,
        gates=(
            GateResult(name="pull-request", conditions=passed()),
            GateResult(name="release", conditions=_not_passed()),
        ),
        examined={"files": 3, "tests": 948},
        waivers=((WAIVER, True), (EXPIRED, False)),
        quarantine=((QUARANTINED, True), (FUTURE, False)),
    )


def all_passed() -> Verdict:
    """One gate, nothing to complain of, no exceptions."""
    return replace(every_outcome(), gates=(GateResult(name="release", conditions=passed()),), waivers=(), quarantine=())


def on_nothing() -> Verdict:
    """A verdict whose rows are all green and which nevertheless is NO DATA: it examined nothing."""
    return replace(
        all_passed(), gates=(*all_passed().gates, GateResult(name="empty", conditions=())), examined={"files": 0}
    )


def hostile() -> Verdict:
    """Every text that comes from outside carries an attack on every format."""
    finding = Finding(title=HOSTILE, message=HOSTILE, path=HOSTILE, line=7)
    outside = (replace(finding, path="../../etc/passwd"), replace(finding, path="C:\\Windows\\win.ini"))
    where = {"suite": HOSTILE}
    bad = result(
        FAILED,
        Outcome.FAILED,
        value=Fraction(3),
        margin=Margin(amount=Fraction(-3), noun="failed tests", side="ceiling"),
        findings=(finding, *outside),
        labels=where,
        sources=(HOSTILE,),
        note=HOSTILE,
        why=HOSTILE,
        owner=HOSTILE,
    )
    waiver = replace(WAIVER, id=HOSTILE, gate=HOSTILE, reason=HOSTILE, approved_by=HOSTILE, requested_by=HOSTILE)
    waived = replace(bad, outcome=Outcome.WAIVED, waiver=waiver)
    record = replace(QUARANTINED, test=HOSTILE, owner=HOSTILE, issue=HOSTILE, reason=HOSTILE)
    return Verdict(
        policy=HOSTILE,
        policy_digest=DIGEST,
        subject={"name": HOSTILE, "ref": HOSTILE, "commit": HOSTILE},
        at=NOW,
        gates=(GateResult(name=HOSTILE, conditions=(bad, waived, replace(bad, outcome=Outcome.PASSED))),),
        examined={"files": 1, "tests": 3},
        waivers=((waiver, True),),
        quarantine=((record, True),),
    )


def changed_code() -> Verdict:
    """A branch whose changed lines are not all covered, with findings on them and on others; names that attack."""
    files = (
        FileShare(path="src/pay.py", covered=2, total=9),
        FileShare(path=f"src/{HOSTILE}.py", covered=4, total=7),
        FileShare(path="src/cart.py", covered=7, total=7),
    )
    uncovered = (
        Finding(title="lines 12-15 not covered", path="src/pay.py", line=12, end_line=15, changed=True),
        Finding(title="line 20 not covered", path="src/pay.py", line=20, changed=True),
        Finding(title="lines 31-32 not covered", path="src/pay.py", line=31, end_line=32, changed=True),
        Finding(title="lines 3-5 not covered", path=files[1].path, line=3, end_line=5, changed=True),
    )
    behind = {"files": files, "findings": uncovered, "examined": {"changed files": 3, "changed lines": 23}}
    fresh = (found("critical", "S608", "src/pay.py", 12, changed=True), found("low", HOSTILE, HOSTILE, 7, changed=True))
    old = tuple(found("high", "E501", "src/old.py", line, changed=False) for line in range(1, 13))
    return replace(
        all_passed(),
        subject={**every_outcome().subject, "base": "b" * 40, "base_at": "2026-11-20T09:00:00+00:00"},
        gates=(
            GateResult(
                name="pull-request",
                conditions=(
                    result(
                        CHANGED_LINE,
                        Outcome.FAILED,
                        share=(13, 23),
                        bound=Bound(at_least=Fraction(4, 5)),
                        margin=Margin(amount=Fraction(-6), noun="covered changed lines", side="floor"),
                        **behind,
                    ),
                    result(UNCOVERED, Outcome.PASSED, value=Fraction(10), bound=Bound(at_most=Fraction(10)), **behind),
                    result(NEW, Outcome.FAILED, value=Fraction(2), findings=fresh),
                    result(TOTAL, Outcome.WARNED, value=Fraction(14), findings=(fresh[0], *old, fresh[1])),
                    result(TOTAL, Outcome.WAIVED, value=Fraction(12), findings=old, labels={"severity": "high"}),
                    result(SUPPRESSED, Outcome.FAILED, value=Fraction(1), findings=(found("low", "N1", "a.py", 3),)),
                ),
            ),
        ),
        examined={"changed files": 3, "changed lines": 23, "files": 2, "tools": 1},
    )


def required_documents() -> Verdict:
    """A register with documents that are complete, that are not, and that are not required; names that attack."""
    whole = RegisterEntry(
        register="quality/documents.yml",
        line=11,
        id="SRS",
        title="软件需求规格说明 / Software requirements specification",
        path="docs/srs.md",
        stage="design",
        owner="@li.wei",
        status="approved",
        reviewed=date(2026, 11, 2),
        until=date(2027, 5, 2),
    )
    lacking = (
        "holds TODO: write what is missing",
        "is a stub: 10 words, needs 50",
        "its status is draft, needs approved",
    )
    entries = (
        whole,
        replace(
            whole,
            line=18,
            id="STR",
            title="软件测试报告 / Software test report",
            path="docs/str.md",
            stage="test",
            owner="@zhao.qi",
            status="draft",
            missing=lacking,
            reviewed=None,
            until=None,
        ),
        replace(
            whole,
            line=25,
            id="FAR",
            title="",
            path="",
            stage="",
            owner="",
            status="",
            reviewed=None,
            until=None,
            left_out="part of the offer",
        ),
        RegisterEntry(
            register="b.yml",
            line=2,
            id="X",
            title="<img src=x>",
            path="<img src=x>.md",
            owner="@<img src=x>",
            missing=(HOSTILE,),
        ),
    )
    return replace(
        all_passed(),
        gates=(
            GateResult(
                name="release",
                conditions=(
                    result(
                        COMPLETENESS,
                        Outcome.FAILED,
                        share=(1, 3),
                        bound=Bound(at_least=Fraction(1)),
                        margin=Margin(amount=Fraction(-2), noun="complete documents", side="floor"),
                        register=entries,
                        findings=tuple(Finding(title="STR", message=message) for message in lacking),
                        examined={"documents": 4, "registers": 1},
                    ),
                ),
            ),
        ),
        examined={"documents": 4, "registers": 1},
    )


def known_findings() -> Verdict:
    """Findings of which nobody knows whether the branch changed their lines; what passed has the gravest."""
    found_here = tuple(found("medium", f"M{line}", "src/old.py", line) for line in range(1, 13))
    grave = found("critical", "S608", "src/pay.py", 12)
    return replace(
        all_passed(),
        gates=(
            GateResult(
                name="release",
                conditions=(
                    result(
                        TOTAL, Outcome.FAILED, value=Fraction(12), findings=found_here, labels={"severity": "medium"}
                    ),
                    result(
                        TOTAL,
                        Outcome.PASSED,
                        value=Fraction(1),
                        bound=Bound(at_most=Fraction(1)),
                        findings=(grave,),
                        labels={"severity": "critical"},
                    ),
                ),
            ),
        ),
        examined={"files": 2, "tools": 1},
    )


def found(severity: str, title: str, path: str, line: int, changed: bool | None = None) -> Finding:
    """A finding as a tool of static analysis tells it."""
    weight = ("info", "low", "medium", "high", "critical").index(severity) + 1
    told = {"message": f"what {title} says", "severity": severity, "changed": changed, "weight": weight}
    return Finding(title=title, path=path, line=line, **told)


def _not_passed() -> tuple[ConditionResult, ...]:
    below_five = Bound(below=Fraction(5, 100))
    return (
        result(
            FLAKY,
            Outcome.WARNED,
            value=Fraction(1),
            severity=Severity.WARNING,
            margin=Margin(amount=Fraction(-1), noun="flaky tests", side="ceiling"),
            findings=(Finding(title="shop.test_mail::test_sends", message="passed on attempt 2"),),
            examined={"files": 3, "tests": 948},
        ),
        result(
            DEFECT_RATE,
            Outcome.WAIVED,
            share=(7, 96),
            bound=below_five,
            margin=Margin(amount=Fraction(-3), noun="failures", side="ceiling"),
            labels={"suite": "integration"},
            findings=FORTY_THREE[:7],
            waiver=WAIVER,
            examined={"files": 1, "tests": 96},
        ),
        result(
            DEFECT_RATE,
            Outcome.NO_DATA,
            value=None,
            bound=below_five,
            labels={"suite": "regression"},
            note="reports/regression.xml: ends in the middle, at line 12: cut off while it was written?",
            why="at release fewer than 5 % of the tests may fail",
            owner="@zhao.q",
        ),
        result(
            BLOCKING,
            Outcome.FAILED,
            value=Fraction(43),
            margin=Margin(amount=Fraction(-43), noun="blocking failures", side="ceiling"),
            findings=FORTY_THREE,
            sources=("reports/it.xml", "reports/unit.xml"),
            examined={"files": 2, "tests": 908},
            owner="@li.wei",
        ),
    )

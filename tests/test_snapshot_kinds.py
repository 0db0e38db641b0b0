"""Snapshots of coverage, findings and registers: joined in any grouping and order, they measure the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Context
from qualitygate.measures import coverage, defects, delivery, documents, findings, satisfaction, support, training
from qualitygate.measures import tests as test_measures
from qualitygate.model.channels import Channel, ChannelRegister, Contact
from qualitygate.model.coverage import Coverage, CoverageReport, FileCoverage
from qualitygate.model.defects import SEVERITIES, Defect, DefectRegister
from qualitygate.model.deployments import Deployment, DeploymentRegister
from qualitygate.model.documents import Document, DocumentRegister, Proportion, Review, Spot, Stage
from qualitygate.model.evidence import Evidence
from qualitygate.model.findings import FindingsReport, Issue, IssueSeverity
from qualitygate.model.milestones import Milestone, MilestoneRegister
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.model.responsibilities import Responsibility, ResponsibilityRegister
from qualitygate.model.retrospectives import Action, Retrospective
from qualitygate.model.reviews import Approval, Check, StageReview
from qualitygate.model.surveys import Answer, SurveyRegister, Wave
from qualitygate.model.tickets import ACTORS, KINDS, Ticket, TicketEvent, Tickets
from qualitygate.model.trainings import ExamResult, Training, TrainingRegister
from qualitygate.snapshot import dump, holds, load
from qualitygate.support.promises import always
from qualitygate.support.targets import Promise, Terms
from tests.samples import NOW, case, report, source

MEASURES = (test_measures, coverage, findings, defects, delivery, support, documents, training, satisfaction)
SOURCES = st.builds(
    lambda name, suite: source(name=name, labels={"suite": suite}),
    st.sampled_from(["a.xml", "ü b.xml"]),
    st.sampled_from(["unit", "it"]),
)
STAMPS = st.sampled_from([None, NOW, NOW - timedelta(days=40)])
SAID = st.sampled_from([(), ("counts 3 lines but lists 2",)])
SHARES = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: (min(pair), max(pair)))
FILES = st.builds(
    lambda lines, covered, **more: FileCoverage(lines=lines, covered=lines & covered, **more),
    st.integers(0, 2**9).map(lambda mask: mask << 1),
    st.integers(0, 2**9).map(lambda mask: mask << 1),
    branches=st.dictionaries(st.integers(1, 9), SHARES, max_size=2),
    functions=st.dictionaries(st.sampled_from(["f", "g"]), st.booleans()),
    blocks=st.dictionaries(st.sampled_from(["1.1,2.2", "3.1,4.9"]), st.tuples(st.integers(0, 3), st.booleans())),
    totals=st.dictionaries(st.sampled_from(["line", "branch", "function"]), SHARES, max_size=1),
)
COVERAGES = st.builds(
    CoverageReport,
    source=SOURCES,
    at=STAMPS,
    contradictions=SAID,
    coverage=st.builds(
        Coverage,
        files=st.dictionaries(st.sampled_from(["a.py", "b/ü.py"]), FILES),
        totals=st.dictionaries(st.sampled_from(["line", "branch"]), SHARES, max_size=1),
    ),
)
ISSUES = st.builds(
    Issue,
    tool=st.sampled_from(["ruff", "bandit"]),
    rule=st.sampled_from(["E1", ""]),
    severity=st.sampled_from(IssueSeverity),
    message=st.sampled_from(["m", "a\nb\u2028"]),
    fingerprint=st.sampled_from(["f1", "f2", "f3"]),
    path=st.sampled_from([None, "a.py"]),
    line=st.none() | st.integers(1, 9),
    suppressed=st.booleans(),
    baseline=st.sampled_from([None, "new"]),
)
FINDINGS = st.builds(
    FindingsReport,
    source=SOURCES,
    at=STAMPS,
    issues=st.lists(ISSUES, max_size=4, unique_by=lambda issue: (issue.tool, issue.fingerprint)).map(tuple),
    tools=st.just(("bandit", "ruff")),
)
DEFECTS = st.builds(
    DefectRegister,
    source=SOURCES,
    defects=st.lists(
        st.builds(
            Defect,
            id=st.integers(1, 99).map(str),
            title=st.sampled_from(["", "t"]),
            severity=st.sampled_from([None, *SEVERITIES]),
            found_in=st.sampled_from(["before", "after"]),
            release=st.sampled_from([None, "1.4"]),
            opened=STAMPS,
            closed=STAMPS,
            state=st.sampled_from(["open", "closed"]),
            reopened=st.sampled_from([None, 0, 2]),
            resolution=st.sampled_from([None, "fixed", "duplicate"]),
            line=st.sampled_from([None, 7]),
        ),
        max_size=4,
        unique_by=lambda defect: defect.id,
    ).map(tuple),
)
DEPLOYMENTS = st.builds(
    DeploymentRegister,
    source=SOURCES,
    deployments=st.lists(
        st.builds(
            Deployment,
            id=st.integers(1, 99).map(str),
            at=st.sampled_from([NOW, NOW - timedelta(days=40)]),
            failed=st.booleans(),
            remediated_by=st.sampled_from([(), ("2",)]),
        ),
        max_size=4,
        unique_by=lambda each: each.id,
    ).map(tuple),
)
EVENTS = st.builds(
    TicketEvent,
    at=st.sampled_from([NOW - timedelta(days=2), NOW - timedelta(days=40)]),
    kind=st.sampled_from(KINDS),
    id=st.sampled_from(["", "7"]),
    actor=st.sampled_from([None, *ACTORS]),
    user=st.sampled_from([None, "lin"]),
    public=st.booleans(),
    paused=st.booleans(),
    received_at=st.sampled_from([None, NOW - timedelta(days=50)]),
    value=st.sampled_from([None, "urgent"]),
)
TICKETS = st.builds(
    Tickets,
    source=SOURCES,
    tickets=st.lists(
        st.builds(
            Ticket,
            id=st.integers(1, 99).map(str),
            events=st.lists(EVENTS, max_size=4).map(tuple),
            priority=st.sampled_from([None, "urgent"]),
            channel=st.sampled_from([None, "chat"]),
            title=st.sampled_from(["", "t"]),
            probe=st.booleans(),
            line=st.sampled_from([None, 7]),
        ),
        max_size=3,
        unique_by=lambda each: each.id,
    ).map(tuple),
)
PROMISE = Promise(terms={"normal": Terms(targets={"resolution": 3600.0}, calendar=always(), name="normal")})
DAYS = st.sampled_from([NOW.date(), NOW.date() - timedelta(days=40)])
SPOTS = st.lists(st.just(Spot(title="t", message="m\u2028", path="a.md", line=3)), max_size=1).map(tuple)
REVIEWS = st.builds(
    Review,
    path=st.just("a.md"),
    line=st.just(2),
    reviewed=DAYS,
    due=DAYS,
    problem=st.sampled_from(["", "p"]),
    cadence=st.booleans(),
) | st.just(Review(path="ü.md", line=1, problem="has none"))
DOCUMENTS = st.builds(
    DocumentRegister,
    source=SOURCES,
    documents=st.lists(
        st.builds(
            Document,
            id=st.integers(1, 99).map(str),
            title=st.sampled_from(["", "规格"]),
            line=st.integers(1, 9),
            wanted=st.just("a.md"),
            paths=st.sampled_from([(), ("a.md",)]),
            stage=st.sampled_from([None, "s"]),
            owner=st.sampled_from([None, "@li"]),
            owned=st.booleans(),
            status=st.sampled_from([None, "approved"]),
            tailored_out=st.sampled_from(["", "why"]),
            stubs=SPOTS,
            gaps=SPOTS,
            reviews=st.lists(REVIEWS, max_size=2).map(tuple),
            changed=st.none() | DAYS,
            changed_note=st.sampled_from(["", "n"]),
            at_start=st.sampled_from([None, True, False]),
            covers=st.sampled_from([(), ("src/**",)]),
        ),
        max_size=3,
        unique_by=lambda document: document.id,
    ).map(tuple),
    stages=st.sampled_from([(), (Stage(id="s", started=NOW.date(), ended=NOW.date()),)]),
    pages=st.lists(REVIEWS, max_size=2).map(tuple),
    tallies=st.sampled_from([(), (("links", Proportion(good=1, total=2, note="n")), ("changelog", Proportion()))]),
    start=st.none() | DAYS,
    start_note=st.sampled_from(["", "n"]),
)
PEOPLE = st.builds(
    PeopleRegister,
    source=SOURCES,
    people=st.lists(
        st.builds(
            Person,
            id=st.integers(1, 9).map(str),
            roles=st.sampled_from([("support",), ("support", "lead")]),
            enabled=st.booleans(),
            since=st.none() | DAYS,
            until=st.none() | DAYS,
            deputy=st.sampled_from([None, "1"]),
            line=st.none() | st.integers(1, 9),
        ),
        max_size=3,
        unique_by=lambda person: person.id,
    ).map(tuple),
)
SCORES = st.sampled_from([None, Fraction(80), Fraction(159, 2)])
TRAININGS = st.builds(
    TrainingRegister,
    source=SOURCES,
    trainings=st.lists(
        st.builds(
            Training,
            id=st.integers(1, 9).map(str),
            at=st.sampled_from([NOW, NOW - timedelta(days=40)]),
            topic=st.sampled_from(["t", "ü"]),
            audience=st.sampled_from(["support", "sales"]),
            pass_mark=st.just(Fraction(80)),
            results=st.lists(
                st.builds(
                    ExamResult,
                    who=st.integers(1, 9).map(str),
                    score=SCORES,
                    retake=SCORES,
                    excused=st.booleans(),
                    line=st.none() | st.integers(1, 9),
                ),
                max_size=3,
                unique_by=lambda result: result.who,
            ).map(tuple),
            line=st.none() | st.integers(1, 9),
        ),
        max_size=3,
        unique_by=lambda training: training.id,
    ).map(tuple),
)
DAYS = st.sampled_from([None, NOW.date(), NOW.date() - timedelta(days=40)])
WORDS = st.sampled_from([None, "w"])
LISTS = st.sampled_from([(), ("a", "b")])
MILESTONES = st.builds(
    MilestoneRegister,
    source=SOURCES,
    milestones=st.lists(
        st.builds(
            Milestone,
            id=st.integers(1, 99).map(str),
            due=DAYS.filter(bool),
            due_as=st.sampled_from(["", "start + P1M"]),
            achieved=DAYS,
            owner=WORDS,
            evidence=LISTS,
            line=st.sampled_from([None, 7]),
        ),
        max_size=4,
        unique_by=lambda each: each.id,
    ).map(tuple),
)
RETROSPECTIVES = st.builds(
    Retrospective,
    source=SOURCES,
    held=DAYS.filter(bool),
    month=DAYS,
    project=WORDS,
    attendees=LISTS,
    decisions=LISTS,
    no_action=WORDS,
    signed_by=LISTS,
    actions=st.lists(
        st.builds(
            Action,
            id=st.integers(1, 99).map(str),
            text=st.just("t"),
            owner=st.just("o"),
            due=DAYS.filter(bool),
            first_due=DAYS,
            done=DAYS,
            verified_by=WORDS,
            not_planned=WORDS,
            line=st.sampled_from([None, 7]),
        ),
        max_size=4,
        unique_by=lambda each: each.id,
    ).map(tuple),
)
SURVEYS = st.builds(
    SurveyRegister,
    source=SOURCES,
    waves=st.lists(
        st.builds(
            Wave,
            id=st.sampled_from(["q1", "q2"]),
            opened=st.just(NOW.date() - timedelta(days=90)),
            quarter=st.sampled_from(["2026-Q3", "2026-Q4"]),
            closed=st.sampled_from([None, NOW.date() - timedelta(days=60), NOW.date() - timedelta(days=1)]),
            invited=st.none() | st.integers(0, 9),
            line=st.none() | st.integers(1, 9),
        ),
        max_size=2,
        unique_by=lambda wave: wave.id,
    ).map(tuple),
    answers=st.lists(
        st.builds(
            Answer,
            wave=st.sampled_from(["q1", "q2"]),
            who=st.integers(1, 4).map(str),
            score=st.none() | st.integers(1, 5),
            recommend=st.none() | st.integers(0, 10),
            at=st.sampled_from([None, NOW - timedelta(days=70)]),
            line=st.none() | st.integers(1, 9),
        ),
        max_size=3,
    ).map(tuple),
    covers=st.sampled_from([("q1",), ("q1", "q2")]),
)
REVIEWS = st.builds(
    StageReview,
    source=SOURCES,
    stage=st.sampled_from(["a", "b"]),
    started=DAYS.filter(bool),
    ended=DAYS,
    commit=WORDS,
    participants=LISTS,
    checklist=st.sampled_from([(), (Check(item="i", result="pass", evidence=("e",)),)]),
    decision=st.sampled_from([None, "pass", "fail"]),
    actions=st.sampled_from([(), (("1", "t"),)]),
    approvals=st.sampled_from([(), (Approval(by="b", on=NOW.date(), line=3),)]),
)
RESPONSIBILITIES = st.builds(
    ResponsibilityRegister,
    source=SOURCES,
    responsibilities=st.lists(
        st.builds(Responsibility, commitment=st.sampled_from(["a", "b"]), accountable=LISTS, deputy=WORDS, due=DAYS),
        max_size=2,
    ).map(tuple),
)
REGISTERS = DEFECTS | DEPLOYMENTS | TICKETS | DOCUMENTS | PEOPLE | TRAININGS | SURVEYS | MILESTONES | RETROSPECTIVES
CONTACTS = (Contact(day=NOW.date(), line=3), Contact(day=NOW.date(), answered=False))
CHANNELS = st.builds(
    ChannelRegister, source=SOURCES, channels=st.sampled_from([(), (Channel(id="chat", contacts=CONTACTS, line=2),)])
)
REGISTERS |= REVIEWS | RESPONSIBILITIES | CHANNELS
EVIDENCE = st.lists(COVERAGES | FINDINGS | REGISTERS, max_size=6)


def through(evidence):
    """The evidence after it has been written and read again."""
    return list(load(source("".join(dump(evidence))).open(), source()))


def measured(evidence):
    context = Context(now=NOW, today=NOW.date(), baseline=(), size=1000, support=PROMISE)
    taken = [part for measure in MEASURES for part in measure.take(evidence, context)]
    return sorted(taken, key=lambda part: (part.metric.name, sorted(part.labels.items())))


@given(evidence=EVIDENCE, cuts=st.lists(st.integers(0, 6), max_size=3), data=st.data())
def test_joined_shards_measure_what_all_reports_did_at_once(evidence, cuts, data):
    edges = [0, *sorted(min(cut, len(evidence)) for cut in cuts), len(evidence)]
    groups = [evidence[start:end] for start, end in pairwise(edges)]
    joined = [item for group in data.draw(st.permutations(groups)) for item in through(group)]
    assert measured(evidence) == measured(joined) == measured(through(joined))


@given(evidence=EVIDENCE, data=st.data())
def test_equal_evidence_is_written_byte_for_byte_the_same(evidence, data):
    written = "".join(dump(evidence))
    assert written == "".join(dump(data.draw(st.permutations(evidence)))) == "".join(dump(through(evidence)))


WHOLE = [
    ChannelRegister(source=source(), channels=(Channel(id="chat", contacts=(Contact(day=NOW.date(), line=3),)),)),
    CoverageReport(
        source=source(labels={"suite": "unit"}),
        at=NOW,
        coverage=Coverage(
            files={
                "a.py": FileCoverage(
                    lines=6, covered=2, branches={1: (1, 2)}, functions={"f": True}, blocks={"1.1,2.2": (2, True)}
                )
            },
            totals={"line": (1, 2)},
        ),
    ),
    FindingsReport(
        source=source(),
        issues=(Issue(tool="t", rule="r", severity=IssueSeverity.HIGH, message="m", fingerprint="f", line=3),),
        tools=("t",),
    ),
    DefectRegister(source=source(), defects=(Defect(id="1", severity="high", opened=NOW),)),
    DeploymentRegister(source=source(), deployments=(Deployment(id="1", at=NOW, failed=True),)),
    SurveyRegister(
        source=source(),
        waves=(Wave(id="q", opened=NOW.date(), quarter="2026-Q4", closed=NOW.date(), invited=3, line=2),),
        answers=(Answer(wave="q", who="r", score=4, recommend=9, at=NOW, line=2),),
        covers=("q",),
    ),
    TrainingRegister(
        source=source(),
        trainings=(
            Training(
                id="1",
                at=NOW,
                topic="t",
                audience="support",
                pass_mark=Fraction(80),
                results=(ExamResult(who="1", score=Fraction(79), retake=Fraction(81), line=3),),
            ),
        ),
    ),
    PeopleRegister(
        source=source(), people=(Person(id="1", roles=("support",), since=NOW.date(), aliases=("a", "u-1"), line=2),)
    ),
    StageReview(
        source=source(),
        stage="a",
        started=NOW.date(),
        checklist=(Check(item="i", result="pass"),),
        actions=(("1", "t"),),
        approvals=(Approval(by="b", on=NOW.date()),),
    ),
    ResponsibilityRegister(source=source(), responsibilities=(Responsibility(commitment="a", accountable=("b",)),)),
    MilestoneRegister(source=source(), milestones=(Milestone(id="1", due=NOW.date()),)),
    Retrospective(source=source(), held=NOW.date(), actions=(Action(id="1", text="t", owner="o", due=NOW.date()),)),
    DocumentRegister(
        source=source(),
        documents=(
            Document(
                id="1",
                title="t",
                line=2,
                wanted="a.md",
                paths=("a.md",),
                stage="s",
                stubs=(Spot(title="a", message="m"),),
                reviews=(Review(path="a.md", line=2, reviewed=NOW.date(), due=NOW.date(), cadence=True),),
                changed=NOW.date(),
            ),
        ),
        stages=(Stage(id="s", started=NOW.date()),),
        tallies=(("links", Proportion(good=1, total=2)),),
    ),
]
LINES = list(dump(WHOLE))
ODD = st.sampled_from([None, True, -1, 10**30, 1.5, float("inf"), "", "x", "2026-01-01T00:00:00", [], {}, [[]], [9, 1]])


def places(data, path=()):
    yield path
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


@settings(max_examples=400)
@given(line=st.integers(1, len(WHOLE)), data=st.data(), odd=ODD)
def test_a_snapshot_somebody_edited_is_measured_or_refused_but_never_breaks_anything(line, data, odd):
    document = json.loads(LINES[line])
    path = data.draw(st.sampled_from(list(places(document))[1:]))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = odd
    try:
        evidence = list(
            load(source("".join([*LINES[:line], json.dumps(document) + "\n", *LINES[line + 1 :]])).open(), source())
        )
    except CannotReadReport:
        return
    assert measured(evidence)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"covered":"2"', '"covered":"8"'),
        ('"1":[1,2]', '"1":[3,2]'),
        ('"line":[1,2]', '"lines":[1,2]'),
        ('"high"', '"grave"'),
        ('"state":"open"', '"state":"ajar"'),
        ("+00:00", ""),
    ],
)
def test_what_no_run_could_have_written_is_refused(old, new):
    text = "".join(LINES)
    assert old in text
    with pytest.raises(CannotReadReport) as caught:
        list(load(source(text.replace(old, new, 1)).open(), source()))
    assert "malformed" == caught.value.slug


def test_a_strangers_evidence_cannot_be_held():
    class Weather(Evidence):
        labels: Mapping[str, str] = MappingProxyType({})

    assert not holds(Weather())
    assert all(map(holds, [*WHOLE, report(case())]))

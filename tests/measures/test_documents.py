"""Document metrics: each with data, and what it is without."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from qualitygate.extension import Context
from qualitygate.measures import documents as measures
from qualitygate.measures.documents import catalogue
from qualitygate.model.changes import Changes
from qualitygate.model.documents import Document, DocumentRegister, Proportion, Review, Spot, Stage
from qualitygate.model.evidence import Gap
from tests.samples import NOW, source

TODAY = NOW.date()
REVIEW = Review(path="a.md", line=2, reviewed=TODAY - timedelta(days=9), due=TODAY, cadence=True)
GOOD = Document(
    id="A",
    title="Plan",
    line=7,
    wanted="a.md",
    paths=("a.md",),
    owner="@li",
    owned=True,
    status="approved",
    reviews=(REVIEW,),
    changed=TODAY - timedelta(days=9),
    at_start=True,
)
SPOT = Spot(title="a.md", message="is a stub", path="a.md", line=1)
DESIGN = Stage(id="design", started=TODAY - timedelta(days=90), ended=TODAY - timedelta(days=10))


def register(*documents: Document, name: str = "documents.yml", **more) -> DocumentRegister:
    return DocumentRegister(source=source(name=name), documents=documents, **more)


def taken(*evidence, changes=None, **more):
    context = Context(now=NOW, today=TODAY, changes=changes, changes_note="no base", **more)
    return {each.metric: each for each in measures.take(evidence, context)}


def of(metric, *evidence, **more):
    return taken(*evidence, **more)[metric]


def test_a_document_that_has_everything_is_complete():
    found = of(catalogue.COMPLETENESS, register(GOOD, stages=(DESIGN,)))
    assert (1, 1, 1, ()) == (found.value, found.numerator, found.denominator, found.findings)
    assert "of 1 required: exist 1, no stub 1, headings 1, owner 1, approved 1, review 1" == found.note


@pytest.mark.parametrize(
    ("change", "message", "place"),
    [
        ({"paths": (), "reviews": ()}, "there is no file a.md: write it", ("documents.yml", 7)),
        ({"stubs": (SPOT,)}, "is a stub", ("a.md", 1)),
        ({"gaps": (SPOT,)}, "is a stub", ("a.md", 1)),
        ({"owner": None, "owned": False}, "has no owner", ("documents.yml", 7)),
        ({"owned": False}, "its owner @li is neither among people nor in CODEOWNERS", ("documents.yml", 7)),
        ({"status": "draft"}, "its status is draft, needs approved", ("documents.yml", 7)),
        ({"status": None}, "its status is not told, needs approved", ("documents.yml", 7)),
        ({"reviews": (replace(REVIEW, due=TODAY - timedelta(days=1)),)}, "its review expired on", ("a.md", 2)),
        ({"reviews": (replace(REVIEW, reviewed=TODAY + timedelta(days=1)),)}, "is yet to come", ("a.md", 2)),
        ({"reviews": (replace(REVIEW, reviewed=TODAY - timedelta(days=11)),)}, "before the last finished", ("a.md", 2)),
        ({"reviews": (replace(REVIEW, problem="has no review_in"),)}, "has no review_in: review it", ("a.md", 2)),
        ({"reviews": (REVIEW, replace(REVIEW, path="b.md", problem="x"))}, "x: review it", ("b.md", 2)),
    ],
)
def test_each_miss_is_a_finding_with_its_place_and_the_way_out(change, message, place):
    found = of(catalogue.COMPLETENESS, register(replace(GOOD, **change), stages=(DESIGN,)))
    assert (0, 0, 1) == (found.value, found.numerator, found.denominator)
    (finding,) = [each for each in found.findings if message in each.message]
    assert ("A Plan", place) == (finding.title, (finding.path, finding.line))


def test_a_missing_document_is_told_once():
    gone = replace(GOOD, paths=(), reviews=(), owner=None, status=None)
    assert 1 == len(of(catalogue.COMPLETENESS, register(gone)).findings)


def test_what_is_tailored_out_or_not_due_leaves_the_denominator_and_is_named():
    later = Stage(id="later", started=TODAY + timedelta(days=1))
    out = replace(GOOD, id="B", tailored_out="in the offer", paths=())
    early = replace(GOOD, id="C", stage="later", paths=())
    found = of(catalogue.COMPLETENESS, register(GOOD, out, early, stages=(later,)))
    assert 1 == found.value
    assert "tailored out: B (in the offer); of stages that have not begun: C" in found.note
    none = of(catalogue.COMPLETENESS, register(out, early, stages=(later,)))
    assert (None, "no document is required yet") == (none.value, none.note)


def test_every_document_stands_in_the_register_of_the_measurement():
    later = Stage(id="later", started=TODAY + timedelta(days=1))
    gone = replace(GOOD, id="B", line=8, paths=(), reviews=(), owner=None, status=None)
    out = replace(GOOD, id="C", tailored_out="in the offer", paths=(), wanted="", reviews=())
    early = replace(GOOD, id="D", stage="later", stubs=(SPOT,))
    taken_of = taken(register(GOOD, gone, out, early, stages=(later,)))
    whole, lacking, left, due_later = taken_of[catalogue.COMPLETENESS].register
    assert ("documents.yml", 7, "A", "Plan", "a.md", "", "@li", "approved", REVIEW.reviewed, REVIEW.due, "", ()) == (
        *(whole.register, whole.line, whole.id, whole.title, whole.path, whole.stage, whole.owner, whole.status),
        *(whole.reviewed, whole.until, whole.left_out, whole.missing),
    )
    assert ("", "", None) == (lacking.owner, lacking.status, lacking.reviewed)
    assert ("there is no file a.md: write it, or say why not under tailored_out",) == lacking.missing
    assert ("in the offer", ()) == (left.left_out, left.missing)
    assert ("the stage later has not begun", ()) == (due_later.left_out, due_later.missing)
    assert [catalogue.COMPLETENESS] == [metric for metric, each in taken_of.items() if each.register]


def test_a_register_of_which_nothing_is_required_is_told_all_the_same():
    found = of(catalogue.COMPLETENESS, register(replace(GOOD, tailored_out="x")))
    assert (None, ["x"]) == (found.value, [entry.left_out for entry in found.register])


def test_a_stage_that_ends_today_is_finished():
    ended = replace(DESIGN, ended=TODAY)
    assert 0 == of(catalogue.COMPLETENESS, register(GOOD, stages=(ended,))).value
    assert 1 == of(catalogue.COMPLETENESS, register(GOOD, stages=(replace(DESIGN, ended=TODAY + timedelta(1)),))).value


def test_stubs_and_unreviewed_documents_are_counted_and_not_their_findings():
    stub = replace(GOOD, id="B", stubs=(SPOT, SPOT))
    late = replace(GOOD, id="C", reviews=(replace(REVIEW, problem="x"),))
    found = taken(register(GOOD, stub, late))
    assert (1, 2) == (found[catalogue.STUBS].value, len(found[catalogue.STUBS].findings))
    assert (1, 1) == (found[catalogue.UNREVIEWED].value, len(found[catalogue.UNREVIEWED].findings))
    assert None is of(catalogue.STUBS, register(replace(GOOD, tailored_out="x"))).value


@pytest.mark.parametrize(
    ("changed", "count"), [(REVIEW.reviewed, 0), (REVIEW.reviewed + timedelta(days=1), 1), (date.max, 1), (None, 0)]
)
def test_a_review_does_not_outlive_a_change(changed, count):
    found = of(catalogue.CHANGED, register(replace(GOOD, changed=changed)))
    assert (count, count) == (found.value, len(found.findings))


def test_a_change_that_is_not_committed_says_so():
    (finding,) = of(catalogue.CHANGED, register(replace(GOOD, changed=date.max))).findings
    assert "was changed and not committed yet, after its review on" in finding.message


def test_without_a_history_nobody_knows_what_changed():
    found = of(catalogue.CHANGED, register(replace(GOOD, changed=None, changed_note="the clone is shallow")))
    assert (None, "the clone is shallow") == (found.value, found.note)


def test_what_was_due_at_the_start_and_not_there_is_missing():
    start = TODAY - timedelta(days=90)
    after = Stage(id="after", started=TODAY - timedelta(days=89))
    documents = (
        replace(GOOD, stage="design"),
        replace(GOOD, id="B", at_start=False),
        replace(GOOD, id="C", stage="after", at_start=False),
        replace(GOOD, id="D", tailored_out="x", at_start=False),
    )
    found = of(catalogue.AT_START, register(*documents, stages=(DESIGN, after), start=start))
    assert (1, [f"was not there on {start}, when the project started"]) == (
        found.value,
        [each.message for each in found.findings],
    )
    unknown = of(catalogue.AT_START, register(GOOD, start_note="no commit is as old"))
    assert (None, "no commit is as old") == (unknown.value, unknown.note)
    none = of(catalogue.AT_START, register(documents[2], stages=(after,), start=start))
    assert (None, "no document was due at the start of the project") == (none.value, none.note)


SHARES = {"links": catalogue.LINKS, "api_documented": catalogue.API, "translation_parity": catalogue.PARITY}


@pytest.mark.parametrize(("name", "metric"), SHARES.items())
def test_a_share_is_what_the_registers_counted_together(name, metric):
    one = register(GOOD, tallies=((name, Proportion(good=3, total=4, spots=(SPOT,))),))
    other = register(replace(GOOD, id="B"), name="b.yml", tallies=((name, Proportion(good=4, total=4)),))
    found = of(metric, one, other)
    assert (Fraction(7, 8), 7, 8, 1) == (found.value, found.numerator, found.denominator, len(found.findings))


@pytest.mark.parametrize(("name", "metric"), SHARES.items())
def test_a_share_of_nothing_or_of_what_cannot_be_read_is_no_data(name, metric):
    assert "declare it under" in of(metric, register(GOOD)).note
    broken = of(metric, register(GOOD, tallies=((name, Proportion(good=3, total=4, note="a.md is larger")),)))
    assert (None, "a.md is larger") == (broken.value, broken.note)
    empty = of(metric, register(GOOD, tallies=((name, Proportion()),)))
    assert (None, "there is nothing to count") == (empty.value, empty.note)


def test_a_change_log_is_counted_by_its_problems():
    assert 0 == of(catalogue.CHANGELOG, register(GOOD, tallies=(("changelog", Proportion()),))).value
    found = of(catalogue.CHANGELOG, register(GOOD, tallies=(("changelog", Proportion(total=1, spots=(SPOT,))),)))
    assert (1, 1) == (found.value, len(found.findings))
    assert None is of(catalogue.CHANGELOG, register(GOOD)).value
    assert None is of(catalogue.CHANGELOG, register(GOOD, tallies=(("changelog", Proportion(note="gone")),))).value


def test_a_page_is_fresh_until_its_review_expires():
    old = replace(REVIEW, path="b.md", due=TODAY - timedelta(days=1))
    wrong = Review(path="c.md", line=1, problem="review_in is 'x'", cadence=True)
    none = Review(path="d.md", line=1, problem="has no last_reviewed_on")
    found = of(catalogue.FRESHNESS, register(GOOD, pages=(REVIEW, old, wrong, none)))
    assert (Fraction(1, 3), ["b.md", "c.md"]) == (found.value, [each.path for each in found.findings])
    assert None is of(catalogue.FRESHNESS, register(replace(GOOD, reviews=(none,)))).value


def changes(*touched: str, excuses: tuple[str, ...] = ()) -> Changes:
    return Changes(ref="main", base="1" * 40, base_at=NOW, lines={}, touched=frozenset(touched), excuses=excuses)


COVERING = replace(GOOD, covers=("src/api/**", "openapi.yaml"))


@pytest.mark.parametrize(
    ("touched", "count"),
    [((), 0), (("src/api/x.py",), 1), (("src/api/x.py", "a.md"), 0), (("openapi.yaml",), 1), (("src/other.py",), 0)],
)
def test_a_document_drifts_where_its_sources_change_without_it(touched, count):
    found = of(catalogue.DRIFT, register(COVERING), changes=changes(*touched))
    assert (count, count) == (found.value, len(found.findings))


def test_a_reason_in_a_commit_excuses_drift_and_is_told():
    found = of(catalogue.DRIFT, register(COVERING), changes=changes("openapi.yaml", excuses=("only a comment",)))
    assert (0, "left out by Docs-not-needed (only a comment): A") == (found.value, found.note)


def test_drift_is_unknown_without_changes_or_sources():
    assert (None, "no base") == ((found := of(catalogue.DRIFT, register(COVERING))).value, found.note)
    assert "covers: [src/api/**]" in of(catalogue.DRIFT, register(GOOD), changes=changes("a")).note


def test_a_gap_leaves_every_metric_without_a_value():
    gap = Gap(slug="malformed", source="documents.yml", expected="", found="has 2 problems", kind="documents")
    found = taken(gap, register(GOOD))
    assert set(catalogue.METRICS) == set(found)
    assert {(None, "documents.yml: has 2 problems")} == {(each.value, each.note) for each in found.values()}


def test_an_id_in_two_registers_is_no_data():
    note = of(catalogue.COMPLETENESS, register(GOOD), register(replace(GOOD, line=9), name="other.yml")).note
    assert "the id A is in documents.yml and in other.yml" in note


def test_the_same_register_of_two_shards_counts_once():
    assert 1 == of(catalogue.COMPLETENESS, register(GOOD), register(GOOD)).denominator

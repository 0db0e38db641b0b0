"""PIT's mutations.xml."""

from __future__ import annotations

import pytest

from qualitygate import CannotReadReport
from qualitygate_mutation.pit import READER, STATES


def mutant(status="KILLED", detected="true", inside=""):
    return f"<mutation detected='{detected}' status='{status}'>{inside}</mutation>"


def document(*mutants):
    return f"<mutations>{''.join(mutants)}</mutations>"


def test_the_sample_has_a_mutant_of_each_state_of_a_run_that_ended(report_of, counts, sample):
    report = report_of(READER, sample("mutations.xml"))
    expected = {"killed": 6, "timed out": 1, "out of memory": 1, "survived": 2, "no coverage": 1, "doubtful": 1}
    assert {**expected, "invalid": 1} == counts(report)
    assert () == report.contradictions


def test_a_mutant_that_was_not_detected_is_told_with_its_place(report_of, sample):
    first = report_of(READER, sample("mutations.xml")).undetected[0]
    assert "ConditionalsBoundaryMutator in com.example.fares.Price.price" == first.title
    assert ("changed conditional boundary", "com/example/fares/Price.java", 13) == (
        first.message,
        first.path,
        first.line,
    )


def test_a_mutant_without_details_is_counted(report_of, counts):
    report = report_of(READER, document(mutant("SURVIVED", "false", "<lineNumber>x</lineNumber>")))
    assert {"survived": 1} == counts(report)
    assert ("a mutant", None, None) == (
        report.undetected[0].title,
        report.undetected[0].path,
        report.undetected[0].line,
    )


def test_the_state_counts_where_the_attribute_denies_it(report_of, counts):
    report = report_of(READER, document(mutant("SURVIVED", "true"), mutant("KILLED", "false"), mutant("KILLED")))
    assert {"survived": 1, "killed": 2} == counts(report)
    assert ("2 mutants whose 'detected' denies their status",) == report.contradictions


@pytest.mark.parametrize("status", STATES)
def test_what_pit_writes_denies_nothing(report_of, status):
    detected = "false" if status in {"SURVIVED", "NO_COVERAGE", "NOT_STARTED", "STARTED"} else "true"
    assert () == report_of(READER, document(mutant(status, detected))).contradictions


@pytest.mark.parametrize(
    ("slug", "content"),
    [
        ("empty", ""),
        ("unrecognised", "<testsuites/>"),
        ("unrecognised", "text"),
        ("truncated", "<mutations>" + mutant()),
        ("truncated", "<mutations><mutation detected='true' status='KILLED'><sourceFile>Pr"),
        ("malformed", document("<mutation detected='true'/>")),
        ("malformed", document(mutant("EQUIVALENT"))),
        ("malformed", document(mutant("killed"))),
        ("entities", "<!DOCTYPE m [<!ENTITY a 'b'>]>" + document(mutant(inside="&a;"))),
        ("entities", "<!DOCTYPE m [<!ATTLIST mutation status CDATA 'KILLED'>]>" + document("<mutation/>")),
    ],
)
def test_what_cannot_be_trusted_is_refused(report_of, slug, content):
    with pytest.raises(CannotReadReport) as refused:
        report_of(READER, content)
    assert slug == refused.value.slug


def test_it_is_recognised_by_its_root(sample):
    assert READER.recognises(sample("mutations.xml")[:65_536])
    assert not any(READER.recognises(head) for head in (b"", b"<testsuites/>", b"{}", b"mutations"))

"""Counting the records of one report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.evidence import TestOutcome
from qualitygate.model.tally import Tally
from tests.samples import FAILED, PASSED, SKIPPED, case, report, source


def test_only_notable_records_are_kept_by_name():
    told = report(case("a"), case("b", FAILED), case("c", SKIPPED), case("d", failed_attempts=1))
    assert ["b", "c", "d"] == [each.name for each in told.cases]


def test_a_repeated_name_is_kept_and_numbered():
    told = report(case("a"), case("a"), case("a", FAILED))
    assert [(1, PASSED), (2, FAILED)] == [(each.occurrence, each.outcome) for each in told.cases]
    assert (3, 3) == (len(told.identities), told.runs)


def test_names_of_passes_are_kept_only_where_asked():
    assert ((None, "c", "a"),) == report(case("a"), case("b", FAILED)).passed
    assert report(case("a"), keep_names=False).passed is None


def test_the_slowest_come_worst_first():
    told = report(*(case(f"t{n}", seconds=float(n % 13)) for n in range(13)))
    assert [float(n) for n in range(12, 2, -1)] == [seconds for seconds, _ in told.slowest]


def test_a_tally_is_as_long_as_its_records():
    tally = Tally(source())
    tally.add(case("a"))
    tally.add(case("a"))
    assert 2 == len(tally)


RECORDS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(TestOutcome), st.sampled_from([None, 0.5, 2.0])), max_size=12
)


@given(records=RECORDS, cut=st.integers(0, 12), keep_names=st.booleans())
def test_blocks_and_single_records_count_the_same(records, cut, keep_names):
    cases = [case(name, outcome, seconds=seconds) for name, outcome, seconds in records]
    blocks = Tally(source(keep_names=keep_names))
    for block in (cases[:cut], cases[cut:]):
        blocks.add_block(
            [None] * len(block),
            ["c"] * len(block),
            [each.name for each in block],
            [each.seconds for each in block],
            {index: each for index, each in enumerate(block) if each.outcome is not PASSED},
        )
    one, other = report(*cases, keep_names=keep_names), blocks.report()

    def told(it):
        cases = [(each.name, each.outcome, each.occurrence) for each in it.cases]
        return it.runs, it.identities, cases, it.seconds, it.slowest, it.passed

    assert told(one) == told(other)


def checked(*cases: object, tests: tuple[int, ...] = (), failing: tuple[int, ...] = (), outside: int = 0):
    tally = Tally(source())
    for each in cases:
        tally.add(each)
    return tally.checked(at=None, tests=tests, failing=failing, outside=outside)


def test_a_claim_that_one_reading_keeps_is_not_denied():
    assert () == checked(case("a"), case("b", FAILED), tests=(9, 2), failing=(1, 9)).contradictions


def test_a_claim_that_no_reading_keeps_is_denied_in_its_first():
    assert (
        "counts 9 tests in its attributes but lists 2",
        "counts 0 failing tests in its attributes but lists 1",
    ) == checked(case("a"), case("b", FAILED), tests=(9, 8), failing=(0,)).contradictions


def test_no_claim_denies_nothing():
    assert () == checked(case("a", FAILED)).contradictions


def test_an_error_outside_the_tests_is_left_out_of_the_claims():
    told = checked(case("a"), case("suite", TestOutcome.ERRORED), tests=(1,), failing=(0,), outside=1)
    assert (2, ()) == (told.runs, told.contradictions)


def test_claims_without_a_test_are_no_evidence():
    told = checked(tests=(3,), failing=(0,))
    assert (False, ("counts tests in its attributes but lists none",)) == (told.listed, told.contradictions)


def test_a_claim_of_no_tests_is_kept_by_none():
    told = checked(tests=(0,), failing=(0,))
    assert (True, ()) == (told.listed, told.contradictions)

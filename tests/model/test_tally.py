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

"""mutmut's statistics and .meta files."""

from __future__ import annotations

import json

import pytest

from qualitygate import CannotReadReport
from qualitygate_mutation.mutmut import COUNTS, READER

EXPECTED = {"killed": 17, "timed out": 2, "survived": 8, "no coverage": 7}


def stats(**more):
    return json.dumps({**dict.fromkeys(COUNTS, 0), "total": sum(more.values()), **more})


def meta(codes):
    return json.dumps({"exit_code_by_key": codes})


@pytest.mark.parametrize("name", ["mutmut-cicd-stats.json", "price.py.meta"])
def test_both_files_of_a_real_run_say_what_mutmut_said(report_of, counts, sample, name):
    assert EXPECTED == counts(report_of(READER, sample(name)))


def test_a_meta_file_names_the_mutants_and_their_file(report_of, sample):
    mutants = report_of(READER, sample("price.py.meta"), "work/mutants/fares/price.py.meta").undetected
    assert 15 == len(mutants)
    assert ("fares.price.x_price__mutmut_3", "fares/price.py", None) == (
        mutants[0].title,
        mutants[0].path,
        mutants[0].line,
    )
    assert "see it with: mutmut show fares.price.x_price__mutmut_3" == mutants[0].message


def test_a_meta_file_elsewhere_names_no_file(report_of):
    assert report_of(READER, meta({"a": 0}), "price.py.meta").undetected[0].path is None


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (None, "not run"),
        (2, "not run"),
        (3, "killed"),
        (34, "ignored"),
        (37, "invalid"),
        (35, "doubtful"),
        (-11, "doubtful"),
        (-9, "doubtful"),
        (4, "doubtful"),
        (-24, "timed out"),
        (255, "timed out"),
    ],
)
def test_an_exit_code_is_a_state(report_of, counts, code, state):
    assert {state: 1} == counts(report_of(READER, meta({"a": code})))


def test_a_file_without_mutants_is_a_report_of_none(report_of, counts):
    assert {} == counts(report_of(READER, meta({})))


def test_mutants_in_the_total_alone_have_no_result(report_of, counts):
    assert {"killed": 2, "not run": 3} == counts(report_of(READER, stats(killed=2, total=5)))


def test_the_statistics_of_an_interrupted_run_say_so(report_of, counts):
    report = report_of(READER, stats(killed=2, check_was_interrupted_by_user=1))
    assert {"killed": 2, "not run": 1} == counts(report)


@pytest.mark.parametrize(
    ("slug", "content"),
    [
        ("empty", ""),
        ("truncated", stats(killed=1)[:-1]),
        ("unrecognised", "[]"),
        ("unrecognised", "{}"),
        ("malformed", stats(killed=2, total=1)),
        ("malformed", json.dumps({"killed": 1, "total": 1})),
        ("malformed", stats(killed=1).replace('"killed": 1', '"killed": true')),
        ("malformed", stats(killed=1).replace('"killed": 1', '"killed": "1"')),
        ("malformed", stats(survived=-1, killed=1, total=0)),
        ("malformed", stats(killed=1).replace('"killed": 1', '"killed": NaN')),
        ("malformed", meta([])),
        ("malformed", meta({"a": "0"})),
        ("malformed", meta({"a": True})),
        ("malformed", meta({"a": 1.0})),
    ],
)
def test_what_cannot_be_trusted_is_refused(report_of, slug, content):
    with pytest.raises(CannotReadReport) as refused:
        report_of(READER, content)
    assert slug == refused.value.slug


def test_it_is_recognised_by_its_keys(sample):
    assert READER.recognises(sample("mutmut-cicd-stats.json"))
    assert READER.recognises(sample("price.py.meta"))
    assert not any(READER.recognises(head) for head in (b"", b"[]", b'{"killed": 1}', b'"exit_code_by_key"'))

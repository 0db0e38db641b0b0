"""Exact numbers as text, and verdicts as data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.codec import dumps, encode, exact, instant
from qualitygate.config.schemas import schema
from qualitygate.evaluation import evaluate
from qualitygate.model.measurement import Finding
from qualitygate.model.policy import QuarantineRecord
from tests.samples import COUNT, COVER, NOW, RATE, SECONDS, condition, measured, policy, waiver


@given(st.fractions() | st.decimals(allow_nan=False, allow_infinity=False, places=20).map(Fraction))
def test_an_exact_number_loses_nothing(amount):
    assert amount == Fraction(exact(amount))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1/20", "0.05"), ("1/3", "1/3"), ("4", "4"), ("-1/4", "-0.25"), ("0", "0"), ("1/1024", "0.0009765625")],
)
def test_an_exact_number_is_a_decimal_where_it_can_be(amount, expected):
    assert expected == exact(Fraction(amount))


def test_nothing_stays_nothing():
    assert exact(None) is None


def judged():
    seen = replace(measured(RATE, 1, 3, suite="b"), findings=(Finding(title="t", path="a.py", line=3),))
    record = QuarantineRecord(
        test="c::t", owner="o", issue="i", reason="r", added=date(2026, 1, 1), expires=date(2026, 2, 1)
    )
    rules = policy(
        condition(RATE, at_most="1/3", each="suite", why="w", owner="o", clause="4.2", enforced_from=date(2027, 1, 1)),
        condition(COVER, at_least="4/5"),
        condition(SECONDS, above=0, below=2),
        condition(COUNT, at_most=0),
        waivers=(waiver(where={}),),
        quarantine=(record,),
        digest="a" * 64,
    )
    return evaluate(
        rules, [seen, measured(SECONDS, "1.5"), measured(COUNT, 1)], subject={"ref": "main", "commit": "abc"}, now=NOW
    )


def test_a_verdict_is_described_by_its_schema():
    try:
        described = schema("verdict")
    except FileNotFoundError:
        pytest.skip("policies/verdict.schema.json is not there")
    jsonschema.validate(encode(judged()), described)


def test_a_verdict_is_json_with_a_version_and_exact_numbers():
    data = json.loads(dumps(judged()))
    assert (1, "no_data", ["commit", "ref"]) == (data["schema_version"], data["outcome"], list(data["subject"]))
    rate, cover, seconds, count = data["gates"][0]["conditions"]
    assert ("1/3", "1", "3", {"at_most": "1/3"}) == (
        rate["value"],
        rate["numerator"],
        rate["denominator"],
        rate["bound"],
    )
    assert {"amount": "0", "noun": "failures", "side": "ceiling"} == rate["margin"]
    told = {"title": "t", "message": "", "path": "a.py", "line": 3, "end_line": None, "severity": "", "changed": None}
    assert [{**told, "weight": 0}] == rate["findings"]
    assert {"noun": "failures", "unit": "ratio", "formula": "f", "source": "s"} == data["metrics"]["x.rate"]
    assert [] == rate["files"]
    assert (None, None, "no_data") == (cover["value"], cover["margin"], cover["outcome"])
    assert ({"below": "2", "above": "0"}, "1.5") == (seconds["bound"], seconds["value"])
    assert ("W-1", "waived") == (count["waiver"], count["outcome"])
    assert (True, False) == (data["waivers"][0]["live"], data["quarantine"][0]["live"])


def test_equal_verdicts_are_equal_bytes():
    assert dumps(judged()) == dumps(judged())


def test_an_instant_needs_a_zone():
    assert datetime(2026, 11, 22, 1, tzinfo=UTC) == instant("2026-11-22T09:00:00+08:00")
    with pytest.raises(ValueError, match="names no time zone"):
        instant("2026-11-22T09:00:00")
    with pytest.raises(ValueError, match="Invalid"):
        instant("yesterday")


def test_a_lone_surrogate_in_a_finding_can_be_written_and_read_back():
    odd = replace(measured(COUNT, 1), findings=(Finding(title="\ud800x"),))
    told = dumps(evaluate(policy(condition(at_most=0)), [odd], subject={}, now=NOW))
    assert told.encode()
    assert "\ud800x" == json.loads(told)["gates"][0]["conditions"][0]["findings"][0]["title"]

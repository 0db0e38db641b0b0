"""The published schema of the verdict, held against what the codec writes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.codec import encode
from qualitygate.model.measurement import Finding
from qualitygate.model.policy import Bound, Severity
from qualitygate.model.verdict import GateResult, Margin, Outcome
from tests.reporters import samples
from tests.reporters.samples import DEFECT_RATE, DURATION, FAILED

SCHEMA = json.loads((Path(__file__).parents[2] / "policies" / "verdict.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
OPEN = {"subject", "labels", "metrics", "examined", "where"}
"""Objects whose keys are the user's own."""

amounts = st.fractions()
texts = st.text(max_size=20)
results = st.builds(
    samples.result,
    st.sampled_from([FAILED, DEFECT_RATE, DURATION]),
    st.sampled_from(Outcome),
    value=st.none() | amounts,
    share=st.none() | st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)),
    bound=st.builds(Bound, at_most=amounts, above=st.none() | amounts),
    margin=st.none() | st.builds(Margin, amount=amounts, noun=texts, side=st.sampled_from(["ceiling", "floor"])),
    severity=st.sampled_from(Severity),
    labels=st.dictionaries(texts, texts, max_size=2),
    examined=st.dictionaries(texts, st.integers(0), max_size=2),
    note=texts,
    why=texts,
    owner=texts,
    waiver=st.none() | st.just(samples.WAIVER),
    findings=st.lists(
        st.builds(Finding, title=texts, message=texts, path=st.none() | texts, line=st.none() | st.integers(1, 10**6)),
        max_size=2,
    ).map(tuple),
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every object in a document whose keys are ours."""
    if isinstance(value, dict):
        if not path or path[-1] not in OPEN:
            yield path
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def test_the_schema_is_a_draft_07_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("sample", ["every_outcome", "all_passed", "on_nothing", "hostile", "changed_code"])
def test_the_sample_verdicts_keep_the_schema(sample):
    assert [error.message for error in VALIDATOR.iter_errors(encode(getattr(samples, sample)()))] == []


@given(conditions=st.lists(results, max_size=3), names=texts)
def test_any_verdict_keeps_the_schema(conditions, names):
    gate = GateResult(name=names, conditions=tuple(conditions))
    verdict = replace(samples.every_outcome(), gates=(gate,), policy=names, subject={names: names})
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(encode(verdict))))] == []


def test_no_object_takes_an_unknown_key_or_lacks_a_known_one():
    whole = encode(
        replace(samples.every_outcome(), gates=(*samples.every_outcome().gates, *samples.changed_code().gates))
    )
    for gate in whole["gates"]:
        for condition in gate["conditions"]:
            del condition["findings"][1:]
            del condition["files"][1:]
    seen = 0
    for path in places(whole):
        extended = copy.deepcopy(whole)
        at(extended, path)["surprise"] = None
        assert not VALIDATOR.is_valid(extended), path
        for key in at(whole, path):
            seen += 1
            lacking = copy.deepcopy(whole)
            del at(lacking, path)[key]
            assert not VALIDATOR.is_valid(lacking), (*path, key)
    assert seen > 100


@pytest.mark.parametrize("told", [0.05, 5, "5%", "1e3", "", "1/2/3", ".5", " 1"])
def test_a_number_that_is_not_exact_text_is_refused(told):
    data = encode(samples.every_outcome())
    data["gates"][0]["conditions"][0]["value"] = told
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize("amount", [Fraction(1, 3), Fraction(-7, 2), Fraction(10**30), Fraction(1, 2**70)])
def test_an_exact_number_of_any_size_is_accepted(amount):
    one = samples.result(FAILED, Outcome.FAILED, value=amount)
    verdict = replace(samples.all_passed(), gates=(GateResult(name="g", conditions=(one,)),))
    assert VALIDATOR.is_valid(encode(verdict))

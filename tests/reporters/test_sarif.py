from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from qualitygate.extension import Style
from qualitygate.model.policy import Bound
from qualitygate.model.verdict import GateResult, Outcome
from qualitygate.reporters.sarif import NOWHERE, REPORTER
from tests.reporters import samples

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SCHEMA = Path("node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")


def run(sample: str) -> dict:
    return json.loads(REPORTER.render(getattr(samples, sample)(), Style()))["runs"][0]


@pytest.fixture(scope="session")
def validator():
    """The official schema, which is not ours to keep, from the npm package that carries it."""
    jsonschema = pytest.importorskip("jsonschema")
    path = Path(os.environ.get("QUALITYGATE_SARIF_SCHEMA", Path(__file__).parents[2] / SCHEMA))
    if not path.is_file():
        pytest.skip(f"no official SARIF schema; npm install --no-save {PACKAGE}, or set QUALITYGATE_SARIF_SCHEMA")
    return jsonschema.Draft4Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("sample", ["every_outcome", "all_passed", "on_nothing", "hostile"])
def test_the_official_schema_accepts_it(validator, sample):
    log = json.loads(REPORTER.render(getattr(samples, sample)(), Style()))
    assert [error.message for error in validator.iter_errors(log)] == []


def test_the_official_schema_is_strict_enough_to_notice(validator):
    log = json.loads(REPORTER.render(samples.every_outcome(), Style()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log)


def test_there_is_a_result_for_each_condition_that_did_not_pass():
    assert [(result["ruleId"], result["level"]) for result in run("every_outcome")["results"]] == [
        ("tests.blocking_failures", "error"),
        ("tests.defect_rate", "error"),
        ("tests.defect_rate", "note"),
        ("tests.flaky", "warning"),
    ]
    assert run("all_passed")["results"] == []


def test_every_metric_is_a_rule_explained_by_its_formula():
    rules = {rule["id"]: rule for rule in run("every_outcome")["tool"]["driver"]["rules"]}
    assert list(rules) == sorted(rules)
    assert {result["ruleId"] for result in run("every_outcome")["results"]} <= set(rules)
    assert rules["tests.defect_rate"]["help"]["text"].startswith("(failed + errored) / (passed + failed + errored)\n")


def test_every_finding_with_a_path_is_a_location():
    locations = run("every_outcome")["results"][0]["locations"]
    assert len(locations) == 43
    assert locations[0]["physicalLocation"] == {
        "artifactLocation": {"uri": "tests/test_cart.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 10},
    }


def test_a_result_without_a_place_still_has_a_location():
    no_data = run("every_outcome")["results"][1]
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in no_data["locations"]] == [NOWHERE]


def test_a_path_outside_the_tree_is_no_location():
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in run("hostile")["results"]
        for place in result["locations"]
    }
    assert uris == {NOWHERE}
    assert any("../../etc/passwd:7" in result["message"]["text"] for result in run("hostile")["results"])


def test_an_odd_path_is_a_valid_uri():
    finding = replace(samples.FORTY_THREE[0], path="a b/文档#1?.md")
    bad = samples.result(samples.FAILED, Outcome.FAILED, findings=(finding,))
    verdict = replace(samples.all_passed(), gates=(GateResult(name="release", conditions=(bad,)),))
    log = json.loads(REPORTER.render(verdict, Style()))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%E6%96%87%E6%A1%A3%231%3F.md"


def test_a_waived_result_is_suppressed_by_its_waiver():
    suppressed = {result["ruleId"]: result.get("suppressions") for result in run("every_outcome")["results"]}
    assert suppressed["tests.blocking_failures"] is None
    waived = run("every_outcome")["results"][2]["suppressions"][0]
    assert (waived["kind"], waived["status"]) == ("external", "accepted")
    assert waived["justification"].startswith("waived by W-014 until 2026-12-01, approved by @wang.pm: ")


def test_a_fingerprint_survives_another_number_and_not_another_condition():
    bad = samples.result(samples.FAILED, Outcome.FAILED, value=samples.Fraction(3))
    more = replace(bad, measurement=replace(bad.measurement, value=samples.Fraction(4)))
    tighter = replace(more, condition=replace(more.condition, bound=Bound(at_most=samples.Fraction(1))))
    other = replace(bad, measurement=replace(bad.measurement, labels={"suite": "unit"}))
    prints = []
    for one in (bad, more, tighter, other):
        verdict = replace(samples.all_passed(), gates=(GateResult(name="release", conditions=(one,)),))
        log = json.loads(REPORTER.render(verdict, Style()))
        prints.append(log["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"])
    assert prints[0] == prints[1] == prints[2] != prints[3]


def test_a_verdict_on_nothing_is_an_error():
    results = run("on_nothing")["results"]
    assert [(result["level"], result["message"]["text"]) for result in results] == [
        ("error", "the gate empty has no condition"),
        ("error", "nothing was examined"),
    ]
    assert results[0]["ruleId"] in {rule["id"] for rule in run("on_nothing")["tool"]["driver"]["rules"]}

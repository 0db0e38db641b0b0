"""Our small checker against the published schemas, with the jsonschema package as the referee."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import json
from copy import deepcopy

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.config.schema import check
from qualitygate.config.schemas import FILES, schema, text
from qualitygate.yamltext import parse

IMPLEMENTED = {
    "$ref", "anyOf", "enum", "type", "required", "properties", "additionalProperties", "minProperties", "items",
    "minItems", "minLength", "pattern", "minimum",
}  # fmt: skip
ANNOTATIONS = {"$schema", "$id", "title", "description", "definitions", "x-form"}
CHECKED = ("policy", "waivers", "quarantine")


def keywords(node, found=None):
    """All keywords of a schema, wherever a schema may stand in it."""
    found = set() if found is None else found
    if isinstance(node, dict):
        found.update(node)
        for key, value in node.items():
            if key in {"properties", "definitions"}:
                for inner in value.values():
                    keywords(inner, found)
            elif key in {"items", "additionalProperties"}:
                keywords(value, found)
            elif key == "anyOf":
                for inner in value:
                    keywords(inner, found)
    return found


@pytest.mark.parametrize("kind", CHECKED)
def test_a_shipped_schema_uses_only_keywords_that_are_implemented(kind):
    assert set() == keywords(schema(kind)) - IMPLEMENTED - ANNOTATIONS


@pytest.mark.parametrize("kind", CHECKED)
def test_every_choice_of_a_shipped_schema_differs_by_type(kind):
    """The checker picks the first choice whose type fits; that is only right where the types differ."""

    def walk(node):
        if isinstance(node, dict):
            if "anyOf" in node:
                types = [schema(kind)["definitions"][each["$ref"].rpartition("/")[2]]["type"] if "$ref" in each else each["type"] for each in node["anyOf"]]  # fmt: skip
                assert len(types) == len(set(types))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema(kind))


@pytest.mark.parametrize("kind", FILES)
def test_a_shipped_schema_is_a_schema(kind):
    shipped = json.loads(text(kind))
    jsonschema.validators.validator_for(shipped).check_schema(shipped)


GOOD = {
    "policy": {
        "version": 1,
        "name": "n",
        "extends": ["builtin:release"],
        "timezone": "UTC",
        "evidence": {
            "unit": {
                "files": ["a.xml"],
                "read": "junit",
                "labels": {"os": "linux", "shard": 3},
                "expect": {"files": 1, "tests": 5, "max_age": "24h"},
                "retries": "last",
                "expected_failures": "failed",
                "columns": {"score": "Q1"},
                "encoding": "gb18030",
            },
            "it": {"files": "b.xml"},
        },
        "gates": {
            "release": [
                {"metric": "tests.failed", "at_most": 0, "id": "a", "where": {"suite": "unit"}, "locked": True},
                {
                    "metric": "tests.defect_rate",
                    "below": "5%",
                    "above": "0%",
                    "at_least": "1%",
                    "each": "suite",
                    "within": "month",
                    "min_sample": 20,
                    "on_missing": "warn",
                    "severity": "warning",
                    "why": "w",
                    "owner": "o",
                    "clause": "1",
                    "from": "2026-12-01",
                },
            ]
        },
        "clauses": {"1": {"text": {"en": "t", "zh-CN": "t"}, "owner": "o", "due": "2026-12-01"}, "2": {"text": "t"}},
        "waivers": "w.yml",
        "quarantine": "q.yml",
    },
    "waivers": [
        {
            "id": "W-1",
            "gate": "g",
            "metric": "tests.failed",
            "where": {"suite": "unit"},
            "reason": "r" * 20,
            "requested_by": "ann",
            "approved_by": "bob",
            "created": "2026-11-01",
            "expires": "2026-11-30",
        }
    ],
    "quarantine": [
        {"test": "c::t", "owner": "o", "issue": "i", "reason": "r", "added": "2026-11-01", "expires": "2026-11-30"}
    ],
}


def test_where_nothing_is_said_about_further_keys_any_may_stand():
    assert [] == check(parse("a: 1\nb: [x]\n", "f.yml"), {"type": "object", "properties": {"a": {"type": "integer"}}})


ODD = st.sampled_from(
    [None, True, False, 0, -1, 1, 2, 10**9, "", "x", "1", "5%", "24h", "24h\n", "2026-11-22", "builtin:x", "last", "failed",
     "month", "error", "tests.failed", "Tests", "a b", [], [None], ["x"], [1], [[]], {}, {"x": "y"}, {"metric": "a.b"}, {"files": "x"}]
).map(deepcopy)  # fmt: skip
KEYS = st.sampled_from(["metric", "files", "at_most", "version", "unit", "x", "locked", "expect", "id", "where"])


def places(data, path=()):
    yield path
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


def at(data, path):
    for step in path:
        data = data[step]
    return data


@st.composite
def mutated(draw, good):
    data = json.loads(json.dumps(good))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(places(data))))
        parent = at(data, path[:-1])
        deed = draw(st.sampled_from(["replace", "remove", "add"]))
        if not path:
            continue
        if deed == "replace":
            parent[path[-1]] = draw(ODD)
        elif deed == "remove":
            del parent[path[-1]]
        elif isinstance(at(data, path), dict):
            at(data, path)[draw(KEYS)] = draw(ODD)
        elif isinstance(at(data, path), list):
            at(data, path).append(draw(ODD))
    return data


@pytest.mark.parametrize("kind", CHECKED)
def test_the_good_example_is_good(kind):
    assert [] == check(parse(json.dumps(GOOD[kind]), "f.yml"), schema(kind))


@settings(max_examples=500)
@given(st.sampled_from(CHECKED).flatmap(lambda kind: st.tuples(st.just(kind), mutated(GOOD[kind]))))
def test_jsonschema_calls_the_same_documents_valid(given_document):
    kind, data = given_document
    document = parse(json.dumps(data), "f.yml")
    assert document.data == data
    valid = jsonschema.Draft7Validator(schema(kind)).is_valid(data)
    found = check(document, schema(kind))
    assert valid is not bool(found), found


@settings(max_examples=100)
@given(st.sampled_from(CHECKED).flatmap(lambda kind: st.tuples(st.just(kind), mutated(GOOD[kind]))))
def test_every_problem_has_a_place_and_words(given_document):
    kind, data = given_document
    for problem in check(parse(json.dumps(data, indent=1), "f.yml"), schema(kind)):
        assert problem.line > 0
        assert problem.column > 0
        assert problem.slug
        assert problem.message

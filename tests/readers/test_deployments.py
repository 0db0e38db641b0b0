"""Registers of deployments: what counts as a failed change, and what is refused."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.model.deployments import Deployment
from qualitygate.readers.deployments import READER
from tests.samples import source

from .reading import sample


def register(content):
    (found,) = READER.read(source(content))
    return found


def failed(content) -> dict[str, bool]:
    return {each.id: each.failed for each in register(content).deployments}


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        register(content)
    return str(refused.value)


def test_a_csv_register_is_read():
    found = register(sample("deployments/register.csv"))
    assert (
        Deployment(
            id="2026-11-02.2",
            at=datetime(2026, 11, 2, 16, 30, tzinfo=UTC),
            failed=True,
            title="Prices",
            remediated_by=("2026-11-03.1",),
            line=5,
        )
        == found.deployments[3]
    )
    assert ("says that 2026-11-02.2 did not fail, but 2026-11-03.1 remediates it",) == found.contradictions


def test_a_change_that_another_remediates_failed_and_the_remedy_did_not():
    assert {"v1": False, "v2": True, "v2.1": False} == failed(sample("deployments/register.yml"))


def test_a_remedy_may_need_a_remedy():
    content = "id,at,remediates\n1,2026-01-01,\n2,2026-01-02,1\n3,2026-01-03,2\n4,2026-01-04,2"
    assert {"1": True, "2": True, "3": False, "4": False} == failed(content)


def test_a_json_register_is_read():
    assert {"1": False, "2": True} == failed(sample("deployments/register.json"))


@pytest.mark.parametrize("content", ["id,at,failed\n", '{"deployments": []}', "deployments:\n"])
def test_a_register_without_changes_is_read(content):
    assert {} == failed(content)


@pytest.mark.parametrize("empty", ["id,at,remediates\n1,2026-01-01,", "deployments:\n- {id: 1, at: 2026-01-01, remediates: ~}"])  # fmt: skip
def test_a_column_of_remedies_without_any_says_that_nothing_failed(empty):
    assert {"1": False} == failed(empty)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,at,title\n1,2026-01-01,a", "line 2: tells neither whether 1 failed nor what it remediates"),
        ("id,at,failed,remediates\n1,2026-01-01,,", "line 2: tells neither whether 1 failed nor what it remediates"),
        ("id,at,remediates\n1,2026-01-01,7", "line 2: remediates '7', which is not in the register"),
        ("id,at,remediates\n1,2026-01-01,1", "line 2: 1 remediates itself"),
        ("id,at,remediates\n1,2026-01-02,\n2,2026-01-01,1", "line 3: remediates '1', which was deployed later"),
        ("id,at,failed\n1,2026-01-01,maybe", "line 2: failed is 'maybe', which nobody knows"),
        ("id,at,failed\n1,,true", "line 2: has no at"),
        ("id,failed\n1,true", "line 1: has no column at"),
        ("id,at,deployed,failed\n1,2026-01-01,,no", "line 1: has the column deployed a second time"),
        ('[{"id": 1, "at": "2026-01-01", "deployed": "2026-01-02", "failed": true}]', "has at under two names"),
        ("id,at,failed\n1,2026-01-01,no\n1,2026-01-02,no", "line 3: the id '1' is also in line 2"),
        ("id,at,faild\n1,2026-01-01,no", "line 1: has the unknown column 'faild'; did you mean failed?"),
    ],
)
def test_a_register_that_is_wrong_is_refused(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize("head", [b"id,at,failed\n", b"id;deployed;remediates\n", b'{"deployments": [', b"deployments:\n- id: 1\n", b'[{"id": 1, "at": "x", "failed": true}]'])  # fmt: skip
def test_a_register_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize("head", [b"", b"[]", b"id,at\n", b"deployments: 5\n", b'[{"id": 1, "failed": true, "status": "x"}]'])  # fmt: skip
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)


VALUES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["2026-01-01", "2026-01-02T00:00:00Z", "x"])


@given(st.lists(st.dictionaries(st.sampled_from(["id", "at", "failed", "remediates"]), VALUES), max_size=4))
def test_no_more_changes_fail_than_there_are(records):
    try:
        found = failed(json.dumps(records))
    except CannotReadReport:
        return
    assert sum(found.values()) <= len(found) == len(records)

"""Records of stage reviews: what is read, what is refused, and where the mistakes are."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest

from qualitygate import registry
from qualitygate.errors import CannotReadReport
from qualitygate.model.reviews import Approval, Check
from qualitygate.readers.reviews import READER
from tests.samples import source

RECORD = """\
---
stage: design
started: 2026-01-05
ended: 2026-03-31
commit: 3f2c1ab
participants: [p-01, p-02]
checklist:
  - {item: Requirements traced, result: pass, evidence: docs/trace.md}
  - {item: Risks assessed, result: fail}
decision: pass_with_actions
actions: [{id: A-1, text: Assess the risks, owner: p-02, due: 2026-04-15}]
approvals:
  - {by: p-01, at: 2026-04-01T16:30:00Z}
---
# Design
"""


def record(content, **rules):
    (found,) = READER.read(source(content, **rules))
    return found


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        record(content)
    return str(refused.value)


def test_a_record_is_read():
    found = record(RECORD)
    assert ("design", date(2026, 1, 5), date(2026, 3, 31), "3f2c1ab") == (found.stage, found.started, found.ended, found.commit)  # fmt: skip
    assert (("p-01", "p-02"), "pass-with-actions", (("A-1", "Assess the risks"),)) == (found.participants, found.decision, found.actions)  # fmt: skip
    assert (Check(item="Requirements traced", result="pass", evidence=("docs/trace.md",)), Check(item="Risks assessed", result="fail")) == found.checklist  # fmt: skip
    assert (Approval(by="p-01", on=date(2026, 4, 1), line=13),) == found.approvals
    assert {"checks": 2, "actions": 1, "approvals": 1} == found.counts


def test_an_approval_is_of_the_day_that_the_policys_zone_has_then():
    assert date(2026, 4, 2) == record(RECORD, zone=timezone(timedelta(hours=8))).approvals[0].on


def test_a_stage_that_goes_on_needs_its_start_only():
    found = record("---\nstage: build\nstarted: 2026-04-10\n---\n")
    assert (None, None, ()) == (found.ended, found.decision, found.approvals)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("# Design\n", "line 1, column 1: has no front matter"),
        ("---\nstage: a\n---\n", "line 2, column 1: has no started"),
        ("---\nstage: a\nstarted: 2026-01-02\nended: 2026-01-01\n---\n", "line 4, column 8: the stage ended on 2026-01-01, before it started"),
        ("---\nstage: a\nstarted: 2026-01-02\ndecison: pass\n---\n", "line 4, column 1: has the unknown key 'decison'; did you mean decision?"),
        ("---\nstage: a\nstarted: 2026-01-02\ndecision: passed\n---\n", "line 4, column 11: decision is 'passed', which nobody knows; did you mean pass?"),
        ("---\nstage: a\nstarted: 2026-01-02\ndecision: pass_with_actions\n---\n", "line 4, column 11: is pass_with_actions, and there are no actions"),
        ("---\nstage: a\nstarted: 2026-01-02\ndecision: pass\nchecklist:\n- {item: x, result: fail}\n---\n", "line 6, column 21: is fail, and the decision is pass"),
        ("---\nstage: a\nstarted: 2026-01-02\nchecklist: [{item: x}]\n---\n", "line 4, column 13: has no result"),
        ("---\nstage: a\nstarted: 2026-01-02\napprovals: [{by: x}]\n---\n", "line 4, column 13: has no at"),
        ("---\nstage: a\nstarted: 2026-01-02\nactions:\n- {id: 1, text: x}\n- {id: 1, text: y}\n---\n", "line 6, column 8: the id '1' is also in line 5"),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_refused_with_the_place(content, said):
    assert said in refusal(content)


def test_a_record_is_recognised_among_all_readers():
    assert "reviews" == registry.reader_for(RECORD.encode())[0]


@pytest.mark.parametrize("head", [b"", b"---\nstage: a\n---\n", b"stage: a\nstarted: b\ndecision: c\n"])
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)

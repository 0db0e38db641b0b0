"""What GitHub shows of a verdict, decided without GitHub."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qualitygate.github.posts import DESCRIPTION_MOST, TEXT_MOST
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import FailOn, Outcome
from qualitygate.publication import (
    ANNOTATIONS_MOST,
    CommentMode,
    Publication,
    check_run,
    comment,
    commit_status,
    conclusion,
    in_progress,
    issue,
    name_of,
    title,
)
from tests.reporters import samples

ON_PROBLEM, ALWAYS = CommentMode.ON_PROBLEM, CommentMode.ALWAYS
GOOD = Publication(verdict=samples.all_passed(), name="gate")
BAD = Publication(verdict=samples.every_outcome(), name="gate")


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_is_declared_to_be_advice_is_neutral(outcome: Outcome) -> None:
    assert ("failure" if outcome.blocks else "success") == conclusion(outcome, FailOn.NO_DATA)
    assert ("neutral" if outcome.blocks else "success") == conclusion(outcome, FailOn.NEVER)
    assert "neutral" == conclusion(Outcome.NO_DATA, FailOn.FAILURE)
    assert "failure" == conclusion(Outcome.FAILED, FailOn.FAILURE)


def test_the_title_tells_the_worst_result_and_how_many_more() -> None:
    assert "PASS: 3 passed" == title(samples.all_passed())
    told = title(samples.every_outcome())
    assert told.startswith("FAIL: tests.blocking_failures 43 blocking failures, at most 0; + ")
    assert "failed" not in told.split("; + ")[1]
    assert "1 without data" in told
    assert "NO DATA: the gate empty has no condition" == title(samples.on_nothing())


def test_nothing_is_said_while_all_is_well() -> None:
    assert comment(GOOD, ON_PROBLEM).body(None) is None
    assert issue(GOOD).sticky.body(None) is None


def test_a_comment_that_stands_is_kept_up_to_date() -> None:
    failed = comment(BAD, ON_PROBLEM).body(None)
    assert failed is not None
    assert failed == comment(BAD, ON_PROBLEM).body(failed)
    recovered = comment(GOOD, ON_PROBLEM).body(failed)
    assert recovered is not None
    assert f"(was failing until {samples.every_outcome().subject['commit'][:10]})" in recovered
    assert recovered == comment(GOOD, ON_PROBLEM).body(recovered)
    assert "was failing" not in (comment(BAD, ON_PROBLEM).body(recovered) or "")


def test_always_says_it_every_time() -> None:
    told = comment(GOOD, ALWAYS).body(None)
    assert told is not None
    assert "✅ PASS" in told


def test_what_is_loosened_is_worth_a_comment_though_all_passed() -> None:
    loosened = Finding(title="at most 0 → at most 9", path="qualitygate.yml", line=3)
    told = replace(GOOD, changes="- **loosened** a thing", loosened=(loosened,))
    body = comment(told, ON_PROBLEM).body(None)
    assert body is not None
    assert "- **loosened** a thing" in body
    (annotation,) = check_run(told).annotations
    assert ("warning", "qualitygate.yml", 3) == (annotation.level, annotation.path, annotation.line)
    assert "success" == check_run(told).conclusion


@pytest.mark.parametrize(
    "body", ["<!-- qualitygate:gate [] -->", "<!-- qualitygate:gate {", "<!-- qualitygate:gate {} -->x"]
)
def test_a_comment_that_somebody_edited_is_written_anew(body: str) -> None:
    assert "PASS" in (comment(GOOD, ON_PROBLEM).body(body) or "")


def test_two_names_never_share_a_comment() -> None:
    names = ["gate", "gate ", "gate: a", "gate: b", "gate--", "质量门禁", "质量门", "gate-", "-->"]
    markers = {comment(replace(GOOD, name=name), ALWAYS).marker for name in names}
    assert len(names) == len(markers)
    assert all("-->" not in marker for marker in markers)
    assert not any(a != b and a.startswith(b) for a in markers for b in markers)


def test_a_name_is_that_of_the_gates() -> None:
    assert "qualitygate: release, pull-request" == name_of(
        replace(
            samples.all_passed(),
            gates=tuple(replace(samples.all_passed().gates[0], name=name) for name in ("release", "pull-request")),
        )
    )


def test_no_text_is_longer_than_github_takes() -> None:
    verdict = samples.every_outcome()
    gate = verdict.gates[1]
    worst = gate.conditions[3]
    many = tuple(Finding(title="例" * 900, path=f"a{number}.py", line=1) for number in range(2000))
    result = replace(worst, measurement=replace(worst.measurement, findings=many))
    told = replace(BAD, verdict=replace(verdict, gates=(replace(gate, conditions=(result,) * 3),)), url="https://x")
    check = check_run(told)
    for text in (check.summary, check.text, comment(told, ALWAYS).body(None) or ""):
        assert len(text.encode()) <= TEXT_MOST
    assert "**Cut here:** " in check.text
    assert "[here](https://x)" in check.text
    assert ANNOTATIONS_MOST == len(check.annotations)
    assert f"- annotations\\: shown {ANNOTATIONS_MOST} of 2000" in check.summary
    assert len(commit_status(told).description) <= DESCRIPTION_MOST


def test_a_check_run_in_progress_says_what_is_awaited() -> None:
    check = in_progress("gate", "7", "https://x", ["unit: reports/*.xml", "<b>"])
    assert ("", "In progress") == (check.conclusion, check.title)
    assert "- unit" in check.summary
    assert "<b>" not in check.summary


def test_a_verdict_on_nothing_is_told_as_missing_data() -> None:
    check = check_run(replace(BAD, verdict=samples.on_nothing()))
    assert "failure" == check.conclusion
    assert check.title.startswith("NO DATA: ")

"""The action in Chinese: everything it tells, and nothing that machines read."""

from __future__ import annotations

import re
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

from qualitygate.action.__main__ import main
from tests.action.conftest import POLICY, Workflow, junit

ACTION = Path(__file__).parents[2] / "action.yml"


def test_the_input_reaches_check_comment_status_and_summary(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=2))
    assert 1 == workflow.step(workflow.pull(), to="check,status,comment", lang="zh-CN")
    check, (comment,) = workflow.check, workflow.comments()
    assert ("failure", "未通过：tests.failed 2 个失败的测试，要求不超过 0") == (check.conclusion, check.title)
    (status,) = workflow.shop.statuses(check.sha)
    assert check.title == status.description
    assert "❌ 未通过：shop（1 项未通过，1 项通过）" in comment
    assert "❌ 未通过：shop" in workflow.summary
    assert "结果：未通过" in workflow.log
    assert ("failed", "failure") == (workflow.outputs["outcome"], workflow.outputs["conclusion"])


def test_recovery_is_one_chinese_line_in_the_comment_of_before(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.step(workflow.pull())
    failed = workflow.check.sha
    workflow.write("reports/unit.xml", junit())
    assert 0 == workflow.step(workflow.pull(), lang="zh-CN")
    (comment,) = workflow.comments()
    assert f"**✅ 通过：quality gate** — 2 项通过（截至 {failed[:10]} 未通过）" == comment.splitlines()[1]


def test_the_policy_says_the_language_where_no_input_does(workflow: Workflow) -> None:
    workflow.checkout.git("checkout", "-q", "main")
    workflow.write("qualitygate.yml", POLICY + "lang: zh-CN\n")
    workflow.base = workflow.checkout.commit()
    workflow.shop.commit(sha=workflow.base, branch="main")
    assert 3 == workflow.step(workflow.pull())
    assert workflow.check.title.startswith("无数据：")


def test_a_language_that_is_not_known_is_a_wrong_input(workflow: Workflow) -> None:
    assert 2 == workflow.step(workflow.pull(), lang="zh-TW")
    assert re.search(r"::error .*the input lang cannot be 'zh-TW'", workflow.log)


def test_a_word_that_the_encoding_of_the_log_does_not_have_does_not_end_the_step(monkeypatch) -> None:
    log = TextIOWrapper(BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", log)
    monkeypatch.setenv("INPUT_LANG", "中文")
    assert 2 == main()
    assert "the input lang cannot be '中文' (there are en, zh-CN)" in log.buffer.getvalue().decode()

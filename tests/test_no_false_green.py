"""Ways in which a gate could go green without the evidence, each tried and refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qualitygate import ConfigError, Outcome, Verdict, check, load_config
from qualitygate.cli import main

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PASS = "<testsuite name='s'><testcase classname='c' name='{name}'/></testsuite>"
NONE_FAILED = "{metric: tests.failed, at_most: 0}"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def judge(folder: Path, evidence: str, condition: str = NONE_FAILED, baseline: str | None = None) -> Verdict:
    write(folder, "qualitygate.yml", f"version: 1\nevidence: {{unit: {evidence}}}\ngates: {{g: [{condition}]}}\n")
    return check(load_config(str(folder / "qualitygate.yml")), now=NOW, baseline=baseline).verdict


def run(folder: Path, *arguments: str) -> int:
    return main(["check", "-c", str(folder / "qualitygate.yml"), *arguments])


def test_every_pattern_must_match(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", PASS.format(name="a"))

    assert judge(tmp_path, "{files: [a.xml, b.xml]}").outcome is Outcome.NO_DATA


def test_a_link_to_nowhere_is_no_data(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", PASS.format(name="a"))
    (tmp_path / "b.xml").symlink_to("gone.xml")

    assert judge(tmp_path, "{files: '*.xml'}").outcome is Outcome.NO_DATA


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", PASS.format(name="a"))
    os.mkfifo(tmp_path / "b.xml")

    assert judge(tmp_path, "{files: '*.xml'}").outcome is Outcome.NO_DATA


def test_a_file_under_two_names_is_one_file(tmp_path: Path) -> None:
    write(tmp_path, "r/a.xml", PASS.format(name="a"))
    (tmp_path / "r/b.xml").symlink_to("a.xml")
    (tmp_path / "r/up").symlink_to("..")

    verdict = judge(tmp_path, "{files: '**/*.xml'}", "{metric: tests.executed, at_least: 2}")

    assert (verdict.outcome, verdict.examined) == (Outcome.FAILED, {"files": 1, "tests": 1})


@pytest.mark.parametrize(("shards", "outcome"), [(1, Outcome.NO_DATA), (3, Outcome.PASSED)])
def test_shards_are_counted_by_their_snapshots(tmp_path: Path, shards: int, outcome: Outcome) -> None:
    write(
        tmp_path,
        "one/qualitygate.yml",
        f"version: 1\nevidence: {{unit: {{files: '*.xml'}}}}\ngates: {{g: [{NONE_FAILED}]}}\n",
    )
    for number in range(3):
        write(tmp_path, f"one/{number}.xml", PASS.format(name=number))
    run(tmp_path / "one", "-o", f"snapshot={tmp_path}/0.snapshot")
    for number in range(1, shards):
        (tmp_path / f"{number}.snapshot").write_bytes((tmp_path / "0.snapshot").read_bytes())

    assert judge(tmp_path, "{files: '*.snapshot', expect: {files: 3}}").outcome is outcome


def test_a_baseline_with_a_gap_compares_with_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", PASS.format(name="a"))
    write(tmp_path, "b.xml", "<testsuite><testcase name='b'")
    judge(tmp_path, "{files: '*.xml'}")
    run(tmp_path, "-o", f"snapshot={tmp_path}/base")
    (tmp_path / "b.xml").unlink()

    verdict = judge(tmp_path, "{files: '*.xml'}", "{metric: tests.removed, at_most: 0}", str(tmp_path / "base"))

    assert verdict.outcome is Outcome.NO_DATA
    assert "the baseline is not whole" in verdict.gates[0].conditions[0].note


def test_the_same_tests_cannot_have_two_rules_for_repeats(tmp_path: Path) -> None:
    text = (
        "version: 1\nevidence:\n  a: {files: a.xml, retries: any-pass, labels: {suite: all}}\n"
        "  b: {files: b.xml, labels: {suite: all}}\ngates: {g: [{metric: tests.failed, at_most: 0}]}\n"
    )
    path = write(tmp_path, "qualitygate.yml", text)

    with pytest.raises(ConfigError, match="other retries"):
        load_config(str(path))


def test_a_verdict_is_no_evidence(tmp_path: Path) -> None:
    write(tmp_path, "unit.xml", PASS.format(name="a"))
    judge(tmp_path, "{files: '*.xml'}")
    assert run(tmp_path, "-o", f"junit={tmp_path}/gate.xml") == 0
    (tmp_path / "unit.xml").unlink()

    assert run(tmp_path) == 3


@pytest.mark.parametrize("target", ["qualitygate.yml", "unit.xml"])
def test_what_is_read_is_not_written_over(tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "unit.xml", PASS.format(name="a"))
    judge(tmp_path, "{files: unit.xml}")
    before = (tmp_path / target).read_text()

    assert run(tmp_path, "-o", f"json={tmp_path}/{target}") == 2
    assert before == (tmp_path / target).read_text()
    assert "would be written over it" in capsys.readouterr().err


def test_two_outputs_do_not_share_a_file(tmp_path: Path) -> None:
    write(tmp_path, "unit.xml", PASS.format(name="a"))
    judge(tmp_path, "{files: unit.xml}")

    assert run(tmp_path, "-o", f"json={tmp_path}/out", "-o", f"text={tmp_path}/out") == 2


def test_an_output_follows_a_link_and_leaves_a_pipe_a_pipe(tmp_path: Path) -> None:
    write(tmp_path, "unit.xml", PASS.format(name="a"))
    judge(tmp_path, "{files: unit.xml}")
    (tmp_path / "link.json").symlink_to("real.json")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)

    assert run(tmp_path, "-o", f"json={tmp_path}/link.json", "-o", f"badge={tmp_path}/pipe") == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text().startswith("{")
    assert os.read(reader, 10_000).startswith(b"{")
    os.close(reader)


def test_attempt_ten_comes_after_attempt_nine(tmp_path: Path) -> None:
    write(tmp_path, "attempt-9.xml", "<testsuite><testcase classname='c' name='t'/></testsuite>")
    write(tmp_path, "attempt-10.xml", "<testsuite><testcase classname='c' name='t'><failure/></testcase></testsuite>")

    assert judge(tmp_path, "{files: 'attempt-*.xml', retries: last}").outcome is Outcome.FAILED


def test_the_same_hand_under_another_spelling_is_no_second_pair_of_eyes(tmp_path: Path) -> None:
    record = (
        "- {id: W-1, gate: g, metric: tests.failed, reason: agreed with the customer, requested_by: ann, "
        "approved_by: ' Ａnn ', created: 2026-11-20, expires: 2026-12-01}\n"
    )
    write(tmp_path, "quality/waivers.yml", record)

    with pytest.raises(ConfigError, match="a second pair of eyes"):
        judge(tmp_path, "{files: unit.xml}")

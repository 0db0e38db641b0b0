"""Coverage of changed lines, from a branch to the verdict."""

from __future__ import annotations

import json
import os

import pytest

from tests.checkout import Checkout, numbered

from .conftest import Project

POLICY = """\
version: 1
evidence:
  cover: {files: lcov.info}
gates:
  pull-request:
    - {metric: coverage.changed_line, at_least: 80%, min_sample: 3}
"""
NOW = ("--now", "2026-11-22T10:00:00Z")


def lcov(path: str, *hits: int) -> str:
    lines = "".join(f"DA:{number},{hit}\n" for number, hit in enumerate(hits, 1))
    return f"TN:\nSF:{path}\n{lines}end_of_record\n"


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, Checkout]:
    """A checkout in which a branch changed five of ten lines, of which two ran."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    checkout = Checkout(project.folder)
    checkout.write("src/a.py", numbered(*"abcdefghij"))
    project.write("qualitygate.yml", POLICY)
    checkout.commit()
    checkout.branch()
    checkout.write("src/a.py", numbered(*"ABCDEfghij"))
    checkout.commit()
    project.write("lcov.info", lcov("src/a.py", 1, 1, 0, 0, 0, 1, 1, 1, 1, 0))
    return project, checkout


def test_uncovered_changed_lines_fail_with_the_way_to_go(shop) -> None:
    project, checkout = shop
    base = checkout.git("rev-parse", "main")
    assert project.run("check", "--base", "main", *NOW) == 1
    assert f"base {base[:10]} of 2026-11-20, 2 days old" in project.out.splitlines()[0]
    assert "FAIL    coverage.changed_line  40 % (2/5), at least 80 %; cover 2 more covered" not in project.out
    assert "FAIL    coverage.changed_line  40 % (2/5), at least 80 %; cover 2 more changed lines\n" in project.out
    assert "        see Coverage of changed lines below\n" in project.out
    assert "Coverage of changed lines: 2 of 5 in 1 file\n        src/a.py  2 of 5 covered, not 3-5\n" in project.out


def test_the_verdict_names_its_base_for_machines_too(shop) -> None:
    project, checkout = shop
    project.run("check", "--base", "main", "--format", "json", *NOW)
    told = json.loads(project.out)
    assert (checkout.git("rev-parse", "main"), "2026-11-20T09:00:00+00:00") == (
        told["subject"]["base"],
        told["subject"]["base_at"],
    )
    (finding,) = told["gates"][0]["conditions"][0]["findings"]
    assert (3, 5) == (finding["line"], finding["end_line"])


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_the_base_is_told_to_people(shop, name) -> None:
    project, _ = shop
    project.run("check", "--base", "main", "--format", name, *NOW)
    assert "of 2026-11-20, 2 days old" in project.out.replace("\\", "")


def test_annotations_end_where_the_lines_end(shop) -> None:
    project, _ = shop
    project.run("check", "--base", "main", "--format", "github", *NOW)
    assert "file=src/a.py,line=3,endLine=5," in project.out
    project.run("check", "--base", "main", "--format", "sarif", *NOW)
    (found,) = json.loads(project.out)["runs"][0]["results"]
    assert {"startLine": 3, "endLine": 5} == found["locations"][0]["physicalLocation"]["region"]


def test_without_a_condition_on_changes_git_is_not_asked(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", POLICY.replace("changed_line", "line").replace(", min_sample: 3", ""))
    project.run("check", "--base", "main", "--format", "json", *NOW)
    assert "base" not in json.loads(project.out)["subject"]


def test_few_changed_lines_are_a_small_sample(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", POLICY.replace("min_sample: 3", "min_sample: 20"))
    assert project.run("check", "--base", "main", *NOW) == 0
    assert "WARN    coverage.changed_line  40 % (2/5), at least 80 %" in project.out


def test_a_change_of_words_has_nothing_to_cover(shop) -> None:
    project, checkout = shop
    checkout.git("checkout", "--quiet", "main")
    checkout.write("README.md", "words\n")
    checkout.git("add", "README.md")
    assert project.run("check", "--base", "main", *NOW) == 0
    assert (
        "PASS    coverage.changed_line  nothing to cover: no changed line can be covered (at least 80 %)" in project.out
    )


def test_a_missing_report_is_no_data_though_nothing_changed(shop) -> None:
    project, checkout = shop
    (project.folder / "lcov.info").unlink()
    checkout.git("reset", "--quiet", "--hard", "main")
    assert project.run("check", "--base", "main", *NOW) == 3
    assert "no file matches lcov.info" in project.out


def test_an_unknown_base_is_no_data_and_says_what_there_is(shop) -> None:
    project, _ = shop
    assert project.run("check", "--base", "mian", *NOW) == 3
    assert "git knows no mian here (did you mean main?)" in project.out


def test_without_a_base_nothing_is_guessed(shop) -> None:
    project, _ = shop
    assert project.run("check", *NOW) == 3
    assert "name the branch that this one left, --base REF" in project.out


@pytest.mark.parametrize("variable", ["GITHUB_BASE_REF", "CHANGE_TARGET"])
def test_the_ci_says_what_the_base_is(shop, monkeypatch, variable) -> None:
    project, checkout = shop
    checkout.git("update-ref", "refs/remotes/origin/main", "main")
    monkeypatch.setenv(variable, "main")
    assert project.run("check", *NOW) == 1


def test_what_the_policy_does_not_call_code_does_not_count(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", POLICY.replace("gates:", "code: {exclude: src}\ngates:"))
    assert project.run("check", "--base", "main", *NOW) == 0
    assert "nothing to cover" in project.out
    project.write("qualitygate.yml", POLICY.replace("gates:", "code: {include: 'scr/**'}\ngates:"))
    assert project.run("check", "--base", "main", *NOW) == 3
    assert "no file of the checkout is code as the policy declares it: scr/**" in project.out


@pytest.mark.parametrize(
    ("path", "rule"),
    [("/build/7/src/a.py", ""), ("a.py", ""), ("build/7/src/a.py", ", strip: build/7"), ("x.py", ", prefix: src"),
     ("a.py", ", source: [lib, src]")],
)  # fmt: skip
def test_paths_from_elsewhere_are_brought_home(shop, path, rule) -> None:
    project, checkout = shop
    if path == "x.py":
        checkout.git("mv", "src/a.py", "src/x.py")
    project.write("qualitygate.yml", POLICY.replace("lcov.info", f"lcov.info{rule}"))
    project.write("lcov.info", lcov(path, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0))
    assert project.run("check", "--base", "main", *NOW) == 1
    assert "40 % (2/5)" in project.out


def test_reports_of_one_file_by_two_names_are_merged(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", POLICY.replace("lcov.info", "'*.info', strip: /app"))
    project.write("other.info", lcov("/app/src/a.py", 0, 0, 1, 1, 1))
    assert project.run("check", "--base", "main", *NOW) == 0


def test_measure_tells_of_changes_too(shop) -> None:
    project, _ = shop
    assert project.run("measure", "--base", "main", *NOW) == 0
    assert "coverage.uncovered_changed_lines [suite=cover]  3 uncovered changed lines" in project.out


def test_explain_tells_the_formula_and_what_went_in(shop) -> None:
    project, _ = shop
    assert project.run("explain", "coverage.changed_line", "--base", "main", *NOW) == 0
    assert "formula   changed lines that ran in any report / changed lines that could run" in project.out
    assert "compares  with the commit where the branch left --base" in project.out
    assert (
        "now: FAIL 40 % (2/5); cover 2 more changed lines; examined 1 file, 10 lines, 1 changed file, 5 changed"
        in project.out
    )
    assert "compared with base " in project.out
    assert "reports: lcov.info" in project.out
    assert "src/a.py:3: lines 3-5 not covered" in project.out


def test_explain_tells_what_is_taken_for_noise(project: Project) -> None:
    project.run("explain", "coverage.delta")
    assert "noise     0.2 pp beyond the bound still hold" in project.out


def test_the_lines_of_go_are_those_of_its_blocks(shop) -> None:
    project, checkout = shop
    checkout.write("cart/cart.go", numbered(*(f"line {number}" for number in range(1, 11))))
    checkout.git("add", "cart")
    project.write(
        "lcov.info", "mode: set\nshop.example/cart/cart.go:1.1,8.2 3 1\nshop.example/cart/cart.go:9.1,10.2 1 0\n"
    )
    assert project.run("check", "--base", "HEAD", *NOW) == 0
    assert "80 % (8/10)" in project.out


def test_the_size_of_the_code_is_counted_where_a_density_is_asked_for(shop, monkeypatch) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    from qualitygate import git, pipeline
    from qualitygate.measures.defects import DENSITY

    project, _ = shop
    config = pipeline.load_config(
        str(project.write("qualitygate.yml", POLICY.replace("gates:", "code: {include: src}\ngates:")))
    )
    seen = []
    monkeypatch.setattr(pipeline, "measure", lambda _policy, _evidence, context: seen.append(context.size) or ())
    (gate,) = config.policy.gates
    asked = replace(gate, conditions=tuple(replace(each, metric=DENSITY) for each in gate.conditions))
    for policy in (config.policy, replace(config.policy, gates=(asked,))):
        pipeline.check(replace(config, policy=policy), now=datetime(2026, 11, 22, tzinfo=UTC), base=("main",))
    monkeypatch.setattr(git, "files", lambda _folder: None)
    pipeline.check(replace(config, policy=policy), now=datetime(2026, 11, 22, tzinfo=UTC))
    assert [None, 10, 10] == seen

"""The example webshop: its README's commands say what the README says, and its reports are what its sources give."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from qualitygate.cli import main

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples/webshop"
README = (SHOP / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/example-webshop.md").read_text(encoding="utf-8")
RELEASES = ("1.4.0", "1.5.0")
SUITES = ("unit", "integration", "regression")
REPORTS = [SHOP / f"releases/{release}/reports/{suite}.xml" for release in RELEASES for suite in SUITES]

IN_1_4_0 = {
    ("defect-rate", "integration"): ("passed", "0/24"),
    ("defect-rate", "regression"): ("passed", "0/22"),
    ("defect-rate", "unit"): ("passed", "0/57"),
    ("no-regression", "regression"): ("passed", "0"),
    ("known-failures", "unit"): ("passed", "0"),
    ("nothing-switched-off", "integration"): ("passed", "0"),
    ("nothing-switched-off", "regression"): ("passed", "0"),
    ("nothing-switched-off", "unit"): ("passed", "0"),
    ("all-suites-there", "integration"): ("passed", "0"),
    ("all-suites-there", "regression"): ("passed", "0"),
    ("all-suites-there", "unit"): ("passed", "0"),
    ("all-reports-readable", None): ("passed", "0"),
    ("steady-tests", None): ("passed", "0"),
}
IN_1_5_0 = IN_1_4_0 | {
    ("defect-rate", "integration"): ("failed", "3/21"),
    ("defect-rate", "regression"): ("passed", "1/22"),
    ("defect-rate", "unit"): ("passed", "1/57"),
    ("no-regression", "regression"): ("failed", "1"),
    ("nothing-switched-off", "integration"): ("waived", "3"),
}
AFTER_THE_EXCEPTIONS = IN_1_5_0 | {
    ("known-failures", "unit"): ("failed", "1"),
    ("nothing-switched-off", "integration"): ("failed", "3"),
}


def commands() -> dict[str, list[str]]:
    """The arguments of each ``qualitygate`` command in the README, by the release it judges."""
    found = [shlex.split(line) for line in re.findall(r"^\$ qualitygate (.+)$", README, re.MULTILINE)]
    return {Path(arguments[arguments.index("--base-dir") + 1]).name: arguments for arguments in found}


def judge(arguments: list[str], folder: Path) -> tuple[int, dict[tuple[str, str | None], tuple[str, str]]]:
    """The exit code, and the outcome and numbers of each condition by its id and suite."""
    path = folder / "verdict.json"
    code = main([*arguments, "--output", f"json={path}"])
    (gate,) = json.loads(path.read_text(encoding="utf-8"))["gates"]
    return code, {(one["id"], one["labels"].get("suite")): (one["outcome"], numbers(one)) for one in gate["conditions"]}


def numbers(condition: dict[str, Any]) -> str:
    if condition["numerator"] is None:
        return str(condition["value"])
    assert Fraction(condition["value"]) == Fraction(condition["numerator"]) / Fraction(condition["denominator"])
    return f"{condition['numerator']}/{condition['denominator']}"


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_readme_judges_both_releases_in_order() -> None:
    assert list(commands()) == list(RELEASES)


def test_1_4_0_keeps_every_promise(tmp_path: Path) -> None:
    assert judge(commands()["1.4.0"], tmp_path) == (0, IN_1_4_0)


def test_1_5_0_breaks_the_ceiling_and_brings_an_old_bug_back(tmp_path: Path) -> None:
    assert judge(commands()["1.5.0"], tmp_path) == (1, IN_1_5_0)


@pytest.mark.parametrize(("release", "code", "outcomes"), [("1.4.0", 0, IN_1_4_0), ("1.5.0", 1, AFTER_THE_EXCEPTIONS)])
def test_in_years_the_answers_are_the_same_but_for_the_ended_exceptions(
    tmp_path: Path, release: str, code: int, outcomes: dict[tuple[str, str | None], tuple[str, str]]
) -> None:
    arguments = [*commands()[release], "--now", "2066-01-01T00:00:00Z"]
    assert judge(arguments, tmp_path) == (code, outcomes)


def test_the_terminal_names_what_failed_and_every_exception(capsys: pytest.CaptureFixture[str]) -> None:
    main(commands()["1.5.0"])
    said = capsys.readouterr().out
    for words in (
        "14.29 % (3/21)",
        "Contract 4.2",
        "SHOP-23 a voucher cannot keep shipping free",
        "waived by W-1 until 2027-02-28",
        "test_a_share_of_half_a_cent_is_rounded_up",
    ):
        assert words in said


@pytest.mark.parametrize("suite", SUITES)
def test_the_readme_tells_the_counts_that_the_reports_hold(suite: str) -> None:
    tests = IN_1_4_0["defect-rate", suite][1].partition("/")[2]
    assert re.search(rf"^\| {suite} \|.*\| {tests} \|$", README, re.MULTILINE)
    share = IN_1_5_0["defect-rate", suite][1]
    percent = re.escape(f"{ceil(Fraction(share) * 10_000) / 100:.2f} %")
    assert re.search(rf"\| {suite} {share}, {percent}", README)


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_report_tells_nothing_of_the_machine_it_was_made_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"hostname=|(?<![\w<])/(?:home|root|tmp|Users|usr|opt|var|work)/|[A-Z]:\\", text)


@pytest.mark.parametrize("release", RELEASES)
def test_the_unit_report_is_what_the_sources_of_the_release_give(tmp_path: Path, release: str) -> None:
    for name in ("shop", "unit", "web", "integration", "package.json"):
        source = SHOP / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    patch = SHOP / f"releases/{release}/changes.patch"
    if patch.exists():
        subprocess.run(["git", "apply", str(patch)], cwd=tmp_path, check=True)
    again = tmp_path / "unit.xml"
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", f"--junit-xml={again}", "unit"]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    assert outcomes_in(again) == outcomes_in(SHOP / f"releases/{release}/reports/unit.xml")


def outcomes_in(path: Path) -> Counter[tuple[str | None, str | None, tuple[str, ...]]]:
    cases = ET.parse(path).iter("testcase")
    return Counter((case.get("classname"), case.get("name"), tuple(child.tag for child in case)) for case in cases)


def test_every_suite_of_the_example_is_pinned() -> None:
    package = json.loads((SHOP / "package.json").read_text(encoding="utf-8"))
    versions = [*package["devDependencies"].values(), *(SHOP / "requirements.txt").read_text("utf-8").split()]
    assert [version for version in versions if not re.fullmatch(r"(?:\w+==)?\d+\.\d+\.\d+", version)] == []
    assert "resolved" not in (SHOP / "package-lock.json").read_text(encoding="utf-8")


def test_the_page_about_the_example_gives_the_commands_of_its_readme() -> None:
    command = re.compile(r"^\$ qualitygate .+$", re.MULTILINE)
    assert command.findall(PAGE) == command.findall(README)


def test_the_policy_on_the_page_that_extends_the_ready_one_passes_1_4_0(tmp_path: Path) -> None:
    (written,) = re.findall(r"^```yaml\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    path = tmp_path / "qualitygate.yml"
    path.write_text(written, encoding="utf-8")
    assert main(["check", "--config", str(path), "--base-dir", str(SHOP / "releases/1.4.0")]) == 0

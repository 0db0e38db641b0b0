"""The same changed lines and the same share of them as diff-cover, on repositories and reports made here.

Where the two differ on purpose is told in ``docs/changed-lines.md``, and tried below.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from fractions import Fraction

import pytest

from qualitygate import check, load_config
from qualitygate.model.measurement import Measurement
from qualitygate.model.verdict import Outcome
from tests.checkout import ALONE, Checkout, numbered
from tests.samples import NOW

pytest.importorskip("diff_cover", reason="diff-cover is not installed: the dependency group dev")

POLICY = """\
version: 1
evidence: {{cover: {{files: "cover/*"{more}}}}}
gates: {{pull-request: [{{metric: coverage.changed_line, at_least: 80%}}]}}
"""
Lines = dict[str, dict[int, int]]


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Checkout:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    made = Checkout(tmp_path / "shop")
    made.write(".gitignore", "cover/\nqualitygate.yml\n*.json\n")
    made.write("src/a.py", numbered(*(f"a{number}" for number in range(1, 31))))
    made.write("src/b.py", numbered(*(f"b{number}" for number in range(1, 11))))
    made.commit()
    made.branch()
    return made


def cobertura(lines: Lines, source: str = "") -> str:
    classes = "".join(
        f'<class name="c" filename="{path}" line-rate="0"><lines>'
        + "".join(f'<line number="{number}" hits="{hits}"/>' for number, hits in told.items())
        + "</lines></class>"
        for path, told in lines.items()
    )
    sources = f"<sources><source>{source}</source></sources>"
    return (
        f'<?xml version="1.0"?><coverage line-rate="0" timestamp="1" version="1">{sources}<packages>'
        f'<package name="p" line-rate="0"><classes>{classes}</classes></package></packages></coverage>'
    )


def lcov(lines: Lines) -> str:
    return "".join(
        f"TN:\nSF:{path}\n" + "".join(f"DA:{number},{hits}\n" for number, hits in told.items()) + "end_of_record\n"
        for path, told in lines.items()
    )


def jacoco(lines: Lines) -> str:
    files = "".join(
        f'<sourcefile name="{path}">'
        + "".join(f'<line nr="{number}" mi="{1 - hits}" ci="{hits}"/>' for number, hits in told.items())
        + "</sourcefile>"
        for path, told in lines.items()
    )
    return f'<report name="shop"><package name="">{files}</package></report>'


def ours(checkout: Checkout, more: str = "") -> tuple[Measurement, Outcome]:
    policy = checkout.write("qualitygate.yml", POLICY.format(more=more))
    verdict = check(load_config(str(policy)), now=NOW, base=("main",)).verdict
    (result,) = verdict.gates[0].conditions
    return result.measurement, result.outcome


def theirs(checkout: Checkout, *options: str) -> dict:
    """What diff-cover says of the reports, as data."""
    reports = sorted(str(path) for path in (checkout.folder / "cover").iterdir())
    command = [sys.executable, "-m", "diff_cover.diff_cover_tool", *reports, "--compare-branch=main", "--quiet"]
    subprocess.run(
        [*command, "--format=json:told.json", *options],
        cwd=checkout.folder, env={**os.environ, **ALONE}, check=True, capture_output=True,
    )  # fmt: skip
    return json.loads((checkout.folder / "told.json").read_text())


def shares(told: dict) -> tuple[int, int]:
    """Covered and all changed lines."""
    total = told["total_num_lines"]
    return total - told["total_num_violations"], total


def agree(checkout: Checkout, *options: str, more: str = "") -> None:
    found, _ = ours(checkout, more)
    assert found.value is not None, found.note
    assert shares(theirs(checkout, *options)) == (found.numerator, found.denominator)


def every_other(path: str, lines: int, start: int = 0) -> Lines:
    return {path: {number: (number + start) % 2 for number in range(1, lines + 1)}}


def replaced(checkout: Checkout, path: str, *numbers: int) -> None:
    lines = (checkout.folder / path).read_text().splitlines()
    for number in numbers:
        lines[number - 1] += " changed"
    checkout.write(path, numbered(*lines))


@pytest.mark.parametrize("form", [cobertura, lcov])
def test_edited_lines(checkout, form):
    replaced(checkout, "src/a.py", 1, 2, 3, 10, 11, 30)
    checkout.commit()
    checkout.write("cover/report.xml" if form is cobertura else "cover/report.lcov", form(every_other("src/a.py", 30)))
    agree(checkout)


def test_a_moved_file_with_edited_lines(checkout):
    checkout.git("mv", "src/a.py", "src/moved.py")
    replaced(checkout, "src/moved.py", 4, 5, 6)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("src/moved.py", 30)))
    agree(checkout)


def test_a_new_file(checkout):
    checkout.write("src/new.py", numbered("1", "2", "3"))
    checkout.commit()
    checkout.write("cover/c.xml", cobertura({"src/new.py": {1: 1, 3: 0}}))
    agree(checkout)


def test_deleted_lines_beside_edited_ones(checkout):
    lines = [f"a{number}" for number in range(1, 31)]
    checkout.write("src/a.py", numbered(*lines[:4], "new", *lines[9:20], *lines[25:]))
    checkout.git("rm", "--quiet", "src/b.py")
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("src/a.py", 21)))
    agree(checkout)


def test_a_merge_of_the_base(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    replaced(checkout, "src/a.py", 20, 21)
    replaced(checkout, "src/b.py", 1)
    checkout.commit()
    checkout.git("checkout", "--quiet", "feature")
    checkout.git("merge", "--quiet", "--no-edit", "main")
    checkout.write("cover/c.xml", cobertura({**every_other("src/a.py", 30), **every_other("src/b.py", 10)}))
    agree(checkout)


def test_a_base_that_went_on(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    replaced(checkout, "src/b.py", 1)
    checkout.commit()
    checkout.git("checkout", "--quiet", "feature")
    checkout.write("cover/c.xml", cobertura({**every_other("src/a.py", 30), **every_other("src/b.py", 10)}))
    agree(checkout)


def test_staged_and_unstaged_lines(checkout):
    replaced(checkout, "src/a.py", 2)
    checkout.git("add", "--all")
    replaced(checkout, "src/a.py", 2, 9)
    checkout.write("cover/c.xml", cobertura(every_other("src/a.py", 30)))
    agree(checkout)


def test_a_source_folder_in_the_report(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("a.py", 30), source=str(checkout.folder / "src")))
    agree(checkout)


def test_source_roots_that_only_the_policy_knows(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    checkout.commit()
    checkout.write("cover/c.xml", jacoco(every_other("a.py", 30)))
    agree(checkout, "--src-roots", "src", more=", source: src")


def test_several_reports_cover_what_any_covers(checkout):
    replaced(checkout, "src/a.py", *range(5, 25))
    checkout.commit()
    checkout.write("cover/1.xml", cobertura(every_other("src/a.py", 30)))
    checkout.write("cover/2.xml", cobertura({"src/a.py": {number: int(number % 3 == 0) for number in range(1, 31)}}))
    agree(checkout)


def test_one_file_measured_and_one_not(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    replaced(checkout, "src/b.py", 1)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("src/a.py", 30)))
    agree(checkout)


def test_names_with_blanks_and_letters_of_all_kinds(checkout):
    for name in ("src/with space.py", "src/größe.py", "src/数.py"):
        checkout.write(name, numbered("1", "2", "3"))
    checkout.commit()
    checkout.write(
        "cover/c.xml", cobertura({"src/with space.py": {1: 1, 2: 0}, "src/größe.py": {1: 0}, "src/数.py": {2: 1}})
    )
    agree(checkout)


@pytest.mark.parametrize("seed", range(8))
def test_random_edits(checkout, seed):
    chance = random.Random(seed)
    for path, length in (("src/a.py", 30), ("src/b.py", 10)):
        lines = (checkout.folder / path).read_text().splitlines()
        for edit in range(chance.randrange(1, 6)):
            at = chance.randrange(len(lines) + 1)
            lines[at : at + chance.randrange(4)] = [f"new {edit} {index}" for index in range(chance.randrange(4))]
        checkout.write(path, numbered(*lines, f"{path} ends after {length}"))
        if chance.random() < 0.5:
            checkout.commit()
    checkout.git("add", "--all")
    reports = {
        path: {number: chance.randrange(2) for number in range(1, 60) if chance.random() < 0.7}
        for path in ("src/a.py", "src/b.py")
    }
    checkout.write("cover/c.xml", cobertura(reports))
    agree(checkout)


# Where the two differ on purpose


def test_a_percentage_is_exact_and_not_cut(checkout):
    replaced(checkout, "src/a.py", 1, 2, 3)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura({"src/a.py": {1: 1, 2: 1, 3: 0}}))
    assert 66 == theirs(checkout)["total_percent_covered"]
    assert Fraction(2, 3) == ours(checkout)[0].value


def test_nothing_to_cover_is_no_hundred_percent(checkout):
    checkout.write("README.md", "words\n")
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("src/a.py", 30)))
    found, outcome = ours(checkout)
    assert 100 == theirs(checkout)["total_percent_covered"]
    assert (None, True, Outcome.PASSED) == (found.value, found.vacuous, outcome)


def test_a_line_that_one_of_two_reports_measured_and_that_did_not_run_is_not_covered(checkout):
    replaced(checkout, "src/a.py", 1, 2)
    checkout.commit()
    checkout.write("cover/1.xml", cobertura({"src/a.py": {1: 1}}))
    checkout.write("cover/2.xml", cobertura({"src/a.py": {1: 1, 2: 0}}))
    found, _ = ours(checkout)
    assert (2, 2) == shares(theirs(checkout))
    assert (1, 2) == (found.numerator, found.denominator)


def test_paths_that_match_nothing_are_no_pass(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("elsewhere/x.py", 30)))
    found, outcome = ours(checkout)
    assert 100 == theirs(checkout)["total_percent_covered"]
    assert (None, Outcome.NO_DATA) == (found.value, outcome)
    assert "changed src/a.py; reported elsewhere/x.py" in found.note


def test_paths_from_elsewhere_are_found_by_their_ends(checkout):
    replaced(checkout, "src/a.py", 2, 3)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("/app/src/a.py", 30)))
    assert (0, 0) == shares(theirs(checkout))
    assert Fraction(1, 2) == ours(checkout)[0].value


def test_other_line_ends_are_no_changed_lines(checkout):
    text = (checkout.folder / "src/a.py").read_text().replace("\n", "\r\n").replace("a2\r", "a2 changed\r")
    checkout.write("src/a.py", text)
    checkout.commit()
    checkout.write("cover/c.xml", cobertura(every_other("src/a.py", 30)))
    assert (15, 30) == shares(theirs(checkout))
    assert (0, 1) == (ours(checkout)[0].numerator, ours(checkout)[0].denominator)

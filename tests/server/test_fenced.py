"""Of evidence only what artifacts brought is looked at, whatever a policy or a report names."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from qualitygate import pipeline
from qualitygate.errors import CannotReadReport, CannotTellChanges, ConfigError
from qualitygate.model.code import Code
from qualitygate.server.fenced import fenced, refuse_outside
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.server.shop import Shop, packed

POLICY = """\
version: 1
name: spy
evidence: {{unit: {{files: "{files}"}}}}
gates: {{pull-request: [{{metric: tests.failed, at_most: 0}}]}}
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "webhook-secret"
    path.write_text("0123456789abcdef", encoding="utf-8")
    (tmp_path / "theirs.xml").write_text(junit(), encoding="utf-8")
    return path


def config(tmp_path: Path, files: str):
    path = tmp_path / "qualitygate.yml"
    path.write_text(POLICY.format(files=files), encoding="utf-8")
    return pipeline.load_config(str(path), base_dir=str(tmp_path / "evidence"))


@pytest.mark.parametrize("glob", ["{folder}/*", "{folder}/theirs.xml", "../*", "reports/../../*.xml"])
def test_a_policy_reads_nothing_of_the_server(github: GitHub, secret: Path, glob: str) -> None:
    shop = Shop(github, POLICY.format(files=glob.format(folder=secret.parent)))
    shop.tell(shop.run(shop.pull(), reports={"unit.xml": junit()}))
    assert "failure" == shop.check.conclusion
    told = f"{shop.check.title} {shop.check.summary} {shop.check.text}"
    assert "leads out of the folder that artifacts are laid out in" in told
    assert "0123456789abcdef" not in told
    assert "passed" not in shop.check.title


@pytest.mark.parametrize("glob", ["/etc/*", "../**/*.xml", "a/../../b.xml", "..\\\\x.xml"])
def test_a_glob_that_leads_out_is_refused_at_its_line(tmp_path: Path, glob: str) -> None:
    found = config(tmp_path, glob)
    with pytest.raises(ConfigError) as caught:
        refuse_outside(found)
    (problem,) = caught.value.problems
    assert ("outside", 3) == (problem.slug, problem.line)
    assert [] == list(fenced(found.base_dir).find(found.evidence[0], found.evidence[0].rules))


@pytest.mark.parametrize("glob", ["reports/*.xml", "**/*.xml", "a..b/*.xml"])
def test_what_lies_in_the_folder_may_be_named_in_any_way(tmp_path: Path, glob: str) -> None:
    refuse_outside(config(tmp_path, glob))


def test_a_link_leads_nowhere(tmp_path: Path, secret: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    os.symlink(secret, folder / "link.xml")
    (folder / "real.xml").write_text(junit(), encoding="utf-8")
    found = config(tmp_path, "*.xml")
    among = fenced(str(folder))
    assert ["real.xml"] == [each.name for each in among.find(found.evidence[0], found.evidence[0].rules)]
    assert (False, True) == (among.exists("link.xml"), among.exists("real.xml"))


def test_a_report_that_names_files_of_the_server_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    with sqlite3.connect(folder / "coverage.xml") as database:
        database.execute("create table coverage_schema (version integer)")
    found = config(tmp_path, "*.xml")
    (source,) = fenced(str(folder)).find(found.evidence[0], found.evidence[0].rules)
    with pytest.raises(CannotReadReport, match="needs the sources it measured"):
        source.open()


DOCUMENTS = """\
version: 1
name: spy
evidence:
  unit: {files: "**/unit.xml"}
  documents: {files: "**/documents.yml"}
gates: {pull-request: [{metric: documents.completeness, at_least: 100%}, {metric: coverage.changed_line, at_least: 1%}]}
"""
REGISTER = "documents:\n  - {id: D-1, path: README.md}\n"


@pytest.mark.parametrize("name", [".git", ".GIT", "reports"])
def test_no_artifact_is_a_checkout_whose_settings_name_a_program(github: GitHub, tmp_path: Path, name: str) -> None:
    """Git runs `core.fsmonitor` of the repository that it is asked about."""
    trap = tmp_path / "trapped"
    settings = f'[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "touch {trap}; false"\n'
    git = {"config": settings, "HEAD": "ref: refs/heads/main\n", "objects/x": "", "refs/heads/x": ""}
    if name == "reports":
        git = {f".git/{path}": text for path, text in git.items()}
    shop = Shop(github, DOCUMENTS)
    run = shop.run(shop.pull())
    shop.shop.artifact(
        run, "docs", packed({"documents.yml": REGISTER, "README.md": "# Read me\n", "unit.xml": junit()})
    )
    shop.shop.artifact(run, name, packed(git))
    shop.tell(run)
    assert "failure" == shop.check.conclusion
    assert "a name that leads astray" in shop.check.summary.replace("\\", "")
    assert not trap.exists()


def test_a_folder_of_evidence_is_no_checkout_whatever_lies_in_it(github: GitHub) -> None:
    shop = Shop(github, DOCUMENTS)
    run = shop.run(shop.pull())
    shop.shop.artifact(
        run, "docs", packed({"documents.yml": REGISTER, "README.md": "# Read me\n", "unit.xml": junit()})
    )
    shop.tell(run)
    assert "NO DATA" in shop.check.title
    told = shop.check.text.replace("\\", "")
    assert "nothing is checked out here to look for them in" in told
    assert "nothing is checked out here" in told


def test_of_a_folder_that_strangers_filled_git_tells_nothing(tmp_path: Path) -> None:
    among = fenced(str(tmp_path))
    (tmp_path / "a.py").write_text("x = 1\n" * 1_000)
    assert 0 == among.size(Code(include=("**",)))
    assert {} == among.approvals("waivers.yml", ["W-1"], [])
    with pytest.raises(CannotTellChanges):
        among.changes(["main"])
    with pytest.raises(CannotReadReport):
        among.tree()

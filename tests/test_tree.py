"""Policies as they are at a commit, whatever lies in the work tree."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from qualitygate.config.inheritance import SIZE_CAP
from qualitygate.errors import ConfigError
from qualitygate.pipeline import load_config
from qualitygate.tree import at
from tests.checkout import Checkout

BASE = "version: 1\nname: base\ngates:\n  g: [{id: x, metric: tests.failed, at_most: 0, locked: true}]\n"
POLICY = "version: 1\nextends: policy/base.yml\nevidence: {unit: {files: unit.xml}}\n"
LOOSE = (
    "version: 1\nname: loose\nevidence: {unit: {files: unit.xml}}\ngates:\n  g: [{metric: tests.failed, at_most: 99}]\n"
)
WAIVERS = """\
- {id: W-1, gate: g, metric: tests.failed, reason: "it is repaired on Friday", requested_by: ann, approved_by: bo,
   created: 2026-11-01, expires: 2026-12-01}
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Checkout:
    """A main branch with a policy in two files and a register, and a branch that has loosened all it can."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    made = Checkout(tmp_path / "shop")
    made.write("qualitygate.yml", POLICY)
    made.write("policy/base.yml", BASE)
    made.write("quality/waivers.yml", WAIVERS)
    made.commit()
    made.branch()
    made.write("qualitygate.yml", LOOSE)
    shutil.rmtree(made.folder / "policy")
    made.write("quality/waivers.yml", WAIVERS.replace("W-1", "W-2"))
    made.commit()
    monkeypatch.chdir(made.folder)
    return made


def refused(path: str | None = None, ref: str = "main", **options: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, ref=ref, **options)
    (problem,) = caught.value.problems
    return problem.slug, str(problem)


def test_the_policy_what_it_extends_and_its_registers_are_those_of_the_commit(checkout):
    config = load_config(None, ref="main")
    assert [("g", "x")] == [(gate.name, each.id) for gate in config.policy.gates for each in gate.conditions]
    assert ["W-1"] == [waiver.id for waiver in config.policy.waivers]
    assert str(checkout.folder) == config.base_dir
    assert ["W-2"] == [waiver.id for waiver in load_config("qualitygate.yml").policy.waivers]


def test_name_and_digest_are_what_a_checkout_of_the_commit_has(checkout):
    read = load_config(None, ref="main").policy
    checkout.git("checkout", "--quiet", "main")
    assert load_config("qualitygate.yml").policy == read


def test_the_work_tree_is_not_touched(checkout):
    load_config(None, ref="main")
    assert "" == checkout.git("status", "--porcelain")


@pytest.mark.parametrize("ref", ["main", "HEAD~1", "v1", "refs/heads/main"])
def test_branches_tags_and_commits_are_refs(checkout, ref):
    checkout.git("tag", "v1", "main")
    assert "x" == load_config(None, ref=ref).policy.gates[0].conditions[0].id
    assert "x" == load_config(None, ref=checkout.git("rev-parse", "main")).policy.gates[0].conditions[0].id


def test_a_policy_below_the_root_is_found_from_where_one_stands(checkout, monkeypatch):
    for name in ("qualitygate.yml", "quality/waivers.yml", "policy/base.yml"):
        checkout.write(f"shop/web/{name}", {"qualitygate.yml": POLICY, "policy/base.yml": BASE}.get(name, WAIVERS))
    checkout.commit()
    shutil.rmtree(checkout.folder / "shop/web/policy")
    monkeypatch.chdir(checkout.folder / "shop/web")
    config = load_config(None, ref="HEAD")
    assert ("shop/web", ["W-1"]) == (
        os.path.relpath(config.base_dir, checkout.folder).replace(os.sep, "/"),
        [waiver.id for waiver in config.policy.waivers],
    )
    monkeypatch.chdir(checkout.folder.parent)
    shutil.rmtree(checkout.folder / "shop")
    assert config.policy == load_config("shop/shop/web/qualitygate.yml", ref="HEAD").policy


def test_a_policy_that_only_the_commit_has_under_github_is_found(checkout):
    checkout.git("checkout", "--quiet", "main")
    checkout.git("mv", "qualitygate.yml", "qualitygate.old")
    checkout.write(".github/qualitygate.yml", POLICY.replace("policy/", "../policy/"))
    checkout.commit()
    checkout.git("checkout", "--quiet", "feature")
    config = load_config(None, ref="main")
    assert (str(checkout.folder), "qualitygate.yml") == (config.base_dir, config.policy.name)


def test_a_checkout_can_be_reached_by_a_link(checkout, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(checkout.folder)
    monkeypatch.chdir(tmp_path)
    assert "x" == load_config("link/qualitygate.yml", ref="main").policy.gates[0].conditions[0].id


@pytest.mark.parametrize("kind", ["the root", "another folder", "another checkout"])
def test_a_folder_that_became_a_link_in_the_work_tree_is_not_followed(checkout, tmp_path, kind):
    checkout.git("checkout", "--quiet", "main")
    checkout.write("policy/gate.yml", LOOSE.replace("name: loose", "name: strict"))
    checkout.write("gate.yml", LOOSE)
    checkout.write("other/gate.yml", LOOSE)
    checkout.commit()
    shutil.rmtree(checkout.folder / "policy")
    elsewhere = Checkout(tmp_path / "elsewhere")
    elsewhere.write("gate.yml", LOOSE)
    elsewhere.write("policy/gate.yml", LOOSE)
    elsewhere.commit()
    target = {"the root": ".", "another folder": "other", "another checkout": str(elsewhere.folder)}[kind]
    (checkout.folder / "policy").symlink_to(target)
    assert "strict" == load_config("policy/gate.yml", ref="main").policy.name
    assert "strict" == load_config(str(checkout.folder / "policy/gate.yml"), ref="main").policy.name
    (tmp_path / "link").symlink_to(checkout.folder)
    assert "strict" == load_config(str(tmp_path / "link/policy/gate.yml"), ref="main").policy.name


def test_problems_name_the_ref_the_file_and_the_place(checkout):
    checkout.write("qualitygate.yml", LOOSE.replace("unit.xml}", "unit.xml, reda: junit}"))
    checkout.commit()
    assert ("unknown-key", True) == (
        refused(ref="HEAD")[0],
        refused(ref="HEAD")[1].startswith("HEAD:qualitygate.yml:3:36: "),
    )


def test_problems_of_what_is_extended_name_its_file(checkout):
    checkout.write("qualitygate.yml", POLICY)
    checkout.write("policy/base.yml", BASE.replace("at_most: 0", "at_most: 5%"))
    checkout.commit()
    assert refused(ref="HEAD")[1].startswith("HEAD:policy/base.yml:4:46: ")


def test_an_unknown_ref_comes_with_the_one_that_was_meant_and_the_way_to_fetch_it(checkout):
    slug, told = refused(ref="origin/mian")
    assert "unknown-ref" == slug
    assert "git fetch --depth=1 origin mian:refs/remotes/origin/mian" in told
    assert "did you mean main?" in refused(ref="mian")[1]


@pytest.mark.parametrize(
    "ref", ["", "-h", "--output=x", "main\n", "^main", "main..HEAD", "HEAD:qualitygate.yml", ":/step/"]
)
def test_what_is_no_commit_is_no_ref(checkout, ref):
    assert "unknown-ref" == refused(ref=ref)[0]


def test_a_shallow_clone_says_how_to_fetch(checkout, tmp_path, monkeypatch):
    source = f"file://{checkout.folder}"
    checkout.git("clone", "--quiet", "--depth=1", "--branch=feature", source, str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    told = refused(ref="origin/main")[1]
    assert "the clone is shallow; git fetch --depth=1 origin main:refs/remotes/origin/main gets it" in told
    way_out = told.partition("shallow; ")[2].partition(" gets it")[0]
    subprocess.run(way_out.split(), check=True, capture_output=True)
    assert "x" == load_config(None, ref="origin/main").policy.gates[0].conditions[0].id


def test_outside_a_checkout_there_is_no_ref(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    assert "is in no checkout of git" in refused()[1]


def test_without_git_there_is_no_ref(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "git cannot be run" in refused()[1]


def test_git_that_goes_away_is_told_and_no_file_is_taken_for_missing(checkout, monkeypatch):
    files = at(".", "main")
    monkeypatch.setenv("PATH", "")
    assert files.has("quality/waivers.yml")
    with pytest.raises(OSError, match="git cannot be run"):
        files.read("quality/waivers.yml", 1)


def test_no_policy_at_the_ref_is_told_so(checkout):
    checkout.git("rm", "--quiet", "qualitygate.yml")
    checkout.commit()
    checkout.write("qualitygate.yml", LOOSE)
    slug, told = refused(ref="HEAD")
    assert "no-config" == slug
    assert f"there is no qualitygate.yml in HEAD:{checkout.folder}" in told
    assert ("no-config", True) == (
        refused("qualitygate.yml", "HEAD")[0],
        "no policy HEAD:qualitygate.yml" in refused("qualitygate.yml", "HEAD")[1],
    )


def test_a_link_at_the_commit_is_refused_wherever_it_leads(checkout):
    (checkout.folder / "qualitygate.yml").unlink()
    (checkout.folder / "qualitygate.yml").symlink_to("/etc/passwd")
    checkout.commit()
    assert "HEAD:qualitygate.yml: cannot be read: it is a link there" in refused(ref="HEAD")[1]


@pytest.mark.parametrize("kind", ["policy", "register"])
def test_a_link_on_the_way_is_refused(checkout, kind):
    checkout.write("elsewhere/base.yml", BASE)
    checkout.write("qualitygate.yml", POLICY if kind == "policy" else LOOSE)
    folder = "policy" if kind == "policy" else "quality"
    shutil.rmtree(checkout.folder / folder, ignore_errors=True)
    (checkout.folder / folder).symlink_to("elsewhere")
    checkout.commit()
    assert f"{folder} is a link there" in refused(ref="HEAD")[1]


def test_a_submodule_is_refused(checkout):
    head = checkout.git("rev-parse", "HEAD")
    checkout.write("qualitygate.yml", POLICY)
    checkout.git("update-index", "--add", "--cacheinfo", f"160000,{head},policy")
    checkout.git("add", "qualitygate.yml")
    checkout.git("commit", "--quiet", "-m", "a step")
    assert "policy is in a submodule there" in refused(ref="HEAD")[1]


def test_a_folder_is_no_policy(checkout):
    assert "cannot be read: it is a folder there" in refused("quality")[1]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", '"a\\0b"', "policy/gone.yml"])
def test_what_is_not_in_the_commit_cannot_be_extended(checkout, name):
    checkout.write("qualitygate.yml", f"version: 1\nextends: {name}\n")
    checkout.commit()
    slug, told = refused(ref="HEAD")
    assert ("extends", True) == (slug, "beside this one in HEAD" in told)


def test_a_declared_register_outside_the_checkout_is_refused(checkout, tmp_path):
    checkout.write("qualitygate.yml", LOOSE.replace("name: loose", "waivers: ../w.yml"))
    checkout.commit()
    (tmp_path / "w.yml").write_text(WAIVERS)
    assert "is not in the checkout, so it is not in HEAD" in refused(ref="HEAD")[1]


def test_a_folder_of_evidence_outside_the_checkout_has_no_registers(checkout, tmp_path):
    (tmp_path / "artifacts/quality").mkdir(parents=True)
    (tmp_path / "artifacts/quality/waivers.yml").write_text(WAIVERS)
    config = load_config(None, ref="main", base_dir=str(tmp_path / "artifacts"))
    assert (str(tmp_path / "artifacts"), ()) == (config.base_dir, config.policy.waivers)


def test_what_ships_with_qualitygate_can_be_extended(checkout):
    checkout.write("qualitygate.yml", "version: 1\nextends: builtin:release\n")
    checkout.commit()
    assert load_config(None, ref="HEAD").policy == load_config("qualitygate.yml").policy


def test_a_circle_is_an_error(checkout):
    checkout.write("qualitygate.yml", "version: 1\nextends: ./quality/../qualitygate.yml\n")
    checkout.commit()
    assert "extends itself" in refused(ref="HEAD")[1]


def test_a_file_that_is_too_large_is_refused(checkout):
    checkout.write("qualitygate.yml", LOOSE + "#" * SIZE_CAP)
    checkout.commit()
    assert ("too-large", True) == (
        refused(ref="HEAD")[0],
        "HEAD:qualitygate.yml: is larger than 8 MB" in refused(ref="HEAD")[1],
    )


def test_an_object_that_git_has_lost_is_told(checkout):
    blob = checkout.git("rev-parse", "main:policy/base.yml")
    (checkout.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert "main:policy/base.yml: cannot be read: git cannot tell what is in it" in refused()[1]


@pytest.mark.parametrize("name", ["-x.yml", "a b'\"ü.yml", ":(top)x.yml", "*.yml", "line\nend.yml"])
def test_odd_names_are_names(checkout, name):
    checkout.write(name, LOOSE)
    checkout.commit()
    os.unlink(name)
    assert "loose" == load_config(name, ref="HEAD").policy.name

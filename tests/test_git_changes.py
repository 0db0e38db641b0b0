"""What a branch changed, as git tells it, whatever the names, the contents and the user's configuration."""

from __future__ import annotations

import os
import random
import subprocess
from datetime import UTC, datetime
from difflib import SequenceMatcher

import pytest

from qualitygate.errors import CannotTellChanges
from qualitygate.git import changes, default_base, files
from qualitygate.model.changes import runs
from tests.checkout import IDENTITY, Checkout, numbered

TEN = [f"line {number}" for number in range(1, 11)]


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Checkout:
    """A checkout whose main branch has ten lines in ``a.py``, and a branch off it."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    made = Checkout(tmp_path / "shop")
    made.write("a.py", numbered(*TEN))
    made.commit()
    made.branch()
    return made


def changed(checkout: Checkout, ref: str = "main") -> dict[str, list[tuple[int, int]]]:
    return {path: runs(mask) for path, mask in changes(str(checkout.folder), (ref,)).lines.items()}


def edited(**lines: str) -> str:
    """The ten lines, some of them replaced: ``_3="x"``."""
    told = {int(number[1:]): text for number, text in lines.items()}
    return numbered(*(told.get(number, text) for number, text in enumerate(TEN, 1)))


def test_nothing_changed_is_nothing(checkout):
    assert {} == changed(checkout)


def test_committed_staged_and_unstaged_lines_count_and_untracked_files_do_not(checkout):
    checkout.write("a.py", edited(_2="committed"))
    checkout.commit()
    checkout.write("a.py", edited(_2="committed", _5="staged"))
    checkout.git("add", "a.py")
    checkout.write("a.py", edited(_2="committed", _5="staged", _8="unstaged"))
    checkout.write("new.py", "x\n")
    assert {"a.py": [(2, 2), (5, 5), (8, 8)]} == changed(checkout)


def test_the_base_is_where_the_branch_left_and_not_what_came_after(checkout):
    base = checkout.git("rev-parse", "main")
    checkout.git("checkout", "--quiet", "main")
    checkout.write("a.py", edited(_9="later, by others"))
    checkout.commit()
    checkout.git("checkout", "--quiet", "feature")
    checkout.write("a.py", edited(_1="mine"))
    checkout.commit()
    found = changes(str(checkout.folder), ("main",))
    assert (base, "main", datetime(2026, 11, 20, 9, tzinfo=UTC)) == (found.base, found.ref, found.base_at)
    assert {"a.py": [(1, 1)]} == changed(checkout)


def test_a_merge_of_the_base_is_not_a_change(checkout):
    checkout.write("a.py", edited(_1="mine"))
    checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    checkout.write("a.py", edited(_9="theirs"))
    checkout.commit()
    checkout.git("checkout", "--quiet", "feature")
    checkout.git("merge", "--quiet", "--no-edit", "main")
    assert {"a.py": [(1, 1)]} == changed(checkout)


def test_a_new_file_is_all_new_and_a_deleted_one_is_not_there(checkout):
    checkout.git("rm", "--quiet", "a.py")
    checkout.commit(b="1\n2")
    assert {"b.py": [(1, 2)]} == changed(checkout)


def test_deleted_lines_leave_nothing(checkout):
    checkout.write("a.py", numbered(*TEN[:4], *TEN[6:]))
    checkout.commit()
    assert {"a.py": []} == changed(checkout)


def test_a_move_is_followed_and_has_its_edited_lines_only(checkout):
    checkout.git("mv", "a.py", "b.py")
    assert {"b.py": []} == changed(checkout)
    checkout.write("b.py", edited(_4="other"))
    assert {"b.py": [(4, 4)]} == changed(checkout)


def test_modes_empty_files_links_and_submodules_have_no_lines(checkout):
    (checkout.folder / "a.py").chmod(0o755)
    checkout.write("empty.py", "")
    (checkout.folder / "link.py").symlink_to("a.py")
    inner = Checkout(checkout.folder / "inner")
    inner.commit(x="1\n")
    checkout.commit()
    assert {"a.py": [], "empty.py": []} == changed(checkout)


def test_a_file_that_becomes_a_link_is_gone_and_a_link_that_becomes_a_file_is_new(checkout):
    (checkout.folder / "link.py").symlink_to("a.py")
    checkout.commit()
    checkout.git("branch", "--force", "main")
    (checkout.folder / "link.py").unlink()
    checkout.write("link.py", "1\n2\n")
    (checkout.folder / "a.py").unlink()
    (checkout.folder / "a.py").symlink_to("link.py")
    assert {"link.py": [(1, 2)]} == changed(checkout)


def test_a_line_that_only_lost_its_end_is_the_same_line(checkout):
    checkout.write("a.py", numbered(*TEN).rstrip("\n"))
    assert {"a.py": []} == changed(checkout)
    checkout.write("a.py", edited(_10="other").rstrip("\n"))
    assert {"a.py": [(10, 10)]} == changed(checkout)


def test_binary_files_have_no_lines_unless_they_are_called_like_code(checkout):
    checkout.write("logo.png", b"\x89PNG\0\n\n\n")
    checkout.write("hidden.py", b"x = 1  # \0\n")
    checkout.commit()
    assert {"logo.png": [], "hidden.py": [(1, 1)]} == changed(checkout)


def test_attributes_cannot_hide_lines(checkout):
    checkout.write(".gitattributes", "*.py -diff\n")
    checkout.write("a.py", edited(_2="hidden"))
    checkout.commit()
    assert [(2, 2)] == changed(checkout)["a.py"]


@pytest.mark.parametrize(
    "name",
    ["with space.py", 'qu"ote.py', "tab\there.py", "line\nend.py", "größe.py", "数.py", "back\\slash.py", " b.py",
     "a b/c and b.py", "b/b/x.py", "-x.py", "\x01.py", "+++ b.py", "trailing .py"],
)  # fmt: skip
def test_any_name_is_told_rightly(checkout, name):
    checkout.write(name, "1\n")
    checkout.git("add", "--all")
    assert {name: [(1, 1)]} == changed(checkout)
    found = changes(str(checkout.folder), ("main",))
    assert {"a.py", name} == found.tracked


def test_lines_that_look_like_a_diff_are_lines(checkout):
    told = numbered(
        "--- a/x.py", "+++ b/x.py", "@@ -1,9 +1,9 @@", "diff --git a/y b/y", ":100644 100644 a b M\tz.py", "\\ No"
    )
    checkout.write("a.py", told + numbered(*TEN))
    checkout.write("b.py", told)
    checkout.commit()
    checkout.write("a.py", numbered("--- a/x.py", "new", *TEN))
    assert {"a.py": [(1, 2)], "b.py": [(1, 6)]} == changed(checkout)


@pytest.mark.parametrize(
    "setting",
    ["diff.noprefix=true", "diff.mnemonicPrefix=true", "core.quotePath=false", "diff.algorithm=patience",
     "diff.renames=false", "diff.interHunkContext=9", "diff.context=7", "color.ui=always", "diff.relative=true",
     "diff.external=false", "diff.orderFile=none", "diff.suppressBlankEmpty=true", "diff.submodule=log",
     "core.autocrlf=true", "core.autocrlf=input", "core.safecrlf=true", "diff.indentHeuristic=false",
     "diff.ignoreSubmodules=none", "diff.wsErrorHighlight=all", "diff.colorMoved=zebra", "core.pager=false",
     "diff.srcPrefix=x", "status.relativePaths=false"],
)  # fmt: skip
def test_no_setting_of_the_user_changes_what_is_told(checkout, setting):
    checkout.write("größe .py", "1\n2\n")
    checkout.commit()
    checkout.git("mv", "a.py", "moved.py")
    checkout.write("moved.py", edited(_2="two", _5="five"))
    before = changed(checkout)
    checkout.git("config", *setting.split("=", 1))
    assert {"größe .py": [(1, 2)], "moved.py": [(2, 2), (5, 5)]} == before == changed(checkout)


def test_no_variable_of_the_user_changes_what_is_told(checkout, monkeypatch):
    checkout.write("a.py", edited(_2="two", _5="five"))
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u9")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert {"a.py": [(2, 2), (5, 5)]} == changed(checkout)


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_other_line_ends_are_no_change(checkout, setting):
    checkout.git("config", "core.autocrlf", setting)
    checkout.write("a.py", edited(_3="three").replace("\n", "\r\n"))
    assert {"a.py": [(3, 3)]} == changed(checkout)


def test_a_folder_below_the_root_is_told_from_the_root(checkout):
    checkout.write("below/b.py", "1\n")
    checkout.git("add", "--all")
    found = changes(str(checkout.folder / "below"), ("main",))
    assert ({"below/b.py": 2}, "below") == (found.lines, found.folder)
    assert {"a.py", "below/b.py"} == found.tracked


def test_the_root_is_known_by_the_name_that_a_link_gives_it(checkout, tmp_path):
    (tmp_path / "link").symlink_to(checkout.folder)
    checkout.write("below/b.py", "1\n")
    found = changes(str(tmp_path / "link" / "below"), ("main",))
    assert {str(checkout.folder), str(tmp_path / "link")} == set(found.roots)


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_are_those_that_difflib_finds(checkout, seed):
    chance = random.Random(seed)
    before = [f"was {seed} {number}" for number in range(chance.randrange(80))]
    checkout.commit(r=numbered(*before))
    checkout.git("branch", "--force", "main")
    after = list(before)
    for edit in range(chance.randrange(1, 12)):
        at = chance.randrange(len(after) + 1)
        after[at : at + chance.randrange(4)] = [f"new {edit} {number}" for number in range(chance.randrange(4))]
    ends = "\n" if chance.random() < 0.5 else ""
    checkout.write("r.py", "\n".join(after) + ends if after else "")
    expected = 0
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for kind, _, _, first, last in steps:
        expected |= 0 if kind == "equal" else sum(1 << number for number in range(first + 1, last + 1))
    assert expected == changes(str(checkout.folder), ("main",)).lines.get("r.py", 0)


# What cannot be told


def refusal(checkout: Checkout, *refs: str) -> str:
    with pytest.raises(CannotTellChanges) as raised:
        changes(str(checkout.folder), refs)
    return str(raised.value)


def test_a_folder_without_git_has_no_changes(tmp_path):
    with pytest.raises(CannotTellChanges, match="is in no checkout of git"):
        changes(str(tmp_path), ("main",))
    assert files(str(tmp_path)) is None


def test_without_git_nothing_can_be_told(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "git cannot be run: No such file or directory" == refusal(checkout, "main")
    assert files(str(checkout.folder)) is None


def test_an_unknown_branch_is_told_with_those_there_are(checkout):
    assert "git knows no mian here (did you mean main?)" in refusal(checkout, "mian")
    assert "git knows no 1.4 and no zzz here (there are feature, main)" in refusal(checkout, "1.4", "zzz")
    assert "fetch-depth: 0" in refusal(checkout, "mian")


def test_the_first_branch_that_git_knows_counts(checkout):
    assert "main" == changes(str(checkout.folder), ("origin/main", "main", "feature")).ref


@pytest.mark.parametrize(
    "ref", ["--output=pwned", "-h", "--all", "", "a\nb", "main..feature", ":/a", "main:a.py", "@{999}"]
)
def test_what_is_no_branch_is_none(checkout, ref):
    assert "git knows no" in refusal(checkout, ref)
    assert not (checkout.folder / "pwned").exists()


def test_without_a_word_it_is_the_default_branch_of_the_remote(checkout, tmp_path):
    assert "name the branch that this one left, --base REF" in refusal(checkout)
    checkout.git("checkout", "--quiet", "main")
    subprocess.run(["git", "clone", "--quiet", checkout.folder, tmp_path / "clone"], check=True, capture_output=True)
    assert "origin/main" == changes(str(tmp_path / "clone")).ref


def test_a_clone_that_is_too_shallow_says_how_to_deepen_it(checkout, tmp_path):
    for number in range(3):
        checkout.write("a.py", edited(_1=f"step {number}"))
        checkout.commit()
    clone = Checkout(tmp_path / "clone")
    clone.git("remote", "add", "origin", f"file://{checkout.folder}")
    clone.git("fetch", "--quiet", "--depth=1", "origin", "feature", "main:main2")
    clone.git("checkout", "--quiet", "FETCH_HEAD")
    told = refusal(clone, "main2")
    assert "the clone is too shallow" in told
    assert "git fetch --unshallow" in told


def test_branches_without_a_common_commit_cannot_be_compared(checkout):
    checkout.git("checkout", "--quiet", "--orphan", "island")
    checkout.commit(b="1\n")
    assert "what is checked out and main have no commit in common" == refusal(checkout, "main")


def test_the_marks_of_a_conflict_are_lines(checkout):
    checkout.write("a.py", edited(_1="mine"))
    checkout.commit()
    checkout.git("checkout", "--quiet", "main")
    checkout.git("commit", "--quiet", "--allow-empty", "-m", "later")
    checkout.write("a.py", edited(_1="theirs"))
    checkout.commit()
    subprocess.run(["git", *IDENTITY, "merge", "feature"], cwd=checkout.folder, capture_output=True, check=False)
    assert {"a.py": [(1, 1), (3, 5)]} == changed(checkout)


def test_what_git_cannot_compare_is_told_in_its_words(checkout):
    checkout.write("a.py", edited(_1="mine"))
    checkout.commit()
    blob = checkout.git("rev-parse", "main:a.py")
    (checkout.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert "git could not compare: " in refusal(checkout, "main")


# What the CI says


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ()),
        ({"GITHUB_BASE_REF": ""}, ()),
        ({"GITHUB_BASE_REF": "main"}, ("origin/main",)),
        (
            {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "1a2b"},
            ("origin/main", "1a2b"),
        ),
        ({"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/release/1.4"}, ("origin/release/1.4",)),
        ({"BITBUCKET_PR_DESTINATION_BRANCH": "main"}, ("origin/main",)),
        ({"CHANGE_TARGET": "main"}, ("origin/main",)),
        ({"GITHUB_BASE_REF": "--output=x"}, ("origin/--output=x",)),
    ],
)
def test_each_ci_says_what_a_change_is_merged_into(environ, expected):
    assert expected == default_base(environ)

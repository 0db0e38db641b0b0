"""Four eyes: what a history of git proves about who approved a waiver, and what it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qualitygate.model.people import Person
from qualitygate.waivers.approvals import approvals
from qualitygate.waivers.foureyes import FourEyes, Seen
from tests.waivers.conftest import HUB, REGISTER, Repository, record


def eyes(repository: Repository, *people: Person, waiver: str = "W-1") -> FourEyes:
    return approvals(repository.register, [waiver], people)[waiver]


def told(repository: Repository, *people: Person, waiver: str = "W-1") -> tuple[Seen, str]:
    found = eyes(repository, *people, waiver=waiver)
    return found.seen, found.how


BOTH, ONE, NOT_TOLD = Seen.BOTH, Seen.ONE, Seen.NOT_TOLD


def test_what_one_person_wrote_and_nobody_touched_is_not_approved(repository: Repository) -> None:
    commit = repository.commit(record(), "Ann")
    found = eyes(repository)
    assert (ONE, "", commit) == (found.seen, found.how, found.commit)
    assert (
        found.why
        == f"Ann wrote it as it stands in {commit[:10]} on 2026-11-20, and no commit since shows that bo approves"
    )


def test_a_commit_of_the_approver_that_changes_nothing_else_approves(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    commit = repository.commit(record(), "Bo")
    found = eyes(repository)
    assert (BOTH, "commit", commit) == (found.seen, found.how, found.commit)
    assert found.why == f"bo approved it by a commit that changes nothing else of it, in {commit[:10]}"


def test_an_approver_who_changes_the_terms_has_decided_alone(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(expires="2027-12-01"), "Bo")
    assert (ONE, "") == told(repository)


def test_an_approver_who_wrote_it_has_decided_alone(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Bo")
    commit = repository.commit(record(), "Bo")
    assert (ONE, "") == told(repository)
    assert eyes(repository).why == f"bo wrote it and approved it, both in {commit[:10]} on 2026-11-20: one pair of eyes"


def test_whoever_changes_it_later_needs_another_approval(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    repository.commit(record(expires="2026-12-31"), "Ann")
    assert (ONE, "") == told(repository)


def test_an_approval_cannot_be_taken_over_from_the_record_before(repository: Repository) -> None:
    """By its lines, the new record would have the approver's own ``approved_by``: blame would take it for approved."""
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    repository.commit(record(id="W-2", reason="Something else that nobody has looked at."), "Ann")
    assert (ONE, "") == told(repository, waiver="W-2")


def test_other_records_comments_and_the_form_may_change(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    repository.commit(
        "# exceptions\n"
        + record(id="W-0")
        + "\n"
        + record(reason='"The customer agreed to ship with it until December."'),
        "Cy",
    )
    assert (BOTH, "commit") == told(repository)


def test_what_is_not_committed_is_not_approved(repository: Repository) -> None:
    repository.write(REGISTER, record())
    assert "it is not committed as it stands here, so nobody has approved it" == eyes(repository).why
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    repository.write(REGISTER, record(expires="2026-12-31"))
    assert (ONE, "") == told(repository)


def test_a_commit_of_the_approver_with_the_work_of_another_approves(repository: Repository) -> None:
    repository.commit(record(), "Ann", committer="Bo")
    assert (BOTH, "committer") == told(repository)


@pytest.mark.parametrize(
    "trailer",
    [
        "Approved-by: Bo <7+bo@users.noreply.github.com>",
        "Reviewed-by: Bo",
        "reviewed-by: <7+bo@users.noreply.github.com>",
    ],
)
def test_a_trailer_counts_where_another_than_the_author_committed_it(repository: Repository, trailer: str) -> None:
    repository.commit(record(), "Ann", committer=HUB, message=f"A waiver\n\n{trailer}")
    assert (BOTH, "trailer") == told(repository)


def test_a_trailer_of_the_author_is_a_word_alone(repository: Repository) -> None:
    repository.commit(record(), "Ann", message="A waiver\n\nApproved-by: Bo")
    found = eyes(repository)
    assert ONE is found.seen
    assert "says in the commit itself" in found.why


@pytest.mark.parametrize("trailer", ["Approved-by: Cy", "Signed-off-by: Bo", "Approved-by: <>", "Approved-by: Bo <bo"])
def test_another_trailer_says_nothing(repository: Repository, trailer: str) -> None:
    repository.commit(record(), "Ann", committer=HUB, message=f"A waiver\n\n{trailer}")
    assert (ONE, "") == told(repository)


def test_a_merge_by_the_approver_approves_what_it_brings(repository: Repository) -> None:
    repository.branch("waiver")
    repository.commit(record(), "Ann")
    repository.git("checkout", "--quiet", "main")
    repository.commit(None, "Cy")
    merge = repository.merge("waiver", "Bo", committer=HUB)
    repository.commit(None, "Cy")
    found = eyes(repository)
    assert (BOTH, "merge", merge) == (found.seen, found.how, found.commit)


def test_a_merge_by_the_approver_of_what_he_wrote_himself_does_not(repository: Repository) -> None:
    repository.branch("waiver")
    repository.commit(record(), "Bo")
    repository.merge("waiver", "Bo")
    assert (ONE, "") == told(repository)


def test_a_merge_by_somebody_else_does_not(repository: Repository) -> None:
    repository.branch("waiver")
    repository.commit(record(), "Ann")
    repository.merge("waiver", "Cy")
    assert (ONE, "") == told(repository)


def test_a_trailer_of_a_merge_counts_where_another_made_it(repository: Repository) -> None:
    repository.branch("waiver")
    repository.commit(record(), "Ann")
    repository.merge("waiver", "Cy", message="Merge\n\nApproved-by: Bo")
    assert (BOTH, "trailer") == told(repository)


def test_a_trailer_of_a_merge_by_the_author_does_not(repository: Repository) -> None:
    repository.branch("waiver")
    repository.commit(record(), "Ann")
    repository.merge("waiver", "Ann", message="Merge\n\nApproved-by: Bo")
    assert (ONE, "") == told(repository)


def test_the_approver_who_brings_main_into_a_branch_of_his_own_approves_nothing(repository: Repository) -> None:
    repository.branch("feature")
    repository.commit(None, "Bo")
    repository.git("checkout", "--quiet", "main")
    repository.commit(record(), "Ann")
    repository.merge("main", "Bo", into="feature")
    repository.merge("feature", "Ann", into="main")
    assert (ONE, "") == told(repository)


def test_an_approval_on_a_branch_counts_after_somebody_else_merged_it(repository: Repository) -> None:
    repository.branch("waiver")
    repository.commit(record(approved_by=""), "Ann")
    commit = repository.commit(record(), "Bo")
    repository.git("checkout", "--quiet", "main")
    repository.commit(None, "Cy")
    repository.merge("waiver", "Ann")
    found = eyes(repository)
    assert (BOTH, "commit", commit) == (found.seen, found.how, found.commit)


def test_what_a_merge_made_up_itself_is_written_by_who_merged(repository: Repository) -> None:
    repository.commit(record(id="W-0"), "Cy")
    repository.branch("waiver")
    repository.commit(record(id="W-0") + record(), "Ann")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "waiver")
    repository.commit(record(id="W-0") + record(expires="2026-12-24"), "Bo")
    assert (ONE, "") == told(repository)


def test_a_person_is_known_by_the_aliases_of_the_register(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(approved_by="p-02"), "Bo")
    assert (ONE, "") == told(repository)
    assert (BOTH, "commit") == told(repository, Person(id="p-02", roles=(), aliases=("bo",)))


def test_two_names_of_one_person_are_one_pair_of_eyes(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    one = Person(id="p-01", roles=(), aliases=("@bo", "ANN"))
    assert (ONE, "") == told(repository, one)


def test_a_mailmap_says_who_is_who(repository: Repository) -> None:
    repository.commit(record(approved_by="Wang Bo"), "Ann", committer="Bo")
    assert (ONE, "") == told(repository)
    repository.write(".mailmap", "Wang Bo <wang@example.org> <7+bo@users.noreply.github.com>\n")
    assert (BOTH, "committer") == told(repository)


def shallow(repository: Repository, tmp_path: Path, depth: int) -> Repository:
    """A clone with so many commits."""
    folder = tmp_path / "clone"
    repository.git("clone", "--quiet", f"--depth={depth}", f"file://{repository.folder}", str(folder))
    clone = Repository.__new__(Repository)
    clone.folder = folder
    return clone


def test_a_clone_that_is_too_shallow_cannot_tell(repository: Repository, tmp_path: Path) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    repository.commit(None, "Cy")
    clone = shallow(repository, tmp_path, 1)
    found = eyes(clone)
    assert NOT_TOLD is found.seen
    assert found.why.startswith("the clone is too shallow to tell who wrote it; fetch the whole history")


def test_a_shallow_clone_whose_oldest_commit_is_the_request_cannot_tell(repository: Repository, tmp_path: Path) -> None:
    repository.commit(record(approved_by=""), "Bo")
    repository.commit(record(), "Bo")
    assert (NOT_TOLD, "") == told(shallow(repository, tmp_path, 2))


def test_a_shallow_clone_that_has_all_that_is_needed_tells(repository: Repository, tmp_path: Path) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    assert (BOTH, "commit") == told(shallow(repository, tmp_path, 3))


def test_outside_git_nobody_can_tell(tmp_path: Path, repository: Repository) -> None:
    repository.commit(record(), "Ann")
    shutil.rmtree(repository.folder / ".git")
    assert (NOT_TOLD, "it is in no checkout of git") == ((found := eyes(repository)).seen, found.why)


def test_a_version_that_was_no_register_is_passed_over(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit("- {", "Cy")
    repository.commit("W-1\n", "Cy")
    repository.commit(record(), "Bo")
    assert (ONE, "") == told(repository)


def test_git_settings_of_the_user_change_nothing(repository: Repository) -> None:
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "log.follow", "true")
    repository.git("config", "i18n.logOutputEncoding", "latin1")
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    assert (BOTH, "commit") == told(repository)


def test_a_commit_of_a_time_that_no_calendar_has_is_read_all_the_same(repository: Repository) -> None:
    repository.commit(record(approved_by=""), "Ann")
    repository.commit(record(), "Bo")
    commit = repository.git("cat-file", "commit", "HEAD")
    strange = commit.replace(commit.split("\n")[3].split()[-2], "99999999999999999")
    made = repository.folder / "commit"
    made.write_text(strange + "\n")
    told = repository.git("hash-object", "-t", "commit", "-w", "--literally", "commit")
    repository.git("update-ref", "refs/heads/main", told)
    made.unlink()
    assert BOTH is eyes(repository).seen

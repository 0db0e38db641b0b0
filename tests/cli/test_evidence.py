"""``evidence pack``, ``verify`` and ``sample``: what is found, and what the exit codes say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from qualitygate import git
from qualitygate.config import schemas
from qualitygate.pack.manifest import text
from tests.checkout import Checkout, numbered
from tests.cli.conftest import POLICY, Project
from tests.pack.tampering import MANIFEST, contents, forged, packed
from tests.test_pseudonyms import PLANS
from tests.test_pseudonyms import POLICY as PLANNED
from tests.waivers.conftest import Repository, record

NOW = ("--now", "2026-11-22T09:00:00Z")
WAIVER = """\
- id: W-1
  gate: release
  metric: tests.failed
  reason: The customer agreed to ship with it until December.
  requested_by: lin
  approved_by: wang
  created: 2026-11-01
  expires: 2026-12-01
"""
CHANGES = """\
version: 1
evidence: {cover: {files: lcov.info}}
gates: {pull-request: [{metric: coverage.changed_line, at_least: 80%}]}
"""
DOCUMENTS = """\
version: 1
evidence: {documents: {files: quality/documents.yml}}
gates:
  release:
    - {metric: documents.completeness, at_least: 100%}
    - {metric: documents.freshness, at_least: 100%}
    - {metric: documents.missing_at_start, at_most: 0}
"""


def pack(project: Project, *arguments: str, name: str = "pack.zip") -> Path:
    assert 0 == project.run("evidence", "pack", *NOW, "-o", f"out/{name}", *arguments), project.err
    return project.folder / "out" / name


def verdict_of(project: Project, *arguments: str) -> bytes:
    project.run("check", "--format", "json", *NOW, *arguments)
    return project.out.encode()


@pytest.fixture
def away(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """Takes everything away that a pack was made of, and git with it."""

    def take(pack: Path) -> Path:
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        moved = elsewhere / "pack.zip"
        shutil.move(pack, moved)
        for path in project.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        monkeypatch.chdir(elsewhere)

        def refused(*arguments: object, **named: object) -> None:
            raise AssertionError(f"git was asked: {arguments}")

        for name in ("_run", "_read"):
            monkeypatch.setattr(git, name, refused)
        return moved

    return take


def test_a_pack_holds_the_verdict_of_check_byte_for_byte(project: Project) -> None:
    project.report(passed=9, failed=1)
    project.write("quality/waivers.yml", WAIVER)
    held = contents(pack(project))
    assert verdict_of(project) == held["verdict.json"]
    assert b"W-1" in held["waivers.json"]
    assert {
        "inputs/evidence/unit.xml",
        "inputs/policy/qualitygate.yml",
        "inputs/policy/quality/waivers.yml",
        "reports/report.en.html",
        "reports/report.zh-CN.html",
        "reports/report.en.md",
        "reports/report.zh-CN.md",
        "attestations/test-result.json",
        "attestations/verification-summary.json",
    } <= set(held)
    assert (project.folder / "unit.xml").read_bytes() == held["inputs/evidence/unit.xml"]


def test_the_same_evidence_gives_the_same_bytes(project: Project) -> None:
    project.report(passed=9)
    assert pack(project).read_bytes() == pack(project, name="again.zip").read_bytes()


def test_the_manifest_is_as_its_schema_says(project: Project) -> None:
    project.report(passed=9)
    manifest = json.loads(contents(pack(project, "--gate", "release", "--subject", "commit=1f"))[MANIFEST])
    jsonschema.validate(manifest, schemas.schema("evidence-manifest"))
    assert ("1f", ["release"], "passed") == (manifest["commit"], manifest["gates"], manifest["outcome"])


def test_a_pack_is_verified_where_nothing_of_the_project_is(project: Project, away) -> None:
    project.report(passed=9, failed=1)
    moved = away(pack(project))
    before = sorted(moved.parent.rglob("*"))
    assert 0 == project.run("evidence", "verify", str(moved)), project.out
    assert "as they were packed, verdict reached again: verdict FAILED" in project.out
    assert before == sorted(moved.parent.rglob("*"))


def test_missing_and_unreadable_evidence_is_missing_again(project: Project, away) -> None:
    policy = POLICY.replace("{files: unit.xml}", "{files: [unit.xml, more/*.xml, link.xml]}")
    project.write("qualitygate.yml", policy)
    project.report(passed=9)
    (project.folder / "link.xml").symlink_to("nowhere.xml")
    made = pack(project)
    assert b"no file matches more/*.xml" in contents(made)["verdict.json"]
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_evidence_beside_the_policys_folder_and_with_strange_names_is_packed(project: Project, away) -> None:
    policy = POLICY.replace("unit.xml", '[../reports/*.xml, "it\'s*.xml"]')
    project.write("policy/qualitygate.yml", policy)
    project.report("reports/a:b%2.xml", passed=3)
    project.report("policy/it's\\x.xml", passed=4)
    made = pack(project, "--config", "policy/qualitygate.yml")
    assert {"inputs/evidence/%2E%2E/reports/a%3Ab%252.xml", "inputs/evidence/it's%5Cx.xml"} <= set(contents(made))
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_built_in_policies_and_what_a_policy_extends_are_packed(project: Project, away) -> None:
    project.write("house.yml", POLICY)
    project.write(
        "qualitygate.yml", "version: 1\nextends: [builtin:tests, house.yml]\nevidence: {tests: {files: unit.xml}}\n"
    )
    project.report(passed=9)
    made = pack(project)
    assert {"inputs/builtin/tests.yml", "inputs/policy/house.yml"} <= set(contents(made))
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_a_baseline_is_packed(project: Project, away) -> None:
    project.write("qualitygate.yml", POLICY.replace("tests.failed", "tests.new_failures"))
    project.report(passed=9, failed=1)
    project.run("check", "--output", "snapshot=earlier.json")
    project.report(passed=9, failed=2)
    made = pack(project, "--baseline", "earlier.json")
    assert "inputs/baseline/earlier.json" in contents(made)
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_what_a_branch_changed_is_taken_as_git_told_it_and_that_is_said(project: Project, away) -> None:
    checkout = Checkout(project.folder)
    checkout.write("src/a.py", numbered(*"abcdefghij"))
    project.write("qualitygate.yml", CHANGES)
    checkout.commit()
    checkout.branch()
    checkout.write("src/a.py", numbered(*"ABCdefghij"))
    checkout.commit()
    hits = "".join(f"DA:{line},{int(line != 2)}\n" for line in range(1, 11))
    project.write("lcov.info", f"TN:\nSF:{project.folder}/src/a.py\n{hits}end_of_record\n")
    made = pack(project, "--base", "main")
    assert "taken as told: changes: git told" in project.out
    assert '"value": "2/3"' in contents(made)["verdict.json"].decode()
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out
    assert "taken as told: changes: git told" in project.out


def test_the_name_of_the_checkout_is_packed_only_where_reports_name_files_by_it(project: Project, away) -> None:
    checkout = Checkout(project.folder)
    checkout.write("lib/a.py", numbered(*"abc"))
    project.write("app/qualitygate.yml", CHANGES)
    checkout.commit()
    checkout.branch()
    checkout.write("lib/a.py", numbered(*"Abc"))
    checkout.commit()
    for named, roots in ((f"{project.folder}/lib/a.py", 1), ("lib/a.py", 0)):
        project.write("app/lcov.info", f"TN:\nSF:{named}\nDA:1,1\nend_of_record\n")
        made = pack(project, "--config", "app/qualitygate.yml", "--base", "main", name=f"{roots}.zip")
        told = json.loads(contents(made)["inputs/surroundings.json"])
        assert (roots, "/folder") == (len(told["changes"]["roots"]), told["home"])
        assert 0 == project.run("evidence", "verify", str(made)), project.out
    assert str(project.folder).encode() not in b"".join(contents(made).values())


def test_where_git_cannot_tell_the_changes_its_reason_is_packed(project: Project, away) -> None:
    project.write("qualitygate.yml", CHANGES)
    project.write("lcov.info", "TN:\nSF:a.py\nDA:1,1\nend_of_record\n")
    made = pack(project)
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out
    assert "verdict NO DATA" in project.out


def test_documents_are_packed_with_what_git_told_of_their_past(project: Project, away) -> None:
    pytest.importorskip("comrak", reason="comrak is not installed: the extra documents")
    checkout = Checkout(project.folder)
    project.write("qualitygate.yml", DOCUMENTS)
    words = " ".join(["word"] * 400)
    page = f"---\nlast_reviewed_on: 2026-11-20\nreview_in: 6 months\n---\n# Manual\n\n{words}\n"
    project.write("docs/manual.md", page.replace("# Manual", "# Draft"))
    checkout.commit()
    project.write("docs/manual.md", page)
    record = "{id: SUM, title: Manual, path: docs/manual.md, owner: lin, status: approved}"
    project.write(
        "quality/documents.yml",
        f"start: 2026-11-20\npeople: [lin]\ndocuments:\n  - {record}\nlinks: [{{path: docs}}]\n",
    )
    checkout.commit()
    made = pack(project)
    assert any(name.startswith("inputs/history/") for name in contents(made))
    assert page.encode() == contents(made)["inputs/tree/docs/manual.md"]
    assert "taken as told: tree: " in project.out
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_a_support_sla_is_reached_again(project: Project, away) -> None:
    project.write(
        "qualitygate.yml",
        "version: 1\n"
        "evidence: {tickets: {files: tickets.jsonl}}\n"
        "support:\n"
        "  team: [lin]\n"
        "  calendars: {office: {tz: Asia/Shanghai, hours: {mon-fri: ['09:00-18:00']}, holidays: [{file: h.ics}]}}\n"
        "  targets: {normal: {first_response: 4h, calendar: office}}\n"
        "gates: {month: [{metric: support.compliance, at_least: 90%}]}\n",
    )
    project.write(
        "h.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n"
        "DTSTART;VALUE=DATE:20261103\r\nSUMMARY:Off\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    events = [
        {"at": "2026-11-02T01:00:00Z", "kind": "opened", "by": "customer"},
        {"at": "2026-11-02T03:00:00Z", "kind": "commented", "by": "lin"},
    ]
    project.write("tickets.jsonl", json.dumps({"id": "1", "priority": "normal", "events": events}) + "\n")
    made = pack(project)
    assert "inputs/policy/h.ics" in contents(made)
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


# What verify finds


@pytest.fixture
def made(project: Project) -> Path:
    project.report(passed=9, failed=1)
    return pack(project)


def test_a_missing_file_is_found(project: Project, made: Path) -> None:
    files = contents(made)
    del files["inputs/evidence/unit.xml"]
    assert 1 == project.run("evidence", "verify", str(packed(files, made)))
    assert "DIFFERS  inputs/evidence/unit.xml is missing\n" in project.out


def test_an_added_file_is_found(project: Project, made: Path) -> None:
    files = {**contents(made), "inputs/evidence/more.xml": b"x", "note.txt": b"x"}
    assert 1 == project.run("evidence", "verify", str(packed(files, made)))
    assert "DIFFERS  inputs/evidence/more.xml was added" in project.out
    assert 1 == project.run("evidence", "verify", str(forged(files, made)))
    assert "DIFFERS  note.txt is neither an input nor what follows from them\n" in project.out


def test_a_changed_input_is_found(project: Project, made: Path) -> None:
    files = contents(made)
    files["inputs/evidence/unit.xml"] = files["inputs/evidence/unit.xml"].replace(b"failed0", b"failed1")
    assert 1 == project.run("evidence", "verify", str(packed(files, made)))
    assert "DIFFERS  inputs/evidence/unit.xml was changed: its SHA-256 is" in project.out


def test_a_manifest_with_the_wrong_size_of_a_file_is_told_by_the_sizes(project: Project, made: Path) -> None:
    files = contents(made)
    name, manifest = "inputs/evidence/unit.xml", json.loads(files["manifest.json"])
    said = [{**each, "size": each["size"] + 1} if each["path"] == name else each for each in manifest["files"]]
    files["manifest.json"] = text({**manifest, "files": said})
    assert 1 == project.run("evidence", "verify", str(packed(files, made)))
    size = len(files[name])
    assert f"DIFFERS  {name} was changed: it has {size} bytes, not the {size + 1} of the manifest\n" in project.out


def test_a_changed_policy_is_found_whatever_the_manifest_says(project: Project, made: Path) -> None:
    files = contents(made)
    policy = files["inputs/policy/qualitygate.yml"]
    files["inputs/policy/qualitygate.yml"] = policy.replace(b"at_most: 0", b"at_most: 1")
    assert 1 == project.run("evidence", "verify", str(forged(files, made)))
    assert "DIFFERS  verdict.json is not what follows from the inputs\n" in project.out
    assert "DIFFERS  manifest.json 'policy' is not what follows from the inputs\n" in project.out


def test_an_edited_verdict_is_found_whatever_the_manifest_says(project: Project, made: Path) -> None:
    files = contents(made)
    files["verdict.json"] = files["verdict.json"].replace(b'"outcome": "failed"', b'"outcome": "passed"')
    assert 1 == project.run("evidence", "verify", str(forged(files, made, outcome="passed")))
    assert "DIFFERS  verdict.json is not what follows from the inputs\n" in project.out
    assert "DIFFERS  manifest.json 'outcome' is not what follows from the inputs\n" in project.out


@pytest.mark.parametrize(
    "name", ["reports/report.zh-CN.html", "waivers.json", "attestations/test-result.json", "reports/report.en.md"]
)
def test_whatever_follows_from_the_verdict_cannot_be_edited(project: Project, made: Path, name: str) -> None:
    files = contents(made)
    assert 1 == project.run("evidence", "verify", str(forged({**files, name: files[name] + b" "}, made)))
    assert f"DIFFERS  {name} is not what follows from the inputs\n" in project.out


def test_another_time_is_found(project: Project, made: Path) -> None:
    assert 1 == project.run("evidence", "verify", str(forged(contents(made), made, now="2026-11-23T09:00:00+00:00")))
    assert "DIFFERS  verdict.json" in project.out


def test_a_result_that_the_manifest_leaves_out_is_found(project: Project, made: Path) -> None:
    files = contents(made)
    del files["attestations/test-result.json"]
    assert 1 == project.run("evidence", "verify", str(forged(files, made)))
    assert "DIFFERS  attestations/test-result.json is not in the manifest\n" in project.out


def test_another_version_is_named_where_something_differs(project: Project, made: Path) -> None:
    files = {**contents(made), "reports/report.en.md": b"x"}
    tool = {"name": "qualitygate", "version": "0.0.1"}
    assert 1 == project.run("evidence", "verify", str(forged(files, made, tool=tool)))
    assert "it was packed by 0.0.1, and this is" in project.out


def test_a_policy_that_asks_for_more_than_the_pack_knows_cannot_be_judged_again(project: Project, made: Path) -> None:
    files = contents(made)
    more = files["inputs/policy/qualitygate.yml"].replace(b"evidence:", b"evidence:\n  other: {files: /etc/passwd}")
    files["inputs/policy/qualitygate.yml"] = more
    assert 1 == project.run("evidence", "verify", str(forged(files, made)))
    assert "cannot be reached again: the pack does not say the files of the evidence 'other'" in project.out


# The other ends


def test_a_sample_is_the_same_for_everybody_who_has_the_seed(project: Project, made: Path) -> None:
    assert 0 == project.run("evidence", "sample", str(made), "--seed", "2026-Q3", "--count", "2")
    first = project.out
    assert 2 == len(first.splitlines())
    assert 0 == project.run("evidence", "sample", str(made), "--seed", "2026-Q3", "--count", "2")
    assert first == project.out
    assert 0 == project.run("evidence", "sample", str(made), "--seed", "1")
    assert 3 == len(project.out.splitlines())


def test_a_sample_of_what_was_changed_says_so(project: Project, made: Path) -> None:
    files = {**contents(made), "inputs/evidence/unit.xml": b"x"}
    assert 1 == project.run("evidence", "sample", str(packed(files, made)), "--seed", "1")
    assert 1 == project.out.count("DIFFERS")


def test_a_period_is_judged_as_of_its_end_in_the_policys_time_zone(project: Project) -> None:
    project.write("qualitygate.yml", POLICY + "timezone: Asia/Shanghai\n")
    project.report(passed=9)
    manifest = json.loads(contents(pack(project, "--period", "2026-Q3"))[MANIFEST])
    assert ("2026-Q3", "2026-10-01T00:00:00+08:00") == (manifest["period"], manifest["now"])
    assert "Asia/Shanghai" == manifest["time_zone"]
    manifest = json.loads(contents(pack(project, "--period", "month"))[MANIFEST])
    assert ("2026-10", "2026-11-01T00:00:00+08:00") == (manifest["period"], manifest["now"])


@pytest.mark.parametrize("period", ["2026-Q2", "2026", "0001", "0001-01", "9999-12", "soon", ""])
def test_a_period_that_was_not_judged_is_found(project: Project, period: str) -> None:
    project.report(passed=9)
    made = pack(project, "--period", "2026-Q3")
    assert 0 == project.run("evidence", "verify", str(made))
    assert 1 == project.run("evidence", "verify", str(forged(contents(made), made, period=period)))
    assert "DIFFERS  manifest.json 'period' is" in project.out


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2026-11-22T09:00:00", 1])
def test_a_time_beyond_all_calendars_is_refused(project: Project, made: Path, now: object) -> None:
    assert 3 == project.run("evidence", "verify", str(forged(contents(made), made, now=now)))
    assert "error[not-a-pack]: manifest.json: " in project.err


@pytest.mark.parametrize(
    ("period", "says"), [("2027-Q1", "2027-Q1 has not begun; it begins on 2027-01-01"), ("soon", "is no period")]
)
def test_a_period_that_has_not_begun_or_is_none_is_refused(project: Project, period: str, says: str) -> None:
    project.report(passed=9)
    assert 2 == project.run("evidence", "pack", *NOW, "--period", period, "-o", "pack.zip")
    assert says in project.err
    assert not (project.folder / "pack.zip").exists()


def test_a_pack_is_never_written_over_what_it_packs(project: Project) -> None:
    project.report(passed=9)
    assert 2 == project.run("evidence", "pack", *NOW, "-o", "unit.xml")
    assert 2 == project.run("evidence", "pack", *NOW, "-o", "qualitygate.yml")
    assert 2 == project.run("evidence", "pack", *NOW, "--subject", "x", "-o", "pack.zip")


@pytest.mark.parametrize("command", [("verify",), ("sample", "--seed", "1")])
def test_what_is_no_pack_is_refused(project: Project, command: tuple[str, ...]) -> None:
    project.write("pack.zip", "PK" * 200)
    assert 3 == project.run("evidence", *command, "pack.zip")
    assert "error[not-a-pack]" in project.err
    assert 3 == project.run("evidence", *command, "nowhere.zip")


# Who authorised it, and what the pack does not say


def test_the_name_of_the_folder_is_not_packed(project: Project, away) -> None:
    project.report(passed=9)
    project.write("qualitygate.yml", POLICY.replace("unit.xml", f"../{project.folder.name}/unit.xml"))
    made = pack(project)
    assert not [name for name, content in contents(made).items() if str(project.folder).encode() in content]
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_a_policy_beside_another_is_found_again_without_the_name_of_the_folder(project: Project, away) -> None:
    project.write("house/common.yml", POLICY)
    project.write("teams/shop/qualitygate.yml", "version: 1\nextends: ../../house/common.yml\n")
    project.report("teams/shop/unit.xml", passed=9)
    made = pack(project, "--config", "teams/shop/qualitygate.yml")
    assert not [name for name, content in contents(made).items() if str(project.folder).encode() in content]
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


@pytest.mark.parametrize("below", ["", "/folder"])
def test_the_name_of_the_folder_is_packed_where_reports_name_files_by_it(project: Project, away, below: str) -> None:
    gates = "gates: {release: [{metric: coverage.line, at_least: 10%}]}\n"
    project.write("qualitygate.yml", f"version: 1\nevidence: {{c: {{files: lcov.info}}}}\n{gates}")
    file = f"{below or project.folder}/src/a.py"
    project.write("lcov.info", f"TN:\nSF:{file}\nDA:1,1\nDA:2,0\nend_of_record\n")
    made = pack(project)
    told = json.loads(contents(made)["inputs/surroundings.json"])
    assert str(project.folder) == told["home"]
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_waivers_are_packed_with_who_approved_them(project: Project, away) -> None:
    repository = Repository(project.folder)
    project.report(passed=9, failed=1)
    repository.commit(record() + record(id="W-2", expires="2027-12-01"), "Ann", committer="Bo")
    made = pack(project)
    held = contents(made)
    assert "taken as told: approvals: git told who wrote and who approved each waiver" in project.out
    linted = json.loads(held["waivers.json"])["lint"]
    jsonschema.validate(linted, schemas.schema("waiver-lint"))
    assert {"waivers": 2, "to_attend_to": 1, "four_eyes": 2} == linted["counts"]
    assert ("quality/waivers.yml", 1) == (linted["waivers"][0]["path"], linted["waivers"][0]["line"])
    approvals = json.loads(held["approvals.json"])
    jsonschema.validate(approvals, schemas.schema("approvals"))
    assert ("W-1", "bo", "both", "committer") == tuple(
        approvals["waivers"][0][key] for key in ("waiver", "by", "four_eyes", "how")
    )
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_an_approval_that_git_did_not_tell_is_found(project: Project, made: Path) -> None:
    repository = Repository(project.folder)
    project.report(passed=9, failed=1)
    repository.commit(record(), "Ann")
    files = contents(pack(project))
    approvals = files["approvals.json"].replace(b'"one"', b'"both"')
    assert approvals != files["approvals.json"]
    assert 1 == project.run("evidence", "verify", str(forged({**files, "approvals.json": approvals}, made)))
    assert "DIFFERS  approvals.json is not what follows from the inputs\n" in project.out


def test_a_gate_that_was_not_judged_makes_no_waiver_idle(project: Project) -> None:
    project.write("qualitygate.yml", POLICY + "  nightly: [{metric: tests.total, at_least: 1}]\n")
    project.write("quality/waivers.yml", WAIVER)
    project.report(passed=9, failed=1)
    (waiver,) = json.loads(contents(pack(project, "--gate", "nightly"))["waivers.json"])["lint"]["waivers"]
    rules = [(each["rule"], each["certain"]) for each in waiver["findings"]]
    assert ("unused", False) in rules and ("unused", True) not in rules


def test_stage_reviews_are_packed_with_their_approvals(project: Project, away) -> None:
    project.write(
        "qualitygate.yml",
        "version: 1\nevidence: {reviews: {files: reviews/*.md}}\n"
        "gates: {release: [{metric: reviews.signed, at_least: 100%}]}\n",
    )
    project.write(
        "reviews/design.md",
        "---\nstage: design\nstarted: 2026-01-05\nended: 2026-03-31\ndecision: pass\n"
        "approvals:\n  - {by: lin@acme.test, at: 2026-04-01}\n---\n",
    )
    made = pack(project)
    (review,) = json.loads(contents(made)["approvals.json"])["stage_reviews"]
    assert ("design", "pass", "2026-04-01", "reviews/design.md", 7) == tuple(
        review[key] for key in ("stage", "decision", "on", "path", "line")
    )
    assert review["by"].startswith("u-")
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_what_nobody_asked_github_is_not_an_empty_list(project: Project, made: Path) -> None:
    held = contents(made)
    for name, part in (("bypasses", None), ("approvals", "pull_requests")):
        told = json.loads(held[f"{name}.json"])
        jsonschema.validate(told, schemas.schema(name))
        told = told[part] if part else told
        assert told["asked"] is False
        assert told["why"].startswith("GitHub was not asked")
        assert name not in told


CUSTODY = {
    "schema_version": 1,
    "repository": "acme/shop",
    "commit": "1f",
    "asked": [
        {"since": "2026-10-20T09:00:00+00:00", "until": "2026-11-17T09:00:00+00:00"},
        {"since": "2026-10-25T09:00:00+00:00", "until": "2026-11-22T09:00:00+00:00"},
    ],
    "bypasses": [
        {
            "id": 7,
            "by": "lin",
            "ref": "refs/heads/main",
            "before": "0e",
            "after": "1f",
            "at": "2026-11-20T09:00:00+00:00",
        }
    ],
    "reviews": [
        {"pull_request": 3, "by": "bo", "state": "approved", "commit": "1f", "at": "2026-11-20T10:00:00+00:00"}
    ],
}


def test_what_github_told_is_packed_and_what_follows_from_it_cannot_be_edited(
    project: Project, made: Path, away
) -> None:
    project.write("custody.json", json.dumps(CUSTODY))
    held = contents(pack(project, "--github", "custody.json"))
    assert "taken as told: custody: GitHub told of reviews" in project.out
    bypasses, approvals = json.loads(held["bypasses.json"]), json.loads(held["approvals.json"])
    jsonschema.validate(bypasses, schemas.schema("bypasses"))
    jsonschema.validate(approvals, schemas.schema("approvals"))
    assert CUSTODY["bypasses"] == bypasses["bypasses"]
    assert [{"since": "2026-10-20T09:00:00+00:00", "until": "2026-11-22T09:00:00+00:00"}] == bypasses["spans"]
    assert CUSTODY["reviews"] == approvals["pull_requests"]["reviews"]
    none = held["bypasses.json"].replace(b'"lin"', b'"mei"')
    assert 1 == project.run("evidence", "verify", str(forged({**held, "bypasses.json": none}, made)))
    assert "DIFFERS  bypasses.json is not what follows from the inputs\n" in project.out
    assert 0 == project.run("evidence", "verify", str(away(pack(project, "--github", "custody.json")))), project.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "is no file of evidence fetch"),
        ("{}", "there is no"),
        (json.dumps({**CUSTODY, "schema_version": 2}), "not 1"),
    ],
)
def test_what_is_no_answer_of_github_is_refused(project: Project, text: str, says: str) -> None:
    project.report(passed=9)
    project.write("custody.json", text)
    assert 3 == project.run("evidence", "pack", *NOW, "--github", "custody.json", "-o", "pack.zip")
    assert says in project.err
    assert not (project.folder / "pack.zip").exists()


def test_no_file_of_a_pack_has_an_address_and_the_verdict_is_reached_again(project: Project) -> None:
    policy = PLANNED.replace("gates:", "  surveys: {files: quality/q3.csv}\ngates:")
    for name, content in {
        **PLANS,
        "qualitygate.yml": policy,
        "quality/q3.csv": "respondent,score\nmei@acme.test,5\n",
    }.items():
        project.write(name, content)
    now = ("--now", "2026-11-22T09:00:00Z")
    project.run("check", "--format", "json", *now)
    verdict = project.out.encode()
    assert 0 == project.run("evidence", "pack", *now, "-o", "out.zip"), project.err
    assert (
        "taken as told: people: the addresses of people were replaced by codes in quality/milestones.yml" in project.out
    )
    files = contents(project.folder / "out.zip")
    assert [] == [name for name, content in files.items() if b"acme.test" in content]
    assert verdict == files["verdict.json"]
    told = json.loads(files["manifest.json"])["not_recomputable"]
    assert ["people"] == [each["what"] for each in told if each["what"] == "people"]
    assert 0 == project.run("evidence", "verify", "out.zip"), project.out


def test_a_register_of_ids_is_packed_byte_for_byte(project: Project) -> None:
    people = "people:\n  - {id: p-01, roles: lead}\n  - {id: p-02, roles: lead}\n"
    project.write("quality/people.yml", people)
    project.write("quality/milestones.yml", "milestones:\n  - {id: m-1, due: 2026-01-31, owner: p-01}\n")
    project.write(
        "qualitygate.yml",
        "version: 1\nevidence:\n  plan: {files: quality/milestones.yml}\n"
        "gates: {g: [{metric: milestones.on_time, at_least: 100%}]}\n",
    )
    assert 0 == project.run("evidence", "pack", "--now", "2026-11-22T09:00:00Z", "-o", "out.zip"), project.err
    assert "people" not in project.out
    files = contents(project.folder / "out.zip")
    assert b"owner: p-01" in files["inputs/evidence/quality/milestones.yml"]


# The report of a period

CHAPTER = """\
version: 1
timezone: Asia/Shanghai
extends: ../house.yml
clauses: {"1": {text: {en: Staff is trained, zh-CN: 人员经过培训}, owner: lin}}
evidence: {trainings: {files: trainings/*.yml}, more: {files: more.yml}}
gates: {chapter: [{metric: training.sessions, at_least: 1, within: quarter, clause: "1"}]}
"""
SESSION = """\
id: TR-1
date: 2026-08-21
topic: Troubleshooting
audience: support
pass_mark: 80
results: [{who: p-01, score: 92}]
"""


def period(project: Project) -> Path:
    project.write("house.yml", POLICY.replace("unit.xml", "../unit.xml"))
    project.write("chapter/qualitygate.yml", CHAPTER)
    project.write("chapter/trainings/a.yml", SESSION)
    project.report(passed=9)
    return pack(project, "--config", "chapter/qualitygate.yml", "--period", "2026-Q3", "--gate", "chapter")


def test_a_pack_of_a_period_holds_its_report_and_verify_makes_it_again(project: Project, away) -> None:
    made = period(project)
    held = contents(made)
    assert {"reports/period.en.md", "reports/period.zh-CN.md", "reports/period.json", "reports/period.csv"} <= set(held)
    assert "Staff is trained" in held["reports/period.en.md"].decode()
    assert "人员经过培训" in held["reports/period.zh-CN.md"].decode()
    told = json.loads(held["reports/period.json"])
    jsonschema.validate(told, schemas.schema("period-report"))
    assert str(project.folder) not in json.dumps(told)
    assert 0 == project.run("evidence", "verify", str(away(made))), project.out


def test_a_period_that_is_not_over_is_packed_so_far_and_says_so(project: Project) -> None:
    period(project)
    options = ("--config", "chapter/qualitygate.yml", "--gate", "chapter")
    made = pack(project, *options, "--period", "2026-Q4")
    assert "2026-Q4 is not over: it ends on 2027-01-01, and this is what holds so far" in project.out
    held = contents(made)
    manifest = json.loads(held[MANIFEST])
    jsonschema.validate(manifest, schemas.schema("evidence-manifest"))
    assert ("2026-Q4", True, "2026-11-22T17:00:00+08:00") == (manifest["period"], manifest["so_far"], manifest["now"])
    assert "not over yet" in held["reports/period.en.md"].decode()
    assert json.loads(held["reports/period.json"])["period"]["so_far"]
    assert 0 == project.run("evidence", "verify", str(made)), project.out
    assert project.out.rstrip().endswith(", 2026-Q4 so far")
    assert "so_far" not in json.loads(contents(pack(project, *options, "--period", "2026-Q3"))[MANIFEST])


@pytest.mark.parametrize(("period_", "so_far"), [("2026-Q4", None), ("2026-Q3", True), ("2027-Q1", True)])
def test_a_period_so_far_that_the_moment_is_not_in_is_found(
    project: Project, period_: str, so_far: bool | None
) -> None:
    period(project)
    made = pack(project, "--config", "chapter/qualitygate.yml", "--gate", "chapter", "--period", "2026-Q4")
    files = contents(made)
    manifest = {**json.loads(files[MANIFEST]), "period": period_}
    manifest.pop("so_far")
    if so_far:
        manifest["so_far"] = True
    changed = {**files, MANIFEST: text(manifest)}
    assert 1 == project.run("evidence", "verify", str(packed(changed, made)))
    assert f"DIFFERS  manifest.json 'period' is '{period_}', which does not" in project.out


def test_an_edited_report_of_a_period_is_found(project: Project) -> None:
    made = period(project)
    files = contents(made)
    edited = {**files, "reports/period.zh-CN.md": files["reports/period.zh-CN.md"] + b" "}
    assert 1 == project.run("evidence", "verify", str(forged(edited, made)))
    assert "DIFFERS  reports/period.zh-CN.md is not what follows from the inputs\n" in project.out


def test_a_pack_of_no_period_has_no_report_of_one(made: Path) -> None:
    assert not [name for name in contents(made) if "period" in name]

"""Persons in evidence: addresses become codes wherever a register names somebody, and in whatever leaves the house."""

from __future__ import annotations

import json
from datetime import UTC
from hashlib import sha256
from pathlib import Path

import pytest

from qualitygate.cli import main
from qualitygate.pseudonyms import account, person

CODE = "u-" + sha256(b"mei@acme.test").hexdigest()[:12]
PLANS = {
    "quality/people.yml": "people:\n  - {id: mei@acme.test, roles: lead}\n  - {id: tom@acme.test, roles: lead}\n",
    "quality/responsibilities.yml": (
        "responsibilities:\n"
        "  - {commitment: support, accountable: [mei@acme.test, tom@acme.test], deputy: eve@acme.test}\n"
    ),
    "quality/milestones.yml": "milestones:\n  - {id: m-1, due: 2026-01-31, owner: mei@acme.test}\n",
    "quality/retrospectives/2026-09.md": (
        "---\ndate: 2026-09-30\nattendees: [mei@acme.test, Tom <tom@acme.test>]\ndecisions: [Answer sooner]\n"
        "signed_by: tom@acme.test\nactions:\n"
        "  - {id: A-1, text: A rota, owner: mei@acme.test, due: 2026-10-15, done: 2026-10-15,"
        " verified_by: tom@acme.test}\n"
        "  - {id: A-2, text: A page, owner: mei@acme.test, due: 2026-10-31}\n---\n"
    ),
    "quality/reviews/design.md": (
        "---\nstage: design\nstarted: 2026-01-05\nended: 2026-03-31\nparticipants: [mei@acme.test]\n"
        "decision: pass_with_actions\nactions:\n  - {id: R-1, text: Trace them, owner: tom@acme.test}\n"
        "approvals:\n  - {by: tom@acme.test, at: 2026-01-01}\n---\n"
    ),
}
POLICY = """\
version: 1
evidence:
  people: {files: quality/people.yml, read: people}
  responsibilities: {files: quality/responsibilities.yml, read: responsibilities}
  plan: {files: quality/milestones.yml, read: milestones}
  retrospectives: {files: quality/retrospectives/*.md, read: retrospectives}
  reviews: {files: quality/reviews/*.md, read: reviews}
gates:
  year:
    - {metric: responsibilities.accountable, at_least: 100%}
    - {metric: milestones.on_time, at_least: 100%}
    - {metric: improvement.closure, at_least: 100%}
    - {metric: improvement.overdue, at_most: 0}
    - {metric: reviews.signed, at_least: 100%}
"""


@pytest.mark.parametrize(
    "written", ["mei@acme.test", "MEI@ACME.test", "mailto:mei@acme.test", "Mei Li <mei@acme.test>", "<Mei@acme.test >"]
)
def test_an_address_is_one_code_however_it_is_written(written: str) -> None:
    assert CODE == person(written, UTC)


@pytest.mark.parametrize("written", ["p-01", "@lin", "Mei Li", "mei <lead>"])
def test_what_is_no_address_stays_as_it_is(written: str) -> None:
    assert written == person(written, UTC)


def test_an_account_has_the_code_of_the_address_that_github_gives_it() -> None:
    assert person("Lin@users.noreply.github.com", UTC) == account("lin")


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in {**PLANS, "qualitygate.yml": POLICY}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(form: str) -> str:
    assert 1 == main(["check", "--now", "2026-11-22T09:00:00Z", "--output", f"{form}=out"])
    return Path("out").read_text("utf-8")


@pytest.mark.parametrize("form", ["json", "snapshot", "html", "markdown", "text", "sarif", "junit"])
def test_no_address_of_a_plan_is_in_what_leaves_the_house(form: str, plans: Path) -> None:
    found = told(form)
    assert "acme.test" not in found
    assert CODE in found or form == "markdown", "which shows the first findings only"


def test_every_plan_is_read_with_codes(plans: Path) -> None:
    snapshot = "\n".join(json.dumps(json.loads(line)) for line in told("snapshot").splitlines())
    tom = person("tom@acme.test", UTC)
    for key, value in {"owner": CODE, "verified_by": tom}.items():
        assert f'"{key}": "{value}"' in snapshot
    for key, value in {"signed_by": [tom], "participants": [CODE], "attendees": [CODE, tom]}.items():
        assert f'"{key}": {json.dumps(value)}' in snapshot
    assert f'"approvals": [["{tom}", ' in snapshot

"""What the server remembers of a verdict that it told, from end to end against the double."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from qualitygate import pipeline
from qualitygate.cli import main
from qualitygate.codec.decoding import loads
from qualitygate.errors import CannotUseStore
from qualitygate.model.verdict import Outcome
from qualitygate.server import judging, remembering
from qualitygate.server.inputs import BASELINE, Inputs
from qualitygate.storage.verdicts import PROPOSALS_KEPT, Judgement, VerdictStore
from qualitygate.surroundings import around
from tests.action.conftest import POLICY, junit
from tests.github.double.github import GitHub
from tests.server.shop import NOW, Shop


@pytest.fixture
def shop(github: GitHub) -> Shop:
    return Shop(github)


@pytest.fixture
def store(shop: Shop) -> Iterator[VerdictStore]:
    with VerdictStore(shop.database) as opened:
        yield opened


def only(store: VerdictStore) -> Judgement:
    (brief,) = store.history("acme/shop")
    whole = store.judgement(brief.id)
    assert whole
    return whole


def test_a_verdict_that_is_told_is_remembered_with_what_it_was_reached_from(shop: Shop, store: VerdictStore) -> None:
    pull, report = shop.pull(), junit(failed=2)
    shop.tell(shop.run(pull, reports={"unit.xml": report, "not/evidence.xml": "<a/>"}))
    found = only(store)
    assert ("acme/shop", shop.shop.id) == (found.repository, found.repository_id)
    assert (pull.sha, pull.head, pull.number) == (found.sha, found.ref, found.pull_request)
    assert ("qualitygate", shop.check.external_id, shop.check.id) == (found.name, found.external_id, found.check)
    assert (Outcome.FAILED, NOW, "shop") == (found.outcome, found.at, found.policy)
    assert (shop.shop.head, False) == (found.policy_at, found.lasting)
    assert [("pull-request.tests.failed", 2), ("pull-request.tests.executed", 5)] == [
        (each.id, each.value) for each in found.results
    ]
    (read,) = found.inputs
    digest = hashlib.sha256(report.encode()).hexdigest()
    assert ("reports/unit.xml", digest, len(report.encode())) == (read.path, read.sha256, read.size)
    assert read.at and read.at < NOW, "the artifact was made before it was judged"


def test_it_is_byte_for_byte_what_check_says(
    shop: Shop, store: VerdictStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = junit(failed=1, words="Ünit \U0001f916")
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": report}))
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "unit.xml").write_text(report, encoding="utf-8")
    (tmp_path / "qualitygate.yml").write_text(POLICY, encoding="utf-8")
    subject = {"name": "acme/shop", "ref": pull.head, "commit": pull.sha, "pull_request": str(pull.number)}
    options = [part for name, value in subject.items() for part in ("--subject", f"{name}={value}")]
    asked = ["check", "--config", str(tmp_path / "qualitygate.yml"), "--now", NOW.isoformat(), *options]
    capfd.readouterr()
    assert 1 == main([*asked, "--format", "json"])
    assert capfd.readouterr().out == only(store).verdict


def test_the_same_webhook_again_is_the_same_judgement_and_a_wish_for_another_is_another(
    shop: Shop, store: VerdictStore
) -> None:
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    shop.tell(run)
    first = only(store)
    shop.now += timedelta(minutes=1)
    shop.tell(run)
    assert first.id == only(store).id
    shop.handle(shop.delivery(shop.rerequest(shop.check), "check_run"))
    assert 2 == len(store.history("acme/shop"))


def test_a_report_is_as_old_as_it_says(shop: Shop, store: VerdictStore) -> None:
    dated = junit().replace("name='s'", "name='s' timestamp='2026-10-30T08:00:00Z'")
    shop.tell(shop.run(branch="main", reports={"unit.xml": dated}))
    found = only(store)
    assert datetime.fromisoformat("2026-10-30T08:00:00Z") == found.inputs[0].at
    project = store.project("acme/shop")
    assert project and (found.id, True) == (project.last, found.lasting)


def test_what_awaits_its_runs_is_no_verdict(shop: Shop, store: VerdictStore) -> None:
    shop.tell(shop.run(shop.pull(), status="queued", conclusion=None), "requested")
    assert () == store.history("acme/shop")


def test_what_could_not_be_judged_is_no_data_and_says_why(shop: Shop, store: VerdictStore) -> None:
    shop.tell(shop.run(branch="main", reports={"unit.xml": junit()}))
    sha = shop.policy(f"gaets: {{}}\n{POLICY}")
    shop.now += timedelta(minutes=1)
    run = shop.run(branch="main", sha=sha, reports={"unit.xml": junit()})
    shop.tell(run)
    shop.tell(run)
    last, first = store.history("acme/shop")
    project = store.project("acme/shop")
    assert project and (last.id, Outcome.NO_DATA) == (project.last, project.last_outcome)
    assert (Outcome.PASSED, Outcome.NO_DATA, sha) == (first.outcome, last.outcome, last.sha)
    whole = store.judgement(last.id)
    assert whole and whole.check == shop.shop.check_runs[-1].id
    assert "gaets" in loads(whole.verdict or "").subject["unjudged"]


def test_a_pull_request_that_could_not_be_judged_is_held_up(shop: Shop, store: VerdictStore) -> None:
    shop.policy(f"gaets: {{}}\n{POLICY}")
    shop.tell(shop.run(shop.pull(), reports={"unit.xml": junit()}))
    project = store.project("acme/shop")
    assert project and (1, None) == (project.failing, project.last)


def test_a_verdict_takes_the_place_of_none(shop: Shop, store: VerdictStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run = shop.run(branch="main", reports={"unit.xml": junit()})
    with monkeypatch.context() as broken:
        broken.setattr("qualitygate.pipeline.evaluate", lambda *_, **__: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            shop.tell(run)
    assert Outcome.NO_DATA is only(store).outcome
    shop.tell(run)
    project = store.project("acme/shop")
    assert project and (only(store).id, Outcome.PASSED) == (project.last, project.last_outcome)


def test_without_its_store_nothing_is_told_and_the_check_is_not_blamed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> int:
        raise CannotUseStore("the disk is full")

    monkeypatch.setattr(judging.VerdictStore, "keep", gone)
    run = shop.run(shop.pull(), reports={"unit.xml": junit(failed=1)})
    with pytest.raises(CannotUseStore, match="disk is full"):
        shop.tell(run)
    assert ("in_progress", None) == (shop.check.status, shop.check.conclusion)
    monkeypatch.undo()
    shop.tell(run)
    assert "failure" == shop.check.conclusion


def test_a_pull_request_that_is_closed_holds_nobody_up(shop: Shop, store: VerdictStore) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=1)}))
    held = []
    for action, state in (("closed", "closed"), ("reopened", "open")):
        shop.shop.issues[pull.number].state = state
        project = store.project("acme/shop")
        held.append(project and project.failing)
        payload = shop.about({"action": action, "pull_request": {"number": pull.number}})
        shop.handle(shop.delivery(payload, "pull_request"))
    project = store.project("acme/shop")
    assert [1, 0, 1] == [*held, project and project.failing]


def test_the_sweep_drops_what_was_kept_long_enough(shop: Shop, store: VerdictStore) -> None:
    shop.tell(shop.run(shop.pull(), reports={"unit.xml": junit()}))
    (sweep,) = remembering.sweeps(shop.database, lambda: shop.now).values()
    assert 0 == sweep.do()
    shop.now += PROPOSALS_KEPT + timedelta(days=1)
    assert 1 == sweep.do()
    assert () == store.history("acme/shop")


def test_every_file_that_is_opened_is_an_input_once(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(junit())
    (tmp_path / "b.xml").write_text(junit())
    (tmp_path / "old.jsonl").write_text("old")
    (tmp_path / "qualitygate.yml").write_text(POLICY.replace("reports/unit.xml", "a.xml"))
    config = pipeline.load_config(str(tmp_path / "qualitygate.yml"))
    inputs = Inputs(around(str(tmp_path)))
    among = inputs.surroundings()
    pipeline.check(config, now=NOW, among=among)
    assert ["a.xml"] == [each.path for each in inputs.told((), {})]
    with among.baseline(str(tmp_path / "old.jsonl")).open() as first, among.tree().open("b.xml") as second:
        assert (b"old", junit().encode()) == (first.read(), second.read())
    told = inputs.told((), {"b.xml": NOW})
    assert [(BASELINE, None), ("a.xml", None), ("b.xml", NOW)] == [(each.path, each.at) for each in told]
    assert [hashlib.sha256(text.encode()).hexdigest() for text in ("old", junit(), junit())] == [
        each.sha256 for each in told
    ]

"""The overview, the page of a project, and that of a gate run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qualitygate.model.verdict import Outcome
from qualitygate.server.pages import overview, project
from qualitygate.storage.verdicts import VerdictStore
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.server.pages.conftest import Dashboard, opened
from tests.server.shop import NOW, packed

POLICY = """\
version: 1
name: shop
clauses:
  "2.1": {text: {en: Tests pass before anything is merged, zh-CN: 合并前测试全部通过}, owner: lin}
  "2.2": {text: {en: Documents are kept, zh-CN: 文档齐全}, owner: kim}
evidence:
  unit: {files: reports/*.xml}
gates:
  pull-request:
    - {metric: tests.failed, at_most: 0, why: Nothing may fail, owner: lin, clause: "2.1"}
    - {metric: tests.executed, at_least: 1, clause: "2.1"}
"""
SHOP = "/repositories/acme/shop"


@pytest.fixture
def dashboard(github: GitHub, tmp_path: Path) -> Iterator[Dashboard]:
    with opened(github, tmp_path, POLICY) as made:
        yield made


def pushed(dashboard: Dashboard, failed: int, hours: int = 0) -> int:
    """A push to main that was judged; the id of its judgement."""
    dashboard.now = NOW + timedelta(hours=hours)
    sha = dashboard.shop.commit(branch="main", message=f"change {hours}")
    dashboard.tell(dashboard.run(sha=sha, branch="main", reports={"unit.xml": junit(failed=failed)}))
    return dashboard.verdicts.history("acme/shop")[0].id


def words(text: str) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<main")[2]))


def test_the_project_that_stands_worst_comes_first_and_one_that_was_not_judged_is_named(dashboard: Dashboard) -> None:
    pushed(dashboard, 1)
    for name in ("good", "new"):
        dashboard.github.repository(f"acme/{name}", private=True).roles["kim"] = "read"
    (brief,) = dashboard.verdicts.history("acme/shop")
    whole = dashboard.verdicts.judgement(brief.id)
    assert whole
    good = dashboard.github.world.repositories["acme/good"]
    dashboard.verdicts.keep(replace(whole, repository="acme/good", repository_id=good.id, outcome=Outcome.PASSED))
    dashboard.verdicts.keep(replace(whole, repository="acme/hidden", repository_id=99_999))
    text = dashboard.visitor("kim").see("/").text
    names = re.findall(r'<a href="/repositories/acme/(\w+)">', text)
    assert ["shop", "good", "new"] == names
    assert "acme/hidden" not in text
    assert "FAIL" in words(text)


def test_what_another_repository_of_the_same_name_was_judged_is_not_shown(dashboard: Dashboard) -> None:
    id = pushed(dashboard, 1)
    kim = dashboard.visitor("kim")
    assert 200 == kim.see(f"{SHOP}/runs/{id}").status_code
    dashboard.shop.id = 77_777
    dashboard.now += timedelta(minutes=5)
    assert 404 == kim.see(f"{SHOP}/runs/{id}").status_code
    assert "Nothing was judged here yet" in kim.see(SHOP).text
    assert "Not judged yet" in kim.see("/").text


def test_many_projects_are_on_several_pages(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MOST", 1)
    pushed(dashboard, 0)
    (brief,) = dashboard.verdicts.history("acme/shop")
    whole = dashboard.verdicts.judgement(brief.id)
    assert whole
    other = dashboard.github.repository("acme/other", private=True)
    other.roles["kim"] = "read"
    dashboard.verdicts.keep(replace(whole, repository="acme/other", repository_id=other.id))
    kim = dashboard.visitor("kim")
    first = kim.see("/").text
    (more,) = re.findall(r'href="(\?after=[^"]+)"', first)
    second = kim.see(f"/{more}").text
    assert {"other", "shop"} == set(re.findall(r'<a href="/repositories/acme/(\w+)">', first + second))
    assert "?after=" not in second.partition("<main")[2]
    assert 404 == kim.see("/?after=x").status_code


def test_a_project_tells_its_commitments_conditions_and_how_they_stood_before(dashboard: Dashboard) -> None:
    ids = [pushed(dashboard, failed, hours) for hours, failed in enumerate((0, 2, 1))]
    text = dashboard.visitor("kim").see(SHOP).text
    seen = words(text)
    assert "MISSED 2.1 Tests pass before anything is merged" in seen
    assert "UNCHECKED 2.2 Documents are kept" in seen
    assert "Nothing may fail" in seen
    assert 'data-head="Since">from the beginning<' in text
    strip = text.partition('<ol class="strip">')[2].partition("</ol>")[0]
    assert ["✓", "✗"] == re.findall(r'aria-hidden="true">(.)</span>', strip), "the oldest first, without the one shown"
    assert [str(id) for id in ids[:2]] == re.findall(r"/runs/(\d+)", strip)
    assert 3 == len(re.findall(r'href="/repositories/acme/shop/runs/\d+">qualitygate|<bdi>qualitygate</bdi>', text))


def test_the_first_judgement_of_a_project_has_none_before(dashboard: Dashboard) -> None:
    pushed(dashboard, 0)
    text = dashboard.visitor("kim").see(SHOP).text
    assert 'data-head="Before"><span class="quiet">none</span>' in text
    assert "strip" not in text


def test_a_policy_that_has_changed_since_names_no_commitment(dashboard: Dashboard) -> None:
    pushed(dashboard, 0)
    dashboard.policy(POLICY.replace("at_most: 0", "at_most: 5"))
    seen = words(dashboard.visitor("kim").see(SHOP).text)
    assert "Tests pass before" not in seen
    assert "Nothing may fail" in seen
    dashboard.policy("version: [")
    dashboard.now += timedelta(minutes=2)
    assert "Nothing may fail" in words(dashboard.visitor("kim").see(SHOP).text)


def test_older_runs_are_on_further_pages(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "MOST", 2)
    ids = [pushed(dashboard, 0, hours) for hours in range(3)]
    kim = dashboard.visitor("kim")
    first = kim.see(SHOP).text
    (more,) = re.findall(r'href="(\?before=[^"]+)"', first)
    second = kim.see(f"{SHOP}{more}").text
    assert f"runs/{ids[0]}" in second
    assert f"runs/{ids[2]}" not in second
    assert 404 == kim.see(f"{SHOP}?before=x").status_code


def test_a_repository_without_a_verdict_says_what_is_needed(dashboard: Dashboard) -> None:
    assert "Nothing was judged here yet" in dashboard.visitor("kim").see(SHOP).text
    dashboard.tell(dashboard.run(dashboard.pull(), reports={"unit.xml": junit()}))
    text = words(dashboard.visitor("kim").see(SHOP).text)
    assert "The default branch was not judged yet" in text
    assert "pull request #1" in text


def test_a_run_tells_what_was_read_and_what_is_different(dashboard: Dashboard) -> None:
    first = pushed(dashboard, 0)
    second = pushed(dashboard, 2, 3)
    kim = dashboard.visitor("kim")
    judged = dashboard.verdicts.judgement(second)
    assert judged
    (read,) = judged.inputs
    text = kim.see(f"{SHOP}/runs/{second}").text
    assert f'data-head="SHA-256"><code>{read.sha256}</code>' in text, "on a phone a file is a card"
    seen = words(text)
    assert f"reports/unit.xml {(judged.at - read.at).days} days old {read.size}" in seen, read
    assert "tests.failed pull-request.tests.failed PASS 0 failed tests FAIL 2 failed tests" in seen
    assert "The policy is the same" in seen
    assert "reports/unit.xml has changed" in seen
    assert f"gate run {first}" in seen
    assert "Nothing was judged here before it" in words(kim.see(f"{SHOP}/runs/{first}").text)


def test_a_run_that_is_like_the_one_before_says_so_and_another_policy_is_told(dashboard: Dashboard) -> None:
    pushed(dashboard, 0)
    same = pushed(dashboard, 0, 1)
    kim = dashboard.visitor("kim")
    assert "No condition stands otherwise" in words(kim.see(f"{SHOP}/runs/{same}").text)
    dashboard.policy(POLICY.replace("tests.executed, at_least: 1", "tests.total, at_least: 1"))
    other = pushed(dashboard, 0, 2)
    seen = words(kim.see(f"{SHOP}/runs/{other}").text)
    assert "The policy is another one" in seen
    assert "tests.total pull-request.tests.total not judged PASS" in seen
    assert re.search(r"pull-request.tests.executed PASS .{1,30} not judged", seen), seen


def test_the_policy_is_shown_as_it_was_at_that_commit(dashboard: Dashboard) -> None:
    id = pushed(dashboard, 0)
    dashboard.policy("version: 1\ngates: {}\n")
    kim = dashboard.visitor("kim")
    text = kim.see(f"{SHOP}/runs/{id}/policy").text
    assert "Nothing may fail" in text
    assert "<code><bdi>qualitygate.yml</bdi></code>" in text
    judged = dashboard.verdicts.judgement(id)
    assert judged
    dashboard.shop.commits.clear()
    assert "not there any more" in kim.see(f"{SHOP}/runs/{id}/policy").text


@pytest.mark.parametrize("form", ["html", "json", "markdown", "sarif", "junit", "text"])
def test_a_verdict_can_be_taken_along_and_is_never_shown_in_place_of_a_page(dashboard: Dashboard, form: str) -> None:
    id = pushed(dashboard, 1)
    kim = dashboard.visitor("kim")
    answer = kim.see(f"{SHOP}/runs/{id}/verdict?format={form}")
    assert 200 == answer.status_code
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="acme-shop-{id}.')
    assert "application/octet-stream" == answer.headers["content-type"]
    assert "default-src 'none'; sandbox" == answer.headers["content-security-policy"]
    assert "tests.failed" in answer.text
    if form == "json":
        judged = dashboard.verdicts.judgement(id)
        assert judged
        assert judged.verdict == answer.text
        assert "failed" == json.loads(answer.text)["outcome"]


def test_a_run_of_another_repository_an_unknown_one_and_a_form_that_is_none_are_not_there(dashboard: Dashboard) -> None:
    id = pushed(dashboard, 0)
    other = dashboard.github.repository("acme/other", private=True)
    other.roles["kim"] = "read"
    kim = dashboard.visitor("kim")
    missing = (f"/repositories/acme/other/runs/{id}", f"{SHOP}/runs/{id + 1}", f"{SHOP}/runs/{2**70}", f"{SHOP}/runs/x")
    for path in (*missing, f"{SHOP}/runs/{id}/verdict?format=exe", f"{SHOP}/runs/{id}/verdict"):
        assert (path, 404) == (path, kim.see(path).status_code)


def test_a_branch_that_was_good_is_not_green_once_it_cannot_be_judged(dashboard: Dashboard) -> None:
    pushed(dashboard, 0)
    dashboard.policy(f"gaets: {{}}\n{POLICY}")
    id = pushed(dashboard, 0, 1)
    kim = dashboard.visitor("kim")
    overview, gates, run = (words(kim.see(path).text) for path in ("/", SHOP, f"{SHOP}/runs/{id}"))
    assert "NO DATA" in overview and "PASS" not in overview
    for seen in (gates, run):
        assert "NO DATA No condition was judged the gate could not be judged" in seen
        assert "gaets" in seen
    assert "PASS" not in gates.partition("Gate runs")[0]
    for form in ("html", "json", "markdown", "sarif", "junit", "text"):
        assert "gaets" in kim.see(f"{SHOP}/runs/{id}/verdict?format={form}").text


def test_a_repository_that_never_could_be_judged_is_said_to_be_that(dashboard: Dashboard) -> None:
    dashboard.policy(f"gaets: {{}}\n{POLICY}")
    pushed(dashboard, 0)
    kim = dashboard.visitor("kim")
    seen = words(kim.see("/").text)
    assert "NO DATA" in seen and "are needed" not in seen
    assert "gaets" in words(kim.see(SHOP).text)


def test_what_tests_are_called_is_shown_and_not_obeyed(dashboard: Dashboard) -> None:
    name = "&lt;script&gt;alert(1)&lt;/script&gt;"
    report = f"<testsuite><testcase classname='a' name='{name}'><failure message='{name}'/></testcase></testsuite>"
    sha = dashboard.shop.commit(branch="main")
    run = dashboard.shop.run(sha=sha, branch="main", event="push")
    dashboard.shop.artifact(run, "reports", packed({"unit.xml": report}))
    dashboard.tell(run)
    (judged,) = dashboard.verdicts.history("acme/shop")
    text = dashboard.visitor("kim").see(f"{SHOP}/runs/{judged.id}").text
    assert name in text
    assert "<script" not in text


def test_pages_share_the_store_with_who_writes_it(dashboard: Dashboard) -> None:
    with VerdictStore(dashboard.database) as other:
        assert () == other.projects()
    pushed(dashboard, 0)
    assert "PASS" in dashboard.visitor("kim").see("/").text

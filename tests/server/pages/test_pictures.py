"""The dashboard as ``docs/dashboard.md`` shows it.

``QUALITYGATE_UPDATE_PICTURES=1 pytest tests/server/pages/test_pictures.py`` takes the pictures anew. Look at them
before they are committed: no test says whether they are good.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from qualitygate.model.verdict import Outcome
from qualitygate.storage.verdicts import Known
from qualitygate.support.run import State
from qualitygate.support.waiting import Waiting
from tests.action.browser import find
from tests.github.double.github import GitHub
from tests.server.pages.conftest import Dashboard, opened
from tests.server.shop import NOW

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SHOP = "/repositories/acme/shop"
SHOWN = {
    "dashboard-overview": ("/", "en"),
    "dashboard-project": (SHOP, "en"),
    "dashboard-run": (f"{SHOP}/runs/{{last}}", "en"),
    "dashboard-board": (f"{SHOP}/board", "zh-CN"),
}
POLICY = """\
version: 1
name: shop
clauses:
  "1.1": {text: {en: Urgent questions are answered within 4 hours and others within 24}, owner: wang}
  "2.1": {text: {en: Every test passes before a change is merged}, owner: lin}
  "2.2": {text: {en: The rate of defects stays below 5 %}, owner: lin}
evidence:
  unit: {files: reports/*.xml}
support:
  tickets: {label: support}
  team: [lin, wang]
  targets: {urgent: {first_response: 4h}, normal: {first_response: 24h, next_response: 8h, resolution: 120h}}
gates:
  pull-request:
    - {metric: tests.failed, at_most: 0, why: Every test passes, owner: lin, clause: "2.1"}
    - {metric: tests.defect_rate, below: 5%, why: Few defects, owner: lin, clause: "2.2"}
    - {metric: tests.executed, at_least: 20, why: The tests really ran, owner: lin, clause: "2.1"}
"""


@pytest.fixture(scope="module")
def shown(running_double: GitHub, tmp_path_factory) -> Iterator[Dashboard]:
    running_double.reset()
    with opened(running_double, tmp_path_factory.mktemp("shown"), POLICY) as made:
        filled(made)
        yield made


@pytest.fixture(scope="module")
def page(tmp_path_factory, shown: Dashboard) -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    command = find(tmp_path_factory.mktemp("browser")).command
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-gpu"])
        made = browser.new_page(viewport={"width": 1100, "height": 600}, color_scheme="light")
        shown.github.world.person = "lin"
        made.goto(f"{shown.url}/sign-in/github")
        yield made
        browser.close()


def filled(dashboard: Dashboard) -> None:
    github = dashboard.github
    github.wait(NOW - github.now)
    for number, failed in enumerate((3, 1, 0, 0, 2, 0, 0, 0, 1)):
        github.wait(timedelta(hours=7))
        sha = dashboard.shop.commit(branch="main", message=f"change {number}")
        run = dashboard.run(sha=sha, branch="main", reports={"unit.xml": report(failed, 21 + number)})
        github.wait(timedelta(minutes=4))
        dashboard.now = github.now
        dashboard.tell(run)
    neighbours(dashboard)
    titles = (
        ("支付后订单未显示", 26, "urgent"),
        ("导出在第 65,536 行中断", 21, ""),
        ("发票抬头有误", 30, ""),
        ("希望支持深色模式", 2, ""),
    )
    for title, hours, priority in titles:
        labels = ["support", *([f"priority:{priority}"] if priority else [])]
        issue = dashboard.shop.issue(labels=labels, login="eve", title=title)
        issue.created = issue.updated = github.now - timedelta(hours=hours)
    dashboard.shop.comment(issue.number - 1, "We look at it", login="wang")
    dashboard.changed(issue)


def neighbours(dashboard: Dashboard) -> None:
    """Other repositories of the organisation, in other states."""
    whole = dashboard.verdicts.judgement(dashboard.verdicts.history("acme/shop")[0].id)
    assert whole
    states = {"billing": Outcome.PASSED, "crm": Outcome.WARNED, "gateway": Outcome.NO_DATA}
    for number, (name, outcome) in enumerate(states.items()):
        made = dashboard.github.repository(f"acme/{name}", private=True)
        made.roles["lin"] = "admin"
        at = whole.at - timedelta(hours=3 * number + 1)
        own = replace(whole, repository=made.full_name, repository_id=made.id, outcome=outcome, at=at)
        dashboard.verdicts.keep(own)
    at, due = dashboard.now, dashboard.now + timedelta(hours=2)
    late = Waiting(ticket="4", title="", priority="", channel="", opened=at, state=State.AT_RISK, due=due, risk=at)
    dashboard.verdicts.look(Known(name="acme/crm", default_branch="main"), [late], at)
    dashboard.github.repository("acme/mobile", private=True).roles["lin"] = "admin"


def report(failed: int, tests: int) -> str:
    names = ("adds a line", "counts the tax", "keeps the discount", "refuses a negative price")
    cases = [f'<testcase classname="shop.cart" name="test_{number}"/>' for number in range(tests - failed)]
    cases += [
        f'<testcase classname="shop.cart" name="{names[number % 4]}"><failure message="42 is not 41"/></testcase>'
        for number in range(failed)
    ]
    return f"<testsuite name='unit'>{''.join(cases)}</testsuite>"


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_there_and_small(name: str, request: pytest.FixtureRequest) -> None:
    path = PICTURES / f"{name}.png"
    if os.environ.get("QUALITYGATE_UPDATE_PICTURES"):
        page, dashboard = request.getfixturevalue("page"), request.getfixturevalue("shown")
        last = dashboard.verdicts.history("acme/shop")[0].id
        where, lang = SHOWN[name][0].format(last=last), SHOWN[name][1]
        page.goto(f"{dashboard.url}{where}{'&' if '?' in where else '?'}lang={lang}")
        with Image.open(BytesIO(page.screenshot(full_page=True))) as taken:
            few = taken.convert("RGB").quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < 150_000

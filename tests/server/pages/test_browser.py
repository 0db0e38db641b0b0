"""Every page in a real browser: no complaint, nothing that axe-core finds, fit for a phone, no word of others run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from qualitygate.github.installations import Installed
from qualitygate.pack.manifest import PackRequest
from qualitygate.pack.packing import pack
from qualitygate.server.spreading import CLOCKS, swept
from tests.action.browser import find
from tests.conftest import write_files
from tests.github.double.github import GitHub
from tests.pack.test_opening import POLICY as PACKED
from tests.server.pages.conftest import Dashboard, opened
from tests.server.pages.test_deliveries import kept
from tests.server.shop import NOW
from tests.server.test_owners import LOCKED, owned

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
WIDE, NARROW = 1280, 390
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202e\"'>{{7*7}}"
SHOP = "/repositories/acme/shop"
RUN = f"{SHOP}/runs/2"
PAGES = (
    "/",
    "/tickets",
    f"{SHOP}/reports",
    "/packs",
    f"{SHOP}/deliveries?of=sweeps",
    SHOP,
    RUN,
    f"{RUN}/policy",
    f"{SHOP}/board",
    f"{SHOP}/deliveries",
    "/no-such-page",
    "/sign-in",
)
POLICY = """\
version: 1
name: "<b onclick=alert(3)>shop</b>"
timezone: Asia/Shanghai
clauses:
  "2.1": {text: {en: Tests pass before anything is merged, zh-CN: 合并前测试全部通过}, owner: lin}
  "2.2": {text: {en: "<script>alert(4)</script>", zh-CN: "<script>alert(4)</script>"}, owner: kim}
evidence:
  unit: {files: reports/*.xml}
support:
  tickets: {label: support}
  team: [lin, wang]
  targets: {urgent: {first_response: 4h}, normal: {first_response: 24h, next_response: 8h, resolution: 120h}}
gates:
  pull-request:
    - {metric: tests.failed, at_most: 0, why: "<script>alert(5)</script>", owner: lin, clause: "2.1"}
    - {metric: tests.executed, at_least: 1, clause: "2.1"}
"""
REPORT = """\
<testsuite><testcase classname="shop.cart" name="test_totals"/>
<testcase classname="shop.cart" name="&lt;img src=x onerror=alert(6)&gt;">
<failure message="&lt;script&gt;alert(7)&lt;/script&gt;"/></testcase></testsuite>
"""
LOOKS = [("en", WIDE, "light"), ("zh-CN", NARROW, "dark")]
if os.environ.get("QUALITYGATE_LOOK_AT"):  # all of them take a while
    LOOKS += [("en", NARROW, "dark"), ("zh-CN", WIDE, "light")]
PICTURES = os.environ.get("QUALITYGATE_LOOK_AT")
"""A folder for pictures of every page, for people to look at."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Any]:
    command = find(tmp_path_factory.mktemp("browser")).command
    with api.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def full(running_double: GitHub, tmp_path_factory) -> Iterator[Dashboard]:
    """A dashboard with something on every page, much of it by people who mean harm."""
    running_double.reset()
    with opened(running_double, tmp_path_factory.mktemp("full"), POLICY) as made:
        filled(made)
        yield made
        assert [] == running_double.take_problems()


def made(folder: Path) -> Path:
    """An evidence pack."""
    write_files(folder, {"qualitygate.yml": PACKED, "unit.xml": REPORT})
    asked = PackRequest(policy="", now=NOW, subject={"name": "acme/shop"})
    pack(str(folder / "qualitygate.yml"), asked, to=str(folder / "pack.zip"))
    return folder / "pack.zip"


def filled(dashboard: Dashboard) -> None:
    owned(dashboard.github, f"# <script>alert(8)</script>\n{LOCKED}")
    for hours, report in enumerate(("<testsuite><testcase classname='shop' name='a'/></testsuite>", REPORT)):
        dashboard.now = NOW + timedelta(hours=hours)
        sha = dashboard.shop.commit(branch="main", message=f"change {hours}")
        dashboard.tell(dashboard.run(sha=sha, branch="main", reports={"unit.xml": report}))
    dashboard.github.repository("acme/new", private=True).roles["lin"] = "admin"
    titles = {"The export stops at row 65,536": 30, HOSTILE: 25, "登录后页面空白": 20, "Invoices": 1}
    for title, hours in titles.items():
        issue = dashboard.shop.issue(labels=["support"], login="eve", title=title)
        issue.created = issue.updated = dashboard.github.now - timedelta(hours=hours)
    dashboard.changed(issue)
    kept(dashboard, "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    place = Installed(id=dashboard.shop.id, name="acme/shop", branch="main", pushed="")
    dashboard.inbox.arm(swept(place, dashboard.installation, CLOCKS, "7"))
    kept(dashboard, "8f1c2a10-cc78-11e3-9d1b-0242ac120002", dead=f"GET /repos/acme/shop: {HOSTILE}")


class Person:
    """Somebody signed in with a browser, and all that it complains of."""

    def __init__(self, browser: Any, dashboard: Dashboard, login: str = "lin", **options: Any) -> None:
        self.dashboard = dashboard
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._dialog)
        if login:
            dashboard.github.world.person = login
            self.page.goto(f"{dashboard.url}/sign-in")
            self.page.get_by_role("link", name="GitHub").click()

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def see(self, path: str, lang: str = "en") -> Any:
        self.page.goto(f"{self.dashboard.url}{path}{'&' if '?' in path else '?'}lang={lang}")
        return self.page

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_every_page_is_clean_and_open_to_all(browser, full, lang, width, scheme):
    options = {
        "viewport": {"width": width, "height": 900},
        "color_scheme": scheme,
        "bypass_csp": True,
    }  # axe is a script
    with Person(browser, full, **options) as person, Person(browser, full, "", **options) as stranger:
        for path in PAGES:
            who = stranger if path == "/sign-in" else person
            page = who.see(path, lang)
            found = axe.Axe().run(page).response
            wrong = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]
            assert (path, []) == (path, wrong)
            assert (path, width) == (path, page.evaluate("document.documentElement.scrollWidth"))
            assert lang == page.evaluate("document.documentElement.lang")
            if PICTURES:
                name = re.sub(r"\W+", "-", path.strip("/")) or "overview"
                page.screenshot(path=Path(PICTURES) / f"{name}-{lang}-{width}.png", full_page=True)


def test_nothing_of_strangers_is_run_and_the_browser_complains_of_nothing(browser, full):
    with Person(browser, full) as person:
        for path in PAGES:
            page = person.see(path)
            assert 0 == page.locator("img[src=x], script").count()
            if path != "/no-such-page":  # its status is itself a complaint
                assert (path, []) == (path, person.said)
            person.said.clear()
        assert HOSTILE.replace("\u202e", "\\u202e") in person.see(f"{SHOP}/board").inner_text("main")


def test_forms_work_without_scripts_and_links_lead_on(browser, full):
    with Person(browser, full, java_script_enabled=False) as person:
        page = person.see("/")
        page.get_by_role("link", name="acme/shop").click()
        page.get_by_role("link", name="The whole gate run").click()
        assert f"{full.url}{RUN}" == page.url
        page.get_by_role("link", name="Deliveries").click()
        page.get_by_text("Why it failed").click()
        page.get_by_role("button", name="Try again").click()
        assert f"{full.url}{SHOP}/deliveries" == page.url
        assert 0 == page.get_by_role("button", name="Try again").count()
        kept_again = full.inbox.take("8f1c2a10-cc78-11e3-9d1b-0242ac120002")
        assert kept_again
        full.inbox.bury(kept_again, HOSTILE)
        page.get_by_role("link", name="中文").click()
        assert "zh-CN" == page.locator("html").get_attribute("lang")
        page.locator("form button.plain").click()
        assert f"{full.url}/sign-in" == page.url
    assert [] == person.said


def test_a_pack_is_sent_and_checked_without_scripts(browser, full, tmp_path):
    whole = made(tmp_path).read_bytes()
    changed = bytearray(whole)
    changed[0] ^= 0xFF
    with Person(browser, full, java_script_enabled=False, viewport={"width": NARROW, "height": 900}) as person:
        for lang, told, content in (
            ("en", "AS PACKED", made(tmp_path).read_bytes()),
            ("zh-CN", "有差异", bytes(changed)),
        ):
            page = person.see(f"{SHOP}/reports", lang)
            page.locator("#pack").set_input_files({"name": "p.zip", "mimeType": "application/zip", "buffer": content})
            page.locator("form[action='/packs'] button").click()
            assert told in page.inner_text("main")
            assert NARROW == page.evaluate("document.documentElement.scrollWidth")
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"pack-{lang}.png", full_page=True)
    assert [] == person.said


def test_another_site_can_neither_frame_a_page_nor_send_its_forms(browser, full, tmp_path):
    trap = tmp_path / "trap.html"
    target = f"{full.url}/sign-out"
    trap.write_text(
        f"<iframe src='{full.url}/'></iframe><form method=post action='{target}'><button>go</button></form>"
    )
    with Person(browser, full) as person:
        person.page.goto(trap.as_uri())
        assert all("qualitygate" not in (frame.title() or "") for frame in person.page.frames)
        person.page.get_by_role("button").click()
        assert "not asked for" in person.page.inner_text("main")
        assert "lin" in person.see("/").inner_text("header"), "still signed in"


def test_the_keyboard_reaches_everything_from_the_first_key_on(browser, full):
    with Person(browser, full) as person:
        page = person.see(f"{SHOP}/deliveries")
        page.keyboard.press("Tab")
        assert "To the content" == page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")


def test_a_session_that_a_stranger_prepared_is_not_the_one_that_begins(browser, full):
    with Person(browser, full, "") as person:
        planted = {"name": "session", "value": "planted", "url": full.url}
        person.context.add_cookies([planted])
        full.github.world.person = "lin"
        person.page.goto(f"{full.url}/sign-in?next=//evil.example/")
        person.page.get_by_role("link", name="GitHub").click()
        assert f"{full.url}/" == person.page.url, "not to another site"
        (cookie,) = [each for each in person.context.cookies() if each["name"] == "session"]
        assert "planted" != cookie["value"]
        assert (True, "Lax", "/") == (cookie["httpOnly"], cookie["sameSite"], cookie["path"])
        assert "session" not in person.page.evaluate("document.cookie")
    with Person(browser, full, "") as stranger:
        stranger.context.add_cookies([planted])
        assert f"{full.url}/sign-in" in stranger.see("/").url


def test_another_persons_repository_is_not_there(browser, full):
    full.github.repository("kim/secret", private=True)
    with Person(browser, full, "eve") as person:
        for path in (SHOP, RUN, f"{RUN}/policy", f"{SHOP}/board", f"{SHOP}/reports", "/repositories/kim/secret"):
            page = person.see(path)
            assert (path, "There is no such page") == (path, page.locator("h1").inner_text())
        assert "shop" not in person.see("/").content()

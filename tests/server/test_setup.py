"""``qualitygate serve --setup``: an operator registers the App, nobody else can, and what GitHub gave is kept."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from qualitygate.cli import main
from qualitygate.errors import CannotUseGitHub, ConfigError
from qualitygate.github.manifest import Registered, asking, exchanged, site
from qualitygate.language import LANGUAGES
from qualitygate.server import folder, setup
from qualitygate.server.pages.house import BACK
from qualitygate.server.registering import Registering, Wish, manifest
from tests.action.browser import find
from tests.github.double.github import GitHub
from tests.github.double.manifests import problems
from tests.server.conftest import eventually, listening, send
from tests.server.process import Process

WISH = {"name": "gate of acme", "organisation": "acme", "address": "https://quality.example.org/"}
APP = Registered(
    id="7",
    name="gate",
    url="https://github.com/apps/gate",
    address="https://quality.example.org",
    private_key="-----BEGIN X-----",
    webhook_secret="hush hush",
    client_id="Iv1.7",
    client_secret="hush",
)


class Setup:
    """The pages on loopback, over the double."""

    def __init__(self, github: GitHub, path: Path) -> None:
        self.github, self.path, self.done = github, path, 0
        self.made = Registering(
            github.url, lambda code: exchanged(github.url, code), lambda app: folder.keep(str(path), app)
        )
        self.web = setup.application(self.made, api=github.url, folder=str(path), done=self._done)
        self.url = ""

    def _done(self) -> None:
        self.done += 1

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=20)

    def post(self, **fields: str) -> requests.Response:
        told = {"token": self.made.token, **WISH, **fields}
        return requests.post(f"{self.url}/setup", data=told, timeout=20)

    def begin(self, **fields: str) -> tuple[str, dict[str, Any]]:
        """Where the browser is sent, and the manifest it takes there."""
        page = self.post(**fields).text
        to, told = re.findall(r'action="([^"]+)"|name="manifest" value="([^"]+)"', page)
        return unescape(to[0]), json.loads(unescape(told[1]))

    def agree(self, to: str, wanted: dict[str, Any]) -> str:
        """A person says yes on GitHub's page; where GitHub leads their browser."""
        asked = requests.post(to, data={"manifest": json.dumps(wanted)}, timeout=20)
        assert 200 == asked.status_code, asked.text
        kept = unescape(re.findall(r'name="kept" value="([^"]+)"', asked.text)[0])
        answer = requests.post(to, data={"kept": kept, "name": wanted["name"]}, timeout=20, allow_redirects=False)
        return answer.headers["Location"]


@pytest.fixture
def pages(github: GitHub, tmp_path: Path) -> Iterator[Setup]:
    made = Setup(github, tmp_path / "app")
    with listening(made.web) as made.url:
        yield made


def test_an_app_is_registered_and_kept_for_its_owners_eyes_only(pages: Setup) -> None:
    assert 200 == pages.get(f"/setup?token={pages.made.token}").status_code
    back = pages.agree(*pages.begin())
    assert back.startswith(f"{pages.url}/setup/callback?")
    page = requests.get(back, timeout=20)
    assert 200 == page.status_code
    app = pages.github.world.apps["gate-of-acme"]
    assert f"{pages.github.url}/apps/gate-of-acme/installations/new" in page.text
    kept = folder.known(str(pages.path))
    assert kept is not None
    assert (str(app.id), app.secret, app.client_secret) == (kept.id, kept.webhook_secret, kept.client_secret)
    assert "acme" == app.owner.login
    assert "https://quality.example.org/github/webhooks" == app.hook
    assert 0o700 == stat.S_IMODE(pages.path.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(each.stat().st_mode) for each in pages.path.iterdir()}
    for secret in (kept.private_key[40:80], kept.webhook_secret, kept.client_secret):
        assert secret not in page.text
    assert 1 == pages.done


def test_only_whoever_has_the_token_of_the_terminal_may_register(pages: Setup) -> None:
    for path in ("/setup", "/setup?token=", "/setup?token=x", f"/setup?token={pages.made.token[:-1]}"):
        answer = pages.get(path)
        assert 403 == answer.status_code
        assert pages.made.token not in answer.text
    assert 403 == pages.post(token="x").status_code
    assert 403 == pages.post(token="").status_code


@pytest.mark.parametrize("state", ["", "x", "&state=y"])
def test_what_comes_back_without_the_state_is_refused_and_its_code_not_tried(pages: Setup, state: str) -> None:
    to, wanted = pages.begin()
    code = parse_qs(urlsplit(pages.agree(to, wanted)).query)["code"][0]
    assert 403 == pages.get(f"/setup/callback?code={code}&state={state}").status_code
    assert 403 == pages.get(f"/setup/callback?code={code}").status_code
    assert [] == pages.github.calls_to("POST", "/app-manifests/*/conversions")
    assert not pages.path.exists()


def test_it_works_once(pages: Setup) -> None:
    back = pages.agree(*pages.begin())
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(lambda _: requests.get(back, timeout=20).status_code, range(4)))
    assert [200, 403, 403, 403] == codes
    assert 1 == len(pages.github.calls_to("POST", "/app-manifests/*/conversions"))
    assert 403 == pages.get(f"/setup?token={pages.made.token}").status_code
    assert 403 == pages.post().status_code


def test_before_anything_is_begun_nothing_can_come_back(pages: Setup) -> None:
    assert 403 == pages.get("/setup/callback?code=x&state=").status_code


def test_to_begin_anew_ends_what_was_begun(pages: Setup) -> None:
    first = pages.agree(*pages.begin())
    second = pages.agree(*pages.begin())
    assert [403, 200] == [requests.get(back, timeout=20).status_code for back in (first, second)]


def test_a_code_that_github_does_not_take_keeps_nothing_and_can_be_tried_anew(pages: Setup) -> None:
    pages.github.fail("POST", "/app-manifests/*/conversions", status=502)
    failed = requests.get(pages.agree(*pages.begin()), timeout=20)
    assert 502 == failed.status_code
    assert "502" in failed.text
    assert f"/setup?token={pages.made.token}" in failed.text
    assert not pages.path.exists()
    assert 200 == requests.get(pages.agree(*pages.begin()), timeout=20).status_code


@pytest.mark.parametrize("code", ["../../user", "a/b", "", "a?b", "a" * 201])
def test_a_code_that_leads_elsewhere_is_not_sent(github: GitHub, code: str) -> None:
    with pytest.raises(CannotUseGitHub, match="no code"):
        exchanged(github.url, code)
    assert [] == github.calls


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "1 to 34"),
        ({"name": "a" * 35}, "1 to 34"),
        ({"organisation": "../x"}, "no name of an organisation"),
        ({"organisation": "a--b"}, "no name of an organisation"),
        ({"address": "quality.example.org"}, "https://"),
        ({"address": "http://quality.example.org"}, "https://"),
        ({"address": "https://quality.example.org/below"}, "https://"),
        ({"address": "https://quality.example.org/?a=b"}, "https://"),
        ({"address": "https://user@quality.example.org"}, "https://"),
        ({"address": "https://quality.example.org:x"}, "https://"),
        ({"address": "javascript:alert(1)"}, "https://"),
    ],
)
def test_what_cannot_be_is_said_and_stays_in_the_form(pages: Setup, wrong: dict[str, str], said: str) -> None:
    answer = pages.post(**wrong)
    assert 422 == answer.status_code
    assert said in answer.text
    (value,) = wrong.values()
    assert f'value="{value}"' in answer.text
    assert "manifest" not in answer.text


def test_what_was_written_cannot_break_out_of_the_page(pages: Setup) -> None:
    hostile = '"><script>alert(1)</script>'
    for answer in (pages.post(name=hostile), pages.post(name=hostile, address="nowhere")):
        assert "<script" not in answer.text


def test_a_form_that_does_not_end_is_not_read(pages: Setup) -> None:
    assert 403 == pages.post(name="a" * 20_000).status_code


def test_the_pages_may_not_be_framed_and_run_nothing(pages: Setup) -> None:
    answer = pages.get(f"/setup?token={pages.made.token}")
    assert "frame-ancestors 'none'" == answer.headers["Content-Security-Policy"]
    assert "no-store" == answer.headers["Cache-Control"]
    assert "default-src &#39;none&#39;" in answer.text or "default-src 'none'" in answer.text


def test_a_browser_on_this_machine_comes_back_here_and_one_through_a_proxy_to_the_address(pages: Setup) -> None:
    _, here = pages.begin()
    assert f"{pages.url}/setup/callback" == here["redirect_url"]
    there = requests.post(
        f"{pages.url}/setup", data={"token": pages.made.token, **WISH}, headers={"Host": "q.example"}, timeout=20
    )
    assert "https://quality.example.org/setup/callback" in unescape(there.text)
    asked = pages.get(f"/setup?token={pages.made.token}", Host="q.example")
    assert 'value="https://q.example"' in asked.text


def test_github_would_take_the_manifest_and_it_asks_for_every_event_that_something_is_done_about() -> None:
    asked = manifest(Wish(**WISH), "http://127.0.0.1:8080")
    assert [] == problems(asked)
    assert {"workflow_run", "check_run", "issues", "issue_comment"} <= set(asked["default_events"])
    assert asked["public"] is False
    assert ["https://quality.example.org/sign-in/back"] == asked["callback_urls"]
    assert "read" == asked["default_permissions"]["contents"]
    waiving = manifest(Wish(**WISH, waivers=True), "http://127.0.0.1:8080")
    assert "write" == waiving["default_permissions"]["contents"]
    assert [f"{WISH['address'].rstrip('/')}{BACK}"] == asked["callback_urls"]
    without = {**asked, "default_permissions": {"metadata": "read"}}
    assert problems(without), "the double tells an event without its permission"


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://ghe.example.org/api/v3", "https://ghe.example.org"),
        ("https://ghe.example.org/api/v3/", "https://ghe.example.org"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_site_is_told_from_the_api(api: str, expected: str) -> None:
    assert expected == site(api)
    assert f"{expected}/settings/apps/new?state=s" == asking(api, "", "s")
    assert f"{expected}/organizations/acme/settings/apps/new?state=s" == asking(api, "acme", "s")


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "app"
    monkeypatch.setattr(folder.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(ConfigError, match="No space left"):
        folder.keep(str(path), APP)
    assert [] == list(tmp_path.iterdir())
    monkeypatch.undo()
    folder.keep(str(path), APP)
    assert APP == folder.known(str(path))
    (path / "private-key.pem").unlink()
    with pytest.raises(ConfigError, match=r"private-key\.pem cannot be read"):
        folder.known(str(path))


def test_where_nothing_can_be_kept_nobody_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["serve", "--setup", "--app-folder", str(tmp_path / "no" / "app"), "--port", "0"])
    assert "cannot be kept" in capsys.readouterr().err
    (tmp_path / "app").mkdir()
    assert 2 == main(["serve", "--setup", "--app-folder", str(tmp_path / "app"), "--port", "0"])
    assert "there is an App" in capsys.readouterr().err
    assert 2 == main(["serve", "--setup", "--app-id", "7"])
    assert "one is named already" in capsys.readouterr().err


@contextmanager
def setting_up(github: GitHub, path: Path) -> Iterator[tuple[Callable[[], str], subprocess.Popen[str], list[str]]]:
    """A process of ``serve --setup`` in an empty folder: the address it shows, the process, its log."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("QUALITYGATE_", "GITHUB_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "qualitygate", "serve", "--setup", "--port", "0", "--api-url", github.url],
        cwd=path,
        env={**environ, "PYTHONPATH": os.getcwd(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    shown, log = list[str](), list[str]()
    readers = [
        Thread(target=lambda: shown.extend(process.stdout or ())),
        Thread(target=lambda: log.extend(process.stderr or ())),
    ]
    for each in readers:
        each.start()

    def address() -> str:
        eventually(lambda: any(line.startswith("http") for line in shown) or process.poll() is not None, 60)
        return next(line.strip() for line in shown if line.startswith("http"))

    try:
        yield address, process, log
    finally:
        process.terminate()
        process.wait(60)
        for each in readers:
            each.join()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_a_browser_an_app_is_registered_and_the_server_goes_on_with_it(
    github: GitHub, tmp_path: Path, lang: str
) -> None:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    command = find(tmp_path / "browser").command
    pictures = os.environ.get("QUALITYGATE_PICTURES")
    (tmp_path / "app").mkdir()
    with setting_up(github, tmp_path / "app") as (address, process, log), api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale=lang, bypass_csp=False)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))

        def looked(step: str) -> None:
            assert lang == page.get_attribute("html", "lang")
            if pictures:
                page.screenshot(path=f"{pictures}/setup-{step}-{lang}.png", full_page=True)
            with browser.new_context(bypass_csp=True) as apart:
                beside = apart.new_page()
                beside.set_content(page.content())
                found = axe.Axe().run(beside).response["violations"]
                assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

        page.goto(address())
        looked("ask")
        page.fill("#name", "gate of acme")
        page.fill("#organisation", "acme")
        page.fill("#address", "https://quality.example.org")
        page.check("text=" + ("Waivers by command" if lang == "en" else "通过命令豁免"))
        page.click("button")
        looked("confirm")
        page.click("button")
        page.click("text=Create GitHub App")
        page.wait_for_selector("a.next")
        looked("done")
        assert f"{github.url}/apps/gate-of-acme/installations/new" == page.get_attribute("a.next", "href")
        browser.close()
        assert [] == said

        def line(what: str) -> dict[str, Any] | None:
            return next((told for told in map(json.loads, list(log)) if told["what"] == what), None)

        eventually(lambda: line("listening") or process.poll() is not None, 60)
        told = line("listening")
        assert told, "".join(log)
        app = github.world.apps["gate-of-acme"]
        assert "write" == app.permissions["contents"]
        answer = send(f"http://127.0.0.1:{told['port']}", {}, "star", secret=app.secret)
        assert (202, "ignored") == (answer.status_code, answer.json()["state"])
        assert str(told["port"]) == str(urlsplit(address()).port)
        text = "".join(log)
        kept = folder.known(str(tmp_path / "app" / "qualitygate-app"))
        assert kept is not None
        token = parse_qs(urlsplit(address()).query)["token"][0]
        for secret in (token, app.secret, app.client_secret, kept.private_key[60:120]):
            assert secret not in text


def test_a_server_finds_the_app_that_was_set_up(github: GitHub, tmp_path: Path) -> None:
    from tests.server.shop import Shop, keys

    shop = Shop(github)
    app = Registered(
        id=str(shop.app.id),
        name="gate",
        url=f"{github.url}/apps/gate",
        address="https://quality.example.org",
        private_key=keys()[0],
        webhook_secret="another secret",
        client_id="Iv1",
        client_secret="hush",
    )
    folder.keep(str(tmp_path / "qualitygate-app"), app)
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), "serve", "--port", "0", kept=True)
    assert 202 == send(server.url, {}, "star", secret="another secret").status_code
    assert 401 == send(server.url, {}, "star").status_code
    led = requests.get(f"{server.url}/", headers={"Host": "quality.example.org"}, timeout=20, allow_redirects=False)
    assert led.status_code in {200, 302, 303}, "the dashboard is there, at the address that was said"
    assert 0 == server.stop()


def test_asked_to_end_before_anything_was_registered_it_ends(github: GitHub, tmp_path: Path) -> None:
    with setting_up(github, tmp_path) as (address, process, log):
        address()
        process.terminate()
        assert 0 == process.wait(60)
    assert [] == log
    assert [] == list(tmp_path.iterdir())

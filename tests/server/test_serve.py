"""``qualitygate serve`` and ``worker``, as an operator starts them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from qualitygate.cli import main
from qualitygate.storage.inbox import DONE, Inbox
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.github.test_apps import keys
from tests.server.conftest import SECRET, eventually
from tests.server.process import Process
from tests.server.shop import Shop


@pytest.fixture
def shop(github: GitHub) -> Shop:
    return Shop(github)


def deliver(shop: Shop, url: str, failed: int = 0) -> int:
    shop.app.hook = f"{url}/github/webhooks"
    run = shop.run(shop.pull(), reports={"unit.xml": junit(failed=failed)})
    return shop.github.deliver(shop.app, "workflow_run", shop.payload(run)).status


def test_a_webhook_becomes_a_verdict(shop: Shop, address: str, tmp_path: Path) -> None:
    server = Process(tmp_path, shop, address, "serve", "--port", "0")
    assert 200 == requests.get(f"{server.url}/readyz", timeout=20).status_code
    assert 202 == deliver(shop, server.url, failed=1)
    eventually(lambda: server.said("a delivery is done"))
    assert ("failure", "FAIL: tests.failed 1 failed test, at most 0") == (shop.check.conclusion, shop.check.title)
    metrics = requests.get(f"{server.url}/metrics", timeout=20).text
    assert 'qualitygate_verdicts_total{outcome="failed"} 1.0' in metrics
    assert "qualitygate_acknowledgement_seconds_count 1.0" in metrics
    api = [requests.get(f"{server.url}/api/v1/{path}", timeout=20).status_code for path in ("openapi.json", "projects")]
    assert [200, 401] == api
    token = {"Authorization": f"Bearer {shop.github.token(login='kim')}"}
    shop.shop.roles["kim"] = "read"
    (project,) = requests.get(f"{server.url}/api/v1/projects", headers=token, timeout=20).json()["items"]
    assert ("acme/shop", 1) == (project["repository"], project["failing_pull_requests"])
    assert 0 == server.stop()
    done = server.said("a delivery is done")[0]
    assert server.said("a webhook is kept")[0]["delivery"] == done["delivery"]
    text = "".join(server.text)
    assert SECRET not in text
    assert keys()[0][60:120] not in text
    assert "ghs_" not in text
    assert not server.said("an attempt broke"), text


def test_with_postgresql_others_do_the_work(shop: Shop, postgresql: str, tmp_path: Path) -> None:
    server = Process(tmp_path, shop, postgresql, "serve", "--port", "0", "--threads", "0")
    assert 202 == deliver(shop, server.url)
    assert [] == shop.shop.check_runs
    worker = Process(tmp_path, shop, postgresql, "worker", "--threads", "2")
    eventually(lambda: worker.said("a delivery is done"))
    assert "success" == shop.check.conclusion
    assert [0, 0] == [each.stop() for each in (server, worker)]


def test_what_was_begun_is_ended_when_it_is_asked_to_stop(shop: Shop, tmp_path: Path) -> None:
    database = str(tmp_path / "q.sqlite")
    server = Process(tmp_path, shop, database, "serve", "--port", "0")
    shop.github.delay("GET", "/repos/*/actions/runs", seconds=2)
    deliver(shop, server.url)
    eventually(lambda: shop.github.calls_to("POST", "/app/installations/*/access_tokens"))
    assert 0 == server.stop()
    with Inbox(database) as inbox:
        assert {DONE: 1} == inbox.counts()
    assert "success" == shop.check.conclusion


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The command, refused; what it said and its exit code."""
    for name in (
        "APP_ID",
        "PRIVATE_KEY",
        "PRIVATE_KEY_FILE",
        "WEBHOOK_SECRET",
        "WEBHOOK_SECRET_FILE",
        "DATABASE",
        "CLIENT_SECRET",
        "API_URL",
    ):
        monkeypatch.delenv(f"QUALITYGATE_{name}", raising=False)
    monkeypatch.chdir(tmp_path)

    def refused(*arguments: str, **environ: str) -> str:
        for name, value in environ.items():
            monkeypatch.setenv(f"QUALITYGATE_{name}", value)
        code = main(list(arguments))
        return f"{code} {capsys.readouterr().err}"

    return refused


GOOD = {"APP_ID": "7", "PRIVATE_KEY": keys()[0], "WEBHOOK_SECRET": SECRET}


def test_all_that_is_lacking_is_said_at_once(run: Callable[..., str]) -> None:
    said = run("serve")
    assert said.startswith("2 ")
    assert all(name in said for name in ("--app-id", "--private-key-file", "--webhook-secret-file"))
    assert "webhook" not in run("worker")


def test_what_is_no_key_or_no_secret_is_refused(run: Callable[..., str], tmp_path: Path) -> None:
    said = run("serve", APP_ID="7", PRIVATE_KEY="MIIEow", WEBHOOK_SECRET="short")
    assert "no PEM" in said
    assert "shorter than 8" in said
    assert "short\n" not in said
    assert "cannot be read" in run("serve", "--webhook-secret-file", "nowhere", **{**GOOD, "WEBHOOK_SECRET": ""})
    (tmp_path / "secret").write_text(SECRET)
    assert "both given" in run("serve", "--webhook-secret-file", "secret", **GOOD)
    cut = GOOD["PRIVATE_KEY"][:300]
    said = run("serve", "--port", "0", **{**GOOD, "PRIVATE_KEY": cut})
    assert said.startswith("4 ")
    assert cut[60:120] not in said


def private(key: Any, hidden: KeySerializationEncryption | None = None) -> str:
    """A private key as PEM."""
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden or NoEncryption()).decode())


RSA = generate_private_key(public_exponent=65537, key_size=2048)
"""Of no App."""


@pytest.mark.parametrize(
    ("key", "why"),
    [
        pytest.param(private(elliptic(SECP256R1())), "it is no RSA key", id="elliptic"),
        pytest.param(private(RSA, BestAvailableEncryption(b"secret")), "it is encrypted", id="encrypted"),
        pytest.param(keys()[1], "it is a public key", id="public"),
    ],
)
def test_another_key_is_called_what_it_is(run: Callable[..., str], key: str, why: str) -> None:
    said = run("serve", "--port", "0", **{**GOOD, "PRIVATE_KEY": key})
    assert said.startswith("4 ")
    assert why in said
    assert "on the App's page" in said


def test_an_app_that_github_does_not_know_by_its_key_is_refused_at_once(run: Callable[..., str], shop: Shop) -> None:
    api = {"API_URL": shop.github.url}
    other = private(RSA)
    for wrong in ({"APP_ID": str(shop.app.id), "PRIVATE_KEY": other}, {"APP_ID": "999"}):
        said = run("serve", "--port", "0", **{**GOOD, **api, **wrong})
        assert said.startswith("2 ")
        assert f"does not know the App {wrong['APP_ID']} by this private key" in said
        assert "App's own page" in said


def test_a_github_that_cannot_be_reached_keeps_nobody_from_starting(shop: Shop, tmp_path: Path) -> None:
    shop.github.drop("GET", "/app", times=50)
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), "serve", "--port", "0")
    assert server.said("GitHub cannot be asked now who the App is")
    assert 0 == server.stop()


def test_an_address_that_is_none_is_refused(run: Callable[..., str]) -> None:
    assert "--api-url: foo is not like https://" in run("serve", **GOOD, API_URL="foo")
    for wrong in ("foo", "10.0.0.1, proxy.example"):
        said = run("serve", "--trusted-proxies", wrong, **GOOD, API_URL="https://github.example")
        assert said.startswith("2 ")
        assert "is no address and no network" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_store_that_cannot_be_written_is_told_by_its_folder(run: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    said = run("serve", "--port", "0", **GOOD, DATABASE=str(tmp_path / "closed" / "q.sqlite"))
    assert "closed/q.sqlite cannot be opened: Permission denied" in said


def test_a_store_that_is_a_folder_is_refused(run: Callable[..., str], shop: Shop, tmp_path: Path) -> None:
    known = {"APP_ID": str(shop.app.id), "API_URL": shop.github.url, "DATABASE": str(tmp_path)}
    said = run("serve", "--port", "0", **{**GOOD, **known})
    assert "cannot be opened: Is a directory" in said
    assert "own the file" in said


def test_a_port_that_is_taken_is_said(run: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = run("serve", "--port", str(taken.getsockname()[1]), **GOOD)
    assert said.startswith("2 ")
    assert "nobody can listen at 127.0.0.1" in said


def test_a_worker_needs_a_store_that_is_shared_and_something_to_do(run: Callable[..., str]) -> None:
    assert "must be postgresql://" in run("worker", **GOOD)
    assert "--threads must be 1" in run("worker", "--threads", "0", "--database", "postgresql://x/y", **GOOD)
    assert "--threads must be 1" in run("serve", "--port", "0", "--threads", "0", **GOOD)


def test_without_the_extra_it_says_which_one(run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "qualitygate.server.serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    said = run("serve", **GOOD)
    assert said.startswith("2 ")
    assert "qualitygate-ci[server]" in said


def pages(shop: Shop, folder: Path, *more: str) -> list[str]:
    (folder / "client-secret").write_text("the client's secret\n")
    named = ["--client-id", f"Iv1.{shop.app.id}", "--client-secret-file", str(folder / "client-secret")]
    return ["serve", "--port", "0", "--public-url", "http://127.0.0.1:8080/", *named, *more]


def test_with_a_client_id_there_are_pages_and_a_proxy_on_this_machine_is_believed(shop: Shop, tmp_path: Path) -> None:
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), *pages(shop, tmp_path))
    assert "Sign in with GitHub" in requests.get(f"{server.url}/", timeout=20).text
    way = f"{server.url}/sign-in/github"
    for number in range(15):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        assert 303 == requests.get(way, headers=headers, allow_redirects=False, timeout=20).status_code
    assert 200 == requests.get(f"{server.url}/healthz", timeout=20).status_code
    assert 202 == deliver(shop, server.url)
    assert 0 == server.stop()
    assert "the client's secret" not in "".join(server.text)


def test_a_proxy_that_is_not_named_is_not_believed(shop: Shop, tmp_path: Path) -> None:
    arguments = pages(shop, tmp_path, "--trusted-proxies", "192.0.2.200")
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), *arguments)
    way = f"{server.url}/sign-in/github"
    codes = set()
    for number in range(15):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        codes.add(requests.get(way, headers=headers, allow_redirects=False, timeout=20).status_code)
    assert {303, 429} == codes
    server.kill()


def test_without_a_client_id_there_are_no_pages(shop: Shop, tmp_path: Path) -> None:
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), "serve", "--port", "0")
    assert "Its dashboard is off" in requests.get(f"{server.url}/", timeout=20).text
    assert 404 == requests.get(f"{server.url}/packs", timeout=20).status_code
    assert "off: no --public-url" == server.said("listening")[0]["dashboard"]
    assert str(tmp_path / "q.sqlite") == server.said("a new store is made")[0]["store"]
    server.kill()


def test_without_a_dashboard_too_a_proxy_is_believed_so_that_not_all_behind_it_share_one_pace(
    shop: Shop, tmp_path: Path
) -> None:
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), "serve", "--port", "0")
    asked = 600
    head = "GET /api/v1/projects HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.{}\r\n\r\n"
    told = b""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 60) as proxy:
        proxy.sendall("".join(head.format(number % 200) for number in range(asked)).encode())
        while told.count(b"HTTP/1.1 ") < asked and (block := proxy.recv(65_536)):
            told += block
    server.kill()
    assert [b"401"] * asked == re.findall(rb"HTTP/1\.1 (\d+)", told)


def test_a_dashboard_that_is_half_told_is_refused(run: Callable[..., str]) -> None:
    said = run("serve", "--client-id", "Iv1.7", **GOOD)
    assert said.startswith("2 ")
    assert "--client-secret-file" in said
    assert "--public-url" in said
    said = run("serve", "--public-url", "http://quality.example", "--client-id", "Iv1.7", CLIENT_SECRET="x", **GOOD)
    assert "without TLS" in said
    said = run("serve", "--public-url", "quality.example/x", CLIENT_SECRET="x", **GOOD)
    assert "is not like https://quality.example" in said
    assert "--client-id" in said
    said = run("worker", "--public-url", "quality.example/x", "--database", "postgresql://x/y", **GOOD)
    assert said.startswith("2 ")
    assert "is not like https://quality.example" in said


def test_what_a_webhook_led_to_is_seen_by_who_may_read_it(shop: Shop, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    shop.shop.roles["kim"] = "read"
    shop.app.client_secret, shop.app.callbacks = "the client's secret", [f"{url}/sign-in/back"]
    arguments = pages(shop, tmp_path, "--port", str(port), "--public-url", url)
    server = Process(tmp_path, shop, str(tmp_path / "q.sqlite"), *arguments)
    run = shop.run(sha=shop.shop.head, branch="main", reports={"unit.xml": junit(failed=1)})
    shop.app.hook = f"{server.url}/github/webhooks"
    assert 202 == shop.github.deliver(shop.app, "workflow_run", shop.payload(run)).status
    eventually(lambda: server.said("a delivery is done"))
    with requests.Session() as kim:
        shop.github.world.person = "kim"
        assert "acme/shop" in kim.get(f"{url}/sign-in/github", timeout=20).text
        assert "1 failed test" in kim.get(f"{url}/repositories/acme/shop", timeout=20).text
        (project,) = kim.get(f"{url}/api/v1/projects", timeout=20).json()["items"]
        assert "failed" == project["last"]["outcome"]
    assert 401 == requests.get(f"{url}/api/v1/projects", timeout=20).status_code
    assert 0 == server.stop()
    assert "ghu_" not in "".join(server.text)

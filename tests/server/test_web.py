"""What the server answers, to a real client over a real socket."""

from __future__ import annotations

import io
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from qualitygate.errors import CannotUseStore
from qualitygate.server import log, webhook
from qualitygate.server.web import application
from qualitygate.storage.inbox import DEAD, WAITING, Delivery, Inbox, Receipt
from tests.server.conftest import SECRET, listening, send
from tests.server.octokit import octokit


class Server:
    """A server over an inbox, which does nothing about `star`."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.refusing = self.trouble = ""
        self.url = ""

    def receive(self, delivery: Delivery) -> Receipt:
        if self.refusing:
            raise CannotUseStore(self.refusing)
        return self.inbox.receive(delivery)


@pytest.fixture
def server(address: str) -> Iterator[Server]:
    with Inbox(address) as inbox:
        made = Server(inbox)
        web = application(
            secret=SECRET,
            receive=made.receive,
            wanted=lambda delivery: delivery.event != "star",
            ready=lambda: made.trouble,
        )
        with listening(web) as made.url:
            yield made


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = log.begin(stream, [SECRET])
    yield stream
    logging.getLogger().removeHandler(handler)


def test_a_signed_delivery_is_kept_before_it_is_acknowledged(server: Server) -> None:
    answer = send(server.url, {"action": "opened", "installation": {"id": 7}})
    assert (202, {"delivery": "a-1", "state": "new"}) == (answer.status_code, answer.json())
    taken = server.inbox.take()
    assert taken and ("issues", "opened", 7) == (
        taken.delivery.event,
        taken.delivery.action,
        taken.delivery.installation,
    )


@pytest.mark.parametrize(
    "wrong", [{"secret": "other"}, {"X_Hub_Signature_256": ""}, {"X_Hub_Signature_256": "sha256=00"}]
)
def test_what_is_not_signed_or_badly_is_401_and_nothing_is_kept(server: Server, wrong: dict[str, str]) -> None:
    assert 401 == send(server.url, {}, **wrong).status_code
    assert {} == server.inbox.counts()


def test_a_signed_body_that_was_changed_on_the_way_is_401(server: Server) -> None:
    good = webhook.hmac.new(SECRET.encode(), b'{"a": 1}', "sha256").hexdigest()
    assert 401 == send(server.url, b'{"a": 2}', X_Hub_Signature_256=f"sha256={good}").status_code


def test_a_duplicate_is_acknowledged_and_no_new_work(server: Server) -> None:
    states = [send(server.url, {}).json()["state"] for _ in range(3)]
    assert ["new", "known", "known"] == states
    assert {WAITING: 1} == server.inbox.counts()


def test_an_old_delivery_sent_again_under_a_new_id_is_no_new_work(server: Server) -> None:
    send(server.url, {"a": 1}, guid="first")
    assert "known" == send(server.url, {"a": 1}, guid="second").json()["state"]
    assert {WAITING: 1} == server.inbox.counts()


def test_a_redelivery_arms_what_was_put_aside(server: Server) -> None:
    send(server.url, {})
    taken = server.inbox.take()
    assert taken and server.inbox.bury(taken, "no")
    assert {DEAD: 1} == server.inbox.counts()
    assert "rearmed" == send(server.url, {}).json()["state"]
    assert {WAITING: 1} == server.inbox.counts()


def test_what_nothing_is_done_about_is_acknowledged_and_not_kept(server: Server) -> None:
    answer = send(server.url, {}, event="star")
    assert (202, "ignored") == (answer.status_code, answer.json()["state"])
    assert {} == server.inbox.counts()


def test_a_signed_request_that_is_no_webhook_is_400(server: Server) -> None:
    assert 400 == send(server.url, b"payload=%7B%7D").status_code
    assert 400 == send(server.url, {}, X_GitHub_Delivery="").status_code
    assert {} == server.inbox.counts()


def test_where_the_store_is_gone_it_is_not_acknowledged(server: Server) -> None:
    server.refusing = "disk full"
    answer = send(server.url, {})
    assert 503 == answer.status_code
    assert "disk" not in answer.text
    server.refusing = ""
    assert 202 == send(server.url, {}).status_code


def test_a_body_over_githubs_cap_is_refused_unread(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 25 * 1024**2 == webhook.MOST
    monkeypatch.setattr(webhook, "MOST", 1_000_000)
    assert 202 == send(server.url, {"a": "x" * 900_000}).status_code
    assert 413 == send(server.url, {"a": "x" * 1_100_000}).status_code

    def endless() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 100_000

    try:
        status = requests.post(f"{server.url}/github/webhooks", data=endless(), timeout=20).status_code
    except requests.ConnectionError:
        status = 413  # the connection was closed before all was sent
    assert 413 == status
    assert {WAITING: 1} == server.inbox.counts()


def test_a_request_that_is_cut_off_keeps_nothing(server: Server) -> None:
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port)) as made:
        made.sendall(b"POST /github/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert 202 == send(server.url, {}).status_code
    assert {WAITING: 1} == server.inbox.counts()


def test_only_a_post_is_a_webhook(server: Server) -> None:
    assert 405 == requests.get(f"{server.url}/github/webhooks", timeout=5).status_code
    assert 404 == requests.get(f"{server.url}/", timeout=5).status_code


def test_it_says_whether_it_lives_and_whether_it_works(server: Server) -> None:
    assert 200 == requests.get(f"{server.url}/readyz", timeout=5).status_code
    server.trouble = "work ended"
    answer = requests.get(f"{server.url}/readyz", timeout=5)
    assert (503, "work ended") == (answer.status_code, answer.json()["why"])
    assert 200 == requests.get(f"{server.url}/healthz", timeout=5).status_code


def test_many_at_once_are_all_kept(server: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(send, server.url, {"number": number}, guid=f"d-{number}") for number in range(80)]
        assert {202} == {each.result().status_code for each in sent}
    assert {WAITING: 80} == server.inbox.counts()


def test_the_log_names_the_delivery_and_no_secret(server: Server, logged: io.StringIO) -> None:
    send(server.url, {"action": SECRET}, guid="d-7")
    send(server.url, {}, secret="wrong")
    log.warn(
        "a mishap", token="ghs_" + "a" * 36, jwt="eyJhbGciOi.eyJpc3M.c2ln", key="-----BEGIN RSA PRIVATE KEY-----\nMII"
    )
    with log.about("d-8"):
        log.broke("it broke", ValueError(f"Bearer {SECRET}"), count=3, none=None)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    kept, refused, mishap, broke = lines
    assert ("a webhook is kept", "d-7", "new") == (kept["what"], kept["delivery"], kept["receipt"])
    assert ("warning", "badly signed") == (refused["level"], refused["why"])
    assert ["[hidden]"] * 3 == [mishap[name] for name in ("token", "jwt", "key")]
    assert ("d-8", 3, None) == (broke["delivery"], broke["count"], broke["none"])
    assert "ValueError: Bearer [hidden]" in broke["error"]
    assert SECRET not in logged.getvalue()


def test_a_delivery_signed_and_sent_by_octokit_is_kept(server: Server, tmp_path: Path) -> None:
    payload = json.dumps({"action": "opened", "title": "Grüße 🎉"})
    with octokit(tmp_path) as sender:
        assert 401 == sender.send(server.url, "wrong", "issues", "from-octokit", payload)[0]
        assert (202, "new") == sender.send(server.url, SECRET, "issues", "from-octokit", payload)
    taken = server.inbox.take()
    assert taken and ("from-octokit", "opened", payload) == (
        taken.delivery.id,
        taken.delivery.action,
        taken.delivery.body,
    )


def test_the_web_is_not_loaded_by_commands_that_do_not_serve() -> None:
    code = "import sys, qualitygate.cli.check; print({'starlette', 'uvicorn', 'procrastinate'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "set()" == done.stdout.strip()

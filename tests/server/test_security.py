"""What comes from outside to do harm: webhooks that are not what they seem. And the threat model names real tests."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from qualitygate.errors import CannotUseGitHub
from qualitygate.server import log
from qualitygate.server.web import application
from qualitygate.storage.inbox import DONE, Inbox
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.server.conftest import SECRET, listening, send
from tests.server.shop import PERMISSIONS, Shop

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threat-model.md"


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with Inbox(str(tmp_path / "q.sqlite")) as made:
        yield made


@pytest.fixture
def url(inbox: Inbox) -> Iterator[str]:
    web = application(secret=SECRET, receive=inbox.receive, wanted=lambda _: True, ready=lambda: "")
    with listening(web) as where:
        yield where


# Webhooks that are not what they seem


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Hub_Signature_256": "sha1=" + "0" * 40},
        {"X_Hub_Signature_256": "sha256=" + "0" * 64},
        {"X_Hub_Signature_256": "", "X_Hub_Signature": "sha1=" + "0" * 40},
        {"secret": ""},
        {"secret": SECRET.upper()},
    ],
)
def test_only_a_signature_of_the_whole_body_with_the_secret_lets_anything_in(
    inbox: Inbox, url: str, headers: dict[str, str]
) -> None:
    assert 401 == send(url, {"action": "opened"}, **headers).status_code
    assert {} == inbox.counts()


def test_of_two_signatures_none_counts_unless_it_is_the_one(inbox: Inbox, url: str) -> None:
    good = send(url, {}, guid="good")
    signature = good.request.headers["X-Hub-Signature-256"]
    assert 401 == send(url, {}, guid="bad", X_Hub_Signature_256=f"sha256={'0' * 64}, {signature}").status_code
    assert 1 == sum(inbox.counts().values())


@pytest.mark.parametrize("changed", [{"guid": "b"}, {"event": "check_run"}, {"guid": "b", "event": "check_run"}])
def test_an_old_delivery_makes_no_work_under_any_id_or_event(inbox: Inbox, url: str, changed: dict[str, str]) -> None:
    old = {"action": "opened", "number": 7}
    send(url, old, guid="a")
    taken = inbox.take()
    assert taken and inbox.settle(taken)
    assert "known" == send(url, old, **{"guid": "a", **changed}).json()["state"]
    assert {DONE: 1} == inbox.counts()


def test_a_compressed_body_is_not_blown_up(inbox: Inbox, url: str) -> None:
    import gzip

    bomb = gzip.compress(b"0" * 10_000_000)
    assert 400 == send(url, bomb, Content_Encoding="gzip").status_code
    assert {} == inbox.counts()


def test_what_a_proxy_or_a_client_says_of_itself_opens_nothing(inbox: Inbox, url: str) -> None:
    told = {"X_Forwarded_For": "127.0.0.1", "X_Forwarded_Host": "localhost", "X_Original_URL": "/healthz"}
    assert 401 == send(url, {}, secret="wrong", **told).status_code
    assert 404 == requests.get(f"{url}/setup", headers={"X-Forwarded-For": "127.0.0.1"}, timeout=5).status_code


def test_nobody_writes_lines_into_the_log(url: str) -> None:
    stream = io.StringIO()
    handler = log.begin(stream, [SECRET])
    try:
        forged = 'x"}\n{"at": "2026", "level": "info", "what": "a delivery is done"\u2028\x1b[2J\x9b2J\u202e'
        send(url, {"action": forged, "repository": {"full_name": forged}})
    finally:
        logging.getLogger().removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    assert ("a webhook is kept", forged) == (json.loads(line)["what"], json.loads(line)["action"])
    assert line.isprintable()


# A payload of one installation that names the repository of another


def of_another(github: GitHub, private: bool) -> tuple[Shop, dict[str, Any]]:
    """The App is installed on acme and on globex; a payload of acme's installation names a run of globex."""
    shop = Shop(github)
    other = github.repository("globex/bank", private=private)
    other.commit(branch="main", files={"qualitygate.yml": b"version: 1\ngates: {}\n"})
    github.install(shop.app, "globex")
    pull = other.pull()
    run = other.run(sha=pull.sha, branch=pull.head, event="pull_request")
    token = github.token(**dict.fromkeys(PERMISSIONS, "read"))

    def ask(path: str) -> Any:
        return requests.get(github.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=20).json()

    whole = ask(f"/repos/globex/bank/actions/runs/{run.id}")
    payload = {"action": "completed", "workflow_run": whole, "repository": ask("/repos/globex/bank")}
    github.calls.clear()
    return shop, {**payload, "installation": {"id": shop.installation}}


@pytest.mark.parametrize("private", [True, False])
def test_an_installation_writes_and_sees_nothing_of_anothers_repository(github: GitHub, private: bool) -> None:
    shop, payload = of_another(github, private)
    with pytest.raises(CannotUseGitHub, match="installation"):
        shop.handle(replace(shop.delivery(payload), repository="globex/bank"))
    bank = github.repository("globex/bank")
    assert [] == bank.check_runs
    assert {0} == {len(bank.comments(number)) for number in bank.pulls}
    assert {"/repos/globex/bank/installation"} == {call.path for call in github.calls if "globex" in call.path}


def test_the_same_payload_of_its_own_installation_is_judged(github: GitHub) -> None:
    shop, payload = of_another(github, private=True)
    (installation,) = [each for each in github.world.installations if each.account.login == "globex"]
    payload["installation"]["id"] = installation.id
    shop.handle(replace(shop.delivery(payload), installation=installation.id, repository="globex/bank"))
    assert 1 == len(github.repository("globex/bank").check_runs)


def test_a_pull_request_that_a_payload_makes_up_is_not_commented_on(github: GitHub) -> None:
    shop = Shop(github)
    innocent, run = shop.pull(), shop.run(shop.pull(), reports={"unit.xml": junit(failed=1)})
    payload = shop.payload(run)
    listed = payload["workflow_run"]["pull_requests"]
    other = {**listed[0], "number": innocent.number, "base": {**listed[0]["base"], "repo": {"id": 1, "name": "x"}}}
    payload["workflow_run"]["pull_requests"] = [{**other, "base": {**other["base"], "repo": {"id": 999}}}, *listed]
    shop.handle(shop.delivery(payload))
    assert [] == shop.comments(innocent.number)


# The page


def test_every_line_of_the_threat_model_names_a_test_that_is_there() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "`tests/" in line]
    assert len(rows) > 20
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", "\n".join(rows)):
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"

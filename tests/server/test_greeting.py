"""What the server says at its start of an App that may not do all it is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from qualitygate.server import log
from qualitygate.server.clients import Clients, Identity
from qualitygate.server.greeting import greet
from qualitygate.server.registering import EVENTS, PERMISSIONS, WAIVERS
from tests.github.double.github import GitHub
from tests.github.test_apps import keys
from tests.server.shop import Shop


@pytest.fixture
def shop(github: GitHub) -> Shop:
    """A shop whose App has what the manifest asks for."""
    made = Shop(github, None)
    made.app.permissions = {**PERMISSIONS, **WAIVERS}
    made.app.events = list(EVENTS)
    return made


@pytest.fixture
def stream() -> Iterator[StringIO]:
    stream = StringIO()
    handler = log.begin(stream, [])
    yield stream
    log.end(handler)


def greeted(shop: Shop, stream: StringIO) -> dict[str, Any]:
    """What is said of what is lacking, by its text."""
    identity = Identity(app_id=str(shop.app.id), private_key=keys()[0], base_url=shop.github.url)
    greet(Clients(identity), identity)
    lines = map(json.loads, stream.getvalue().splitlines())
    return {each["what"]: (each["level"], each.get("lacking")) for each in lines}


def test_an_app_that_lacks_nothing_is_only_greeted(shop: Shop, stream: StringIO) -> None:
    assert ["GitHub knows the App"] == list(greeted(shop, stream))


def test_without_what_every_judgement_needs_it_is_warned(shop: Shop, stream: StringIO) -> None:
    shop.app.permissions["checks"] = "read"
    shop.app.events.remove("workflow_run")
    assert ("warning", "checks: write, event workflow_run") == greeted(shop, stream)["the App lacks what it needs"]


def test_what_not_everybody_wants_is_told(shop: Shop, stream: StringIO) -> None:
    del shop.app.permissions["deployments"]
    shop.app.permissions["issues"] = "read"
    for event in ("deployment_protection_rule", "issues"):
        shop.app.events.remove(event)
    said = greeted(shop, stream)
    lacking = "deployments: write, issues: write, event deployment_protection_rule, event issues"
    assert ("info", lacking) == said["the App does without"]
    assert "the App lacks what it needs" not in said

"""A webhook as a value: signed or not, and what it is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qualitygate.server.webhook import NotAWebhook, delivery, signed

HEADERS = {"x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "x-github-event": "issues"}
SHOP = {"repository": {"full_name": "acme/shop"}}


def made(payload: Any, **headers: str) -> Any:
    return delivery({**HEADERS, **headers}, json.dumps(payload).encode())


def test_a_signature_is_that_of_githubs_own_example() -> None:
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    told = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signed("It's a Secret to Everybody", b"Hello, World!", told)
    for wrong in ("", told.upper(), told[:-1], f"{told} ", told.replace("sha256", "sha1"), "sha256=", "ü"):
        assert not signed("It's a Secret to Everybody", b"Hello, World!", wrong)
    assert not signed("It's a Secret to Everybody", b"Hello, World?", told)


@pytest.mark.parametrize(
    ("payload", "about"),
    [
        ({**SHOP, "workflow_run": {"head_sha": "abc"}}, "acme/shop@abc"),
        ({**SHOP, "check_run": {"head_sha": "abc"}}, "acme/shop@abc"),
        ({**SHOP, "issue": {"number": 7}}, "acme/shop#issues"),
        ({**SHOP, "label": {"name": "x"}}, "acme/shop"),
        ({"zen": "x"}, ""),
        ({**SHOP, "workflow_run": None, "issue": []}, "acme/shop"),
        ({"repository": {"full_name": "a" * 900}}, "a" * 400),
        ({"repository": {"full_name": "\0\ud800"}}, "?"),
    ],
)
def test_a_delivery_is_about_a_commit_all_issues_or_a_repository(payload: Any, about: str) -> None:
    assert about == made(payload).about


def test_what_is_odd_in_a_signed_delivery_is_left_out_and_not_refused() -> None:
    found = made({"action": ["x"], "installation": {"id": "7"}, "repository": 3})
    assert ("", 0, "") == (found.action, found.installation, found.repository)
    assert 0 == made({"installation": {"id": 2**70}}).installation
    assert 7 == made({"installation": {"id": 7}}).installation


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"[]"),
        ({}, b"payload=%7B%7D"),
        ({}, b"\xff"),
        ({}, b"[" * 100_000),
        ({}, b'{"a": "\0"}'),
        ({"x-github-delivery": ""}, b"{}"),
        ({"x-github-event": "a b"}, b"{}"),
        ({"x-github-delivery": "a" * 101}, b"{}"),
    ],
)
def test_what_is_no_webhook_is_refused(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(NotAWebhook):
        delivery({**HEADERS, **headers}, body)

"""The waivers: each is still needed, since without it a true request or answer would be held wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.github.double.account import Account, App
from tests.github.double.apps import Installation, installation_shape
from tests.github.double.description import Description, Given, Waiver, as_json, asked_of, waivers
from tests.github.double.github import GitHub

APP = App(id=2, slug="gate", owner=Account(id=1, login="acme"))
INSTALLED = Installation(id=3, app=APP, account=APP.owner, permissions={"checks": "write"})
ARGUMENTS = {"owner": "acme", "repo": "shop", "issue_number": "1", "path": "a.md"}
# What is true and held wrong: a request's body, or an answer's status and body.
TRUE: dict[str, Any] = {
    "POST /repos/{owner}/{repo}/issues/{issue_number}/labels": ["bug"],
    "PUT /repos/{owner}/{repo}/issues/{issue_number}/labels": ["bug"],
    "GET /app/installations": (200, [installation_shape(INSTALLED, "http://127.0.0.1")]),
    "PUT /repos/{owner}/{repo}/contents/{path}": (409, {"message": "a.md does not match 1234567"}),
}


def problems(description: Description, key: str, true: Any) -> list[str]:
    if not isinstance(true, tuple):
        return description.request_problems(key, asked_of(key, ARGUMENTS, {}, as_json(true), {}))
    status, body = true
    given = Given(status_code=status, data=as_json(body), headers={}, content_type="application/json")
    return description.answer_problems(key, asked_of(key, ARGUMENTS, {}, b"", {}), given)


@pytest.mark.parametrize("waiver", waivers(), ids=lambda waiver: waiver.operation)
def test_a_waiver_is_needed(running_double: GitHub, waiver: Waiver) -> None:
    description = running_double.wire.description
    true = TRUE[waiver.operation]
    assert [] == problems(description, waiver.operation, true)
    assert [] != problems(Description(description.cut, []), waiver.operation, true)


def test_a_waiver_excuses_nothing_else(running_double: GitHub) -> None:
    key = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels"
    assert [] != problems(running_double.wire.description, key, [{"nmae": "bug"}])

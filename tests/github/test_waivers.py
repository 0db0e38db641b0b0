"""The waivers: each is still needed, since without it a true request or answer would be held wrong."""

from __future__ import annotations

import pytest

from tests.github.double.description import Description, Waiver, as_json, asked_of, waivers
from tests.github.double.github import GitHub

BODIES = {
    "POST /repos/{owner}/{repo}/issues/{issue_number}/labels": ["bug"],
    "PUT /repos/{owner}/{repo}/issues/{issue_number}/labels": ["bug"],
}


@pytest.mark.parametrize("waiver", waivers(), ids=lambda waiver: waiver.operation)
def test_a_waiver_is_needed(running_double: GitHub, waiver: Waiver) -> None:
    description = running_double.wire.description
    arguments = {"owner": "acme", "repo": "shop", "issue_number": "1"}
    asked = asked_of(waiver.operation, arguments, {}, as_json(BODIES[waiver.operation]), {})

    assert [] == description.request_problems(waiver.operation, asked)
    strict = Description(description.cut, [])
    assert [] != strict.request_problems(waiver.operation, asked)


def test_a_waiver_excuses_nothing_else(running_double: GitHub) -> None:
    key = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels"
    arguments = {"owner": "acme", "repo": "shop", "issue_number": "1"}
    asked = asked_of(key, arguments, {}, as_json([{"nmae": "bug"}]), {})
    assert [] != running_double.wire.description.request_problems(key, asked)

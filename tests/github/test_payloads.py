"""Example payloads of webhooks."""

from __future__ import annotations

import pytest

from tests.github.double.github import GitHub
from tests.github.double.payloads import payload

EVENTS = ("check_run", "issue_comment", "issues", "label", "membership", "pull_request", "push", "workflow_run")


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_we_listen_to_has_an_example(running_double: GitHub, event: str) -> None:
    assert "sender" in payload(event)


def test_an_example_is_had_by_its_action_and_is_a_copy(running_double: GitHub) -> None:
    first = payload("workflow_run", "completed")
    first["workflow_run"].clear()
    assert "head_sha" in payload("workflow_run", "completed")["workflow_run"]


def test_what_has_no_example_is_said(running_double: GitHub) -> None:
    with pytest.raises(LookupError, match=r"no example of issues\.exploded"):
        payload("issues", "exploded")

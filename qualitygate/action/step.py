"""One step of a workflow before it judges: its inputs, the event it runs for, and a client to tell GitHub with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from tempfile import mkdtemp

from qualitygate.action import runner
from qualitygate.action.inputs import Inputs, read
from qualitygate.errors import CannotUseGitHub
from qualitygate.github import events, publish
from qualitygate.github.client import Client
from qualitygate.github.environment import access, external_id, run_url
from qualitygate.values import dataclass

TITLE = "qualitygate"
"""The title of annotations that are about the step itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """All that one step knows from the start. ``folder`` is where its files go; without a token there is no client."""

    environ: Mapping[str, str]
    inputs: Inputs
    event: events.Event
    client: Client | None
    folder: str
    now: datetime

    @property
    def url(self) -> str:
        """Where the run can be seen."""
        return run_url(self.environ)

    @property
    def external_id(self) -> str:
        """What the check run of this step is known by."""
        return external_id(self.environ, self.name)

    @property
    def name(self) -> str:
        """The name of the check: no other event writes at the same commit by another policy under it."""
        return self.inputs.name + (f" ({self.event.apart})" if self.event.apart else "")


def begin(environ: Mapping[str, str], now: datetime) -> Step:
    """Read the inputs and the event. Raises :class:`~qualitygate.errors.QualityGateError`."""
    inputs = read(environ)
    event = _event(environ)
    client = Client(access({**environ, "GITHUB_TOKEN": inputs.token})) if inputs.token else None
    if client is None:
        runner.command("notice", TITLE, "there is no token, so nothing is put on GitHub beside this run")
    temporary = os.path.abspath(environ.get("RUNNER_TEMP") or ".")
    os.makedirs(temporary, exist_ok=True)
    folder = mkdtemp(prefix="qualitygate-", dir=temporary)  # two steps of a job must not share their files
    found = event if client is None else _looked_up(client, event)
    return Step(environ=environ, inputs=inputs, event=found, client=client, folder=folder, now=now)


def _event(environ: Mapping[str, str]) -> events.Event:
    path = environ.get("GITHUB_EVENT_PATH", "")
    try:
        with open(path, encoding="utf-8") as file:
            payload = json.load(file)
    except (OSError, ValueError) as error:
        raise CannotUseGitHub("event", f"GITHUB_EVENT_PATH {path!r} cannot be read: {error}") from error
    name = environ.get("GITHUB_EVENT_NAME", "")
    return events.parse(name, payload, sha=environ.get("GITHUB_SHA", ""), ref=environ.get("GITHUB_REF", ""))


def _looked_up(client: Client, event: events.Event) -> events.Event:
    """The event with the pull request that GitHub leaves out of its payload where that is of a fork."""
    if not event.head:
        return event
    try:
        pull = next(publish.pull_requests_of(client, event.repository, event.sha, event.head), None)
    except CannotUseGitHub as error:
        runner.command("notice", TITLE, f"the pull request of {event.head} cannot be looked up: {error}")
        return event
    if pull is None:
        return event
    base = pull["base"]
    return replace(event, pull_request=pull["number"], base_ref=base["ref"], base_sha=base["sha"])

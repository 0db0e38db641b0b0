"""A deployment that waits for our word: approved or rejected by the verdict on its commit, and never left without one.

https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/create-custom-protection-rules
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from qualitygate.errors import CannotUseGitHub, CannotUseStore
from qualitygate.escaping import markdown
from qualitygate.github import runs
from qualitygate.language import say, speaking
from qualitygate.server import log
from qualitygate.server.case import of_deployment
from qualitygate.server.installation import Installation
from qualitygate.server.judging import Decision, judge
from qualitygate.server.working import FINAL, Later
from qualitygate.strict import exactly
from qualitygate.values import dataclass

AWAITED = timedelta(hours=24)
"""How long evidence is awaited before the deployment is rejected; GitHub itself gives it up after thirty days."""
TRIED = timedelta(hours=1)
"""How long what breaks is tried again before the deployment is rejected."""
TOLD = tuple(map(timedelta, (0, 0, 0, 0, 0, 0), (0, 60, 600, 3_600, 14_400, 43_200)))
"""How old the deployment is when its progress is told: GitHub takes ten comments on it."""
_SOON, _LATER = timedelta(seconds=15), timedelta(seconds=60)
_COMMENT_MOST = 1_024
_CUTS = (400, 200, 80)
"""Characters of a reason; what Markdown takes for markup is longer once it is made harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked: of which run, about which environment, and how long ago."""

    app: Installation
    repository: Mapping[str, Any]
    environment: str
    run: int
    age: timedelta

    @property
    def name(self) -> str:
        return exactly(self.repository["full_name"], str)

    @property
    def step(self) -> timedelta:
        """How long until it is looked at again."""
        return _SOON if self.age < _LATER else _LATER


def decide(app: Installation, payload: Mapping[str, Any]) -> None:
    """Answer whether a deployment may begin, or tell what is awaited.

    Raises :class:`~qualitygate.server.working.Later` while it cannot be told,
    :class:`~qualitygate.errors.CannotUseGitHub` and :class:`~qualitygate.errors.CannotUseStore`.
    """
    asked = _asked(app, payload)
    if asked is None:
        log.tell("a deployment is gone", repository=payload["repository"]["full_name"])
        return
    try:
        answer = _judged(asked)
    except CannotUseStore:
        raise
    except Exception as error:
        known = error if isinstance(error, CannotUseGitHub) else None
        limited, final = known and known.slug == "rate-limited", known and known.slug in FINAL
        if limited or (not final and asked.age < TRIED):
            raise
        log.warn("a deployment cannot be judged", repository=asked.name, run=asked.run, why=error)
        answer = Decision(passed=False, why=f"It could not be judged: {known or 'a bug in qualitygate'}")
    if answer is None:
        log.tell("a deployment waits no more", repository=asked.name, run=asked.run)
        return
    if answer.passed is None and asked.age < AWAITED:
        _progress(asked, answer)
        raise Later(f"awaited: {answer.why}", asked.step.total_seconds())
    with speaking(answer.lang):
        why = answer.why if answer.passed is not None else say("Awaited for too long: {what}", what=answer.why)
    state = "approved" if answer.passed else "rejected"
    _tell(asked, answer, why, {"state": state})
    log.tell("a deployment is answered", repository=asked.name, run=asked.run, state=state, why=why)


def _asked(app: Installation, payload: Mapping[str, Any]) -> _Asked | None:
    """What the payload asks; ``None`` where GitHub has no such deployment, or no more.

    Its address to answer at is held against that of our API, and never called itself. To where and since when is asked
    of GitHub.
    """
    repository, base = payload["repository"], app.client.access.base_url
    given, name = exactly(payload["deployment_callback_url"], str), exactly(repository["full_name"], str)
    path = re.escape(f"{base}/repos/{name}/actions/runs/")
    found = re.fullmatch(rf"{path}([0-9]{{1,18}})/deployment_protection_rule", given, re.IGNORECASE)
    if found is None:
        raise CannotUseGitHub("event", f"a deployment is to be answered at {given[:200]!r}, which is not of {base}")
    try:
        told = app.client.ask("GET", f"/repos/{name}/deployments/{exactly(payload['deployment']['id'], int)}")
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return None
        raise
    return _Asked(
        app=app,
        repository=repository,
        environment=exactly(told["environment"], str),
        run=int(found[1]),
        age=app.clock() - datetime.fromisoformat(exactly(told["created_at"], str)),
    )


def _judged(asked: _Asked) -> Decision | None:
    """The verdict, once the other jobs of the run have ended too: the run itself cannot before we answer.

    ``None`` where it has ended all the same, say because somebody cancelled it.
    """
    at = f"/repos/{asked.name}/actions/runs/{asked.run}"
    told = runs.run_of(asked.app.client.ask("GET", at))
    if told.status == "completed":
        return None
    jobs = asked.app.client.pages(f"{at}/jobs", under="jobs")
    if going := [str(each["name"]) for each in jobs if each["status"] in runs.ACTIVE]:
        return Decision(passed=None, why=", ".join(going))
    case = of_deployment(asked.app.client, asked.repository, told, asked.environment)
    if case is None:
        return Decision(passed=False, why="There is no default branch, whose policy would count")
    return judge(asked.app, case)


def _progress(asked: _Asked, answer: Decision) -> None:
    """Say what is awaited, the first time and seldom after that."""
    if any(asked.age - asked.step < at <= asked.age for at in TOLD):
        with speaking(answer.lang):
            _tell(asked, answer, say("Waiting for {what}", what=answer.why), {})


def _tell(asked: _Asked, answer: Decision, why: str, state: Mapping[str, str]) -> None:
    """Tell GitHub; where it refuses that, it was answered before, or nobody waits any more."""
    link = f" {asked.repository['html_url']}/runs/{answer.check}" if answer.check else ""
    comments = (markdown(why, most) + link for most in _CUTS)
    comment = next((each for each in comments if len(each) <= _COMMENT_MOST), link.strip())
    body = {"environment_name": asked.environment, "comment": comment}
    try:
        path = f"/repos/{asked.name}/actions/runs/{asked.run}/deployment_protection_rule"
        asked.app.client.ask("POST", path, body={**body, **state}, adds=not state)
    except CannotUseGitHub as error:
        if error.slug not in {"refused", "not-found"}:
            raise
        log.warn("a deployment does not wait for an answer", repository=asked.name, run=asked.run, why=error)

"""What is answered: the values of the store as JSON. Exact numbers are text, as in the JSON of a verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qualitygate.codec import exact
from qualitygate.model.verdict import Outcome
from qualitygate.storage.deliveries import Told
from qualitygate.storage.verdicts import Input, Judgement, Posted, Project, Result
from qualitygate.strict import written


def project(of: Project, *, tickets: bool) -> dict[str, Any]:
    """How a repository stands; ``tickets``: whether who asks may be told of those."""
    last = None if of.last is None else {"id": of.last, "outcome": _name(of.last_outcome), "at": written(of.last_at)}
    support = of.support if tickets else None
    return {
        "repository": of.name,
        "default_branch": of.default_branch,
        "last": last,
        "stream": of.last_stream,
        "failing_pull_requests": of.failing,
        "seen_at": written(of.seen_at),
        "support": support
        and {
            "tickets": support.tickets,
            "at_risk": support.at_risk,
            "breached": support.breached,
            "looked_at": written(support.at),
        },
    }


def judgement(of: Judgement) -> dict[str, Any]:
    """A verdict, as short as a trend needs it."""
    return {
        "id": of.id,
        "repository": of.repository,
        "commit": of.sha,
        "ref": of.ref,
        "pull_request": of.pull_request,
        "check": {"name": of.name, "id": of.check},
        "stream": of.stream,
        "at": written(of.at),
        "outcome": _name(of.outcome),
        "policy": {"name": of.policy, "digest": of.policy_digest, "commit": of.policy_at},
        "url": of.url,
        "results": [_result(each) for each in of.results],
    }


def whole(of: Judgement, before: Judgement | None) -> dict[str, Any]:
    """A verdict with what it was reached from and what it follows; its own JSON has an address of its own."""
    return {
        **judgement(of),
        "inputs": [_input(each) for each in of.inputs],
        "previous": before and before.id,
        "verdict": f"/api/v1/judgements/{of.id}/verdict",
    }


def posted(of: Posted, now: datetime) -> dict[str, Any]:
    """An open ticket as of now: its state and the seconds on the wall until it is late, where nothing happens."""
    waits = of.waiting
    state = waits.at(now)
    return {
        "repository": of.repository,
        "ticket": waits.ticket,
        "title": waits.title,
        "priority": waits.priority,
        "channel": waits.channel,
        "opened_at": written(waits.opened),
        "clock": waits.clock,
        "state": state and state.value,
        "due_at": written(waits.due),
        "at_risk_from": written(waits.risk),
        "seconds_left": None if waits.due is None else round((waits.due - now).total_seconds()),
        "business_seconds_left": waits.left,
        "target_business_seconds": waits.target,
        "looked_at": written(of.looked),
    }


def delivery(of: Told) -> dict[str, Any]:
    """A webhook, and what became of it; not what was in it."""
    return {
        "id": of.id,
        "event": of.event,
        "action": of.action,
        "received_at": written(of.received),
        "state": of.state,
        "attempts": of.attempts,
        "next_try_at": written(of.next_try),
        "error": of.error,
    }


def _name(outcome: Outcome | None) -> str | None:
    return None if outcome is None else outcome.name.lower()


def _result(of: Result) -> dict[str, Any]:
    return {
        "gate": of.gate,
        "id": of.id,
        "labels": dict(of.labels),
        "outcome": _name(of.outcome),
        "value": exact(of.value),
    }


def _input(of: Input) -> dict[str, Any]:
    return {"path": of.path, "sha256": of.sha256, "size": of.size, "at": written(of.at)}

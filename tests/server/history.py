"""Years of history in a store, from a seed: what 200 repositories leave behind, written in bulk."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from qualitygate.codec import dumps
from qualitygate.storage.judgement import moment
from qualitygate.storage.opening import open_engine
from qualitygate.storage.tables import BOARD, HEADS, INBOX, JUDGEMENTS, PROJECTS, SOURCES, TICKETS, WRITES
from qualitygate.values import dataclass
from tests.test_codec import judged

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
_OUTCOMES = ("passed", "passed", "passed", "warned", "failed", "no_data")
_AT_ONCE = 5_000
_RESULTS = json.dumps([["pull-request", f"pull-request.tests.{n}", "passed", str(n), {}] for n in range(8)])
_INPUTS = json.dumps([[f"reports/{n}.xml", "0" * 64, 1_000, None] for n in range(3)])
_VERDICT = zlib.compress(dumps(judged()).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is: days of verdicts on the default branch, and of proposals, each with some a day."""

    repositories: int
    days: int
    proposal_days: int
    proposals: int
    tickets: int
    deliveries: int


SMALL = Size(repositories=24, days=250, proposal_days=50, proposals=2, tickets=40, deliveries=3_000)
WHOLE = Size(repositories=200, days=3_653, proposal_days=366, proposals=3, tickets=300, deliveries=400_000)


def name(number: int) -> str:
    """The name of a repository of the history."""
    return f"acme/app-{number:03}"


def github_id(number: int) -> int:
    """GitHub's number of it."""
    return 10_000_000 + number


def fill(address: str, size: Size, seed: int = 8) -> int:
    """Write it; how many verdicts that are."""
    random, total = Random(seed), 0
    engine = open_engine(address)
    for project in range(1, size.repositories + 1):
        judgements = list(_judgements(random, project, size, total))
        total += len(judgements)
        with engine.begin() as connection:
            _put(connection, JUDGEMENTS, iter(judgements))
            _put(connection, HEADS, _heads(judgements))
            _put(connection, PROJECTS, iter([_project(project, judgements)]))
            _put(connection, BOARD, _board(random, project, size))
            _tickets(connection, random, project, size)
    with engine.begin() as connection:
        _put(connection, INBOX, _deliveries(random, size))
        if engine.dialect.name == "postgresql":
            for table in (PROJECTS, JUDGEMENTS):
                connection.execute(text(f"SELECT setval('{table.name}_id_seq', (SELECT max(id) FROM {table.name}))"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return total


def _put(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while part := list(islice(rows, _AT_ONCE)):
        connection.execute(insert(table), part)


def _judgements(random: Random, project: int, size: Size, before: int) -> Iterator[dict[str, Any]]:
    id = before
    for day in range(size.days):
        for pull in (None, *range(size.proposals if day < size.proposal_days else 0)):
            id += 1
            number = None if pull is None else 1 + day // 3 * size.proposals + pull
            ref = "main" if number is None else f"feature-{number}"
            at = NOW - timedelta(days=day, seconds=random.randrange(80_000))
            yield {
                "id": id,
                "project": project,
                "external_id": f"qualitygate:app:{id}",
                "stream": f"{ref if number is None else f'#{number}'} qualitygate",
                "name": "qualitygate",
                "sha": f"{id:040x}",
                "ref": ref,
                "pull_request": number,
                "lasting": number is None,
                "of_default": number is None,
                "at": moment(at),
                "outcome": random.choice(_OUTCOMES),
                "policy": "app",
                "policy_digest": "sha256:0",
                "policy_at": "b" * 40,
                "check_run": id,
                "url": "https://github.com",
                "results": _RESULTS,
                "inputs": _INPUTS,
                "verdict": _VERDICT,
            }


def _heads(judgements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen = set()
    for each in sorted(judgements, key=lambda each: each["at"], reverse=True):
        if each["stream"] in seen:
            continue
        seen.add(each["stream"])
        number = each["pull_request"]
        closed = number is not None and len(seen) > 5
        yield {
            **{key: each[key] for key in ("project", "stream", "pull_request", "at", "outcome")},
            "judgement": each["id"],
            "closed": closed,
            "failing": number is not None and not closed and each["outcome"] in {"failed", "no_data"},
        }


def _project(number: int, judgements: list[dict[str, Any]]) -> dict[str, Any]:
    last = max((each for each in judgements if each["of_default"]), key=lambda each: each["at"])
    return {
        "id": number,
        "github_id": github_id(number),
        "key": name(number),
        "name": name(number),
        "default_branch": "main",
        "standing": -(number % 5) * 10**8,
        "last": last["id"],
        "last_outcome": last["outcome"],
        "last_at": last["at"],
        "last_stream": last["stream"],
        "seen_at": moment(NOW),
        "failing": 1,
        "tickets": 3,
        "at_risk": 1,
        "breached": 1,
        "tickets_at": moment(NOW),
    }


def _board(random: Random, project: int, size: Size) -> Iterator[dict[str, Any]]:
    for ticket in range(size.tickets):
        due = moment(NOW + timedelta(minutes=random.randrange(-5_000, 50_000)))
        yield {
            "project": project,
            "id": str(ticket),
            "place": f"0{due}",
            "title": f"Ticket {ticket}",
            "priority": "normal",
            "channel": "chat",
            "opened": moment(NOW - timedelta(days=9)),
            "clock": "resolution",
            "state": "pending",
            "due": due,
            "risk": due,
            "remaining": None,
            "target": 3_600.0,
        }


def _tickets(connection: Connection, random: Random, project: int, size: Size) -> None:
    source = f"github:{name(project)}"
    _put(connection, SOURCES, iter([{"source": source, "bookmark": "", "whole_at": None}]))
    _put(
        connection,
        TICKETS,
        (
            {
                "source": source,
                "id": str(number),
                "ticket": "{}",
                "labels": "[]",
                "open": random.random() < 0.1,
                "updated": NOW.isoformat(),
                "problems": "[]",
            }
            for number in range(size.tickets)
        ),
    )
    _put(
        connection,
        WRITES,
        (
            {"source": source, "id": str(number), "what": "labels", "begun": NOW.isoformat(), "done": NOW.isoformat()}
            for number in range(size.tickets)
        ),
    )


def _deliveries(random: Random, size: Size) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC).timestamp()
    for number in range(size.deliveries):
        at = now - 86_400 * 365 * 10 * number / size.deliveries
        project = random.randrange(1, size.repositories + 1)
        repository = name(project)
        yield {
            "id": f"old-{number}",
            "event": "workflow_run",
            "action": "completed",
            "installation": 1,
            "repository": repository,
            "repository_id": github_id(project),
            "about": f"{repository}@{number}",
            "body": "{}" if now - at < 86_400 * 30 else "",
            "digest": f"{number:064x}",
            "received_at": at,
            "state": "done",
            "attempts": 1,
            "token": 1,
            "lease_until": None,
            "next_try_at": at,
            "error": "",
        }

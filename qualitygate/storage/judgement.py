"""A verdict as it is remembered: what was judged and when, from which files, by which policy, and how it ended."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from qualitygate.codec import dumps, exact
from qualitygate.model.verdict import Outcome, Verdict
from qualitygate.strict import exactly, instant, labels, maybe, maybe_instant, natural
from qualitygate.values import dataclass

OUTCOMES = {outcome.name.lower(): outcome for outcome in Outcome}
_SHORT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file that a verdict was reached from. ``at`` is when it was made, where that is known."""

    path: str
    sha256: str
    size: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One condition of a verdict, as short as a trend needs it. ``value`` is exact, ``None`` where not measured."""

    gate: str
    id: str
    outcome: Outcome
    value: Fraction | None
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One verdict, told about one commit.

    ``repository`` is the name it has now, ``repository_id`` GitHub's number of it, 0 where that is not known. ``ref``
    is the branch or tag, ``name`` that of the check, ``external_id`` what its check run is known by: of two with the
    same the later is kept. ``lasting``: it is about what was accepted, and kept longer than one about a proposal.
    ``of_default``: it is about the default branch itself, so that it says how the repository stands.
    ``policy_at`` is the commit whose policy counted, ``check`` the id of the check run, ``url`` where the newest run of
    its evidence can be seen. ``verdict`` is the text of :func:`qualitygate.codec.dumps`. In lists that and ``inputs``
    are left out; ``id`` is the store's, 0 before it was kept.
    """

    repository: str
    sha: str
    ref: str
    name: str
    external_id: str
    at: datetime
    outcome: Outcome
    policy: str
    policy_digest: str
    policy_at: str
    results: tuple[Result, ...]
    verdict: str | None
    inputs: tuple[Input, ...] = ()
    pull_request: int | None = None
    lasting: bool = True
    of_default: bool = False
    check: int | None = None
    url: str = ""
    repository_id: int = 0
    default_branch: str = ""
    id: int = 0

    @property
    def stream(self) -> str:
        """What it follows others in: the judgements of one pull request, or of one branch or tag, by one check."""
        return short(f"#{self.pull_request} {self.name}" if self.pull_request else f"{self.ref} {self.name}")


def judgement(verdict: Verdict, **place: Any) -> Judgement:
    """What is remembered of a verdict; ``place`` are the fields that it does not say itself."""
    return Judgement(
        at=verdict.at,
        outcome=verdict.outcome,
        policy=verdict.policy,
        policy_digest=verdict.policy_digest,
        verdict=dumps(verdict),
        results=tuple(
            Result(
                gate=gate.name,
                id=each.condition.id,
                outcome=each.outcome,
                value=each.measurement.value,
                labels=dict(sorted(each.measurement.labels.items())),
            )
            for gate in verdict.gates
            for each in gate.conditions
        ),
        **place,
    )


def to_row(of: Judgement) -> dict[str, Any]:
    """The columns of a judgement."""
    told = [[each.gate, each.id, each.outcome.name.lower(), exact(each.value), each.labels] for each in of.results]
    inputs = [[each.path, each.sha256, each.size, each.at and each.at.isoformat()] for each in of.inputs]
    return {
        "external_id": short(of.external_id),
        "stream": of.stream,
        "name": short(of.name),
        "sha": of.sha,
        "ref": short(of.ref),
        "pull_request": of.pull_request,
        "lasting": of.lasting,
        "of_default": of.of_default,
        "at": moment(of.at),
        "outcome": of.outcome.name.lower(),
        "policy": harmless(of.policy),
        "policy_digest": of.policy_digest,
        "policy_at": of.policy_at,
        "check_run": of.check,
        "url": harmless(of.url),
        "results": json.dumps(told, separators=(",", ":")),
        "inputs": json.dumps(inputs, separators=(",", ":")),
        "verdict": zlib.compress((of.verdict or "").encode()),
    }


def of_row(row: Mapping[str, Any]) -> Judgement:
    """A judgement back from its columns and those of its project; what was not read of it is left out.

    Raises ``ValueError``, ``TypeError`` or ``LookupError`` where the row is none.
    """
    packed, inputs = row.get("verdict"), json.loads(row.get("inputs", "[]"))
    return Judgement(
        id=row["id"],
        repository=row["repository"],
        repository_id=row["github_id"] or 0,
        default_branch=row["default_branch"],
        sha=row["sha"],
        ref=row["ref"],
        name=row["name"],
        external_id=row["external_id"],
        at=instant(row["at"]),
        outcome=OUTCOMES[row["outcome"]],
        policy=row["policy"],
        policy_digest=row["policy_digest"],
        policy_at=row["policy_at"],
        results=tuple(_result(*each) for each in json.loads(row["results"])),
        verdict=None if packed is None else _unpacked(packed),
        inputs=tuple(
            Input(path=exactly(path, str), sha256=exactly(digest, str), size=natural(size), at=maybe_instant(at))
            for path, digest, size, at in inputs
        ),
        pull_request=row["pull_request"],
        lasting=bool(row["lasting"]),
        of_default=bool(row["of_default"]),
        check=row["check_run"],
        url=row["url"],
    )


def moment(at: datetime) -> str:
    """A moment as text that sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def harmless(text: str) -> str:
    """A text that both databases take: PostgreSQL knows no NUL, and neither takes a lone surrogate."""
    return text.replace("\0", "").encode(errors="replace").decode()


def short(text: str) -> str:
    """A text that a column of names takes."""
    return harmless(text)[:_SHORT]


def _result(gate: Any, id: Any, outcome: Any, value: Any, of: Any) -> Result:
    number = maybe(value, str)
    return Result(
        gate=exactly(gate, str),
        id=exactly(id, str),
        outcome=OUTCOMES[outcome],
        value=None if number is None else Fraction(number),
        labels=labels(of),
    )


def _unpacked(packed: bytes) -> str:
    try:
        return zlib.decompress(packed).decode()
    except zlib.error as error:
        raise ValueError(f"its verdict cannot be unpacked: {error}") from error

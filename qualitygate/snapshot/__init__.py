"""Evidence to lines and back: what a later run compares with, and what shards hand to the job that joins them.

A snapshot is JSON lines: a head that counts what follows, then a line for each report and each gap. Reports are kept
apart, not merged, so that the joined shards give the same verdict as all their reports at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from qualitygate.errors import CannotReadReport
from qualitygate.model.channels import ChannelRegister
from qualitygate.model.coverage import CoverageReport
from qualitygate.model.defects import DefectRegister
from qualitygate.model.deployments import DeploymentRegister
from qualitygate.model.documents import DocumentRegister
from qualitygate.model.evidence import Evidence, Gap, Source, TestReport
from qualitygate.model.findings import FindingsReport
from qualitygate.model.milestones import MilestoneRegister
from qualitygate.model.people import PeopleRegister
from qualitygate.model.responsibilities import ResponsibilityRegister
from qualitygate.model.retrospectives import Retrospective
from qualitygate.model.reviews import StageReview
from qualitygate.model.surveys import SurveyRegister
from qualitygate.model.tickets import Tickets
from qualitygate.model.trainings import TrainingRegister
from qualitygate.snapshot import (
    channels,
    coverage,
    defects,
    deployments,
    documents,
    findings,
    gap,
    milestones,
    people,
    responsibilities,
    retrospectives,
    reviews,
    surveys,
    tests,
    tickets,
    trainings,
)
from qualitygate.strict import Data

HEAD = {"qualitygate": "snapshot", "schema_version": 1}
LINE_CAP = 1024**3

_KINDS: tuple[tuple[str, type, Callable[[Any], dict[str, Any]], Callable[[Data, Source], Evidence]], ...] = (
    ("report", TestReport, tests.encode, tests.decode),
    ("coverage", CoverageReport, coverage.encode, coverage.decode),
    ("findings", FindingsReport, findings.encode, findings.decode),
    ("defects", DefectRegister, defects.encode, defects.decode),
    ("deployments", DeploymentRegister, deployments.encode, deployments.decode),
    ("tickets", Tickets, tickets.encode, tickets.decode),
    ("documents", DocumentRegister, documents.encode, documents.decode),
    ("people", PeopleRegister, people.encode, people.decode),
    ("trainings", TrainingRegister, trainings.encode, trainings.decode),
    ("retrospective", Retrospective, retrospectives.encode, retrospectives.decode),
    ("review", StageReview, reviews.encode, reviews.decode),
    ("milestones", MilestoneRegister, milestones.encode, milestones.decode),
    ("surveys", SurveyRegister, surveys.encode, surveys.decode),
    ("responsibilities", ResponsibilityRegister, responsibilities.encode, responsibilities.decode),
    ("channels", ChannelRegister, channels.encode, channels.decode),
    ("gap", Gap, gap.encode, gap.decode),
)
"""What a line may hold: its word, the type of the evidence, how it is written and read."""
_WORDS = {kind: (word, encode) for word, kind, encode, _ in _KINDS}
_DECODERS = {word: decode for word, _, _, decode in _KINDS}


def holds(evidence: Evidence) -> bool:
    """Whether a snapshot can hold it: a stranger's kind of evidence it cannot."""
    return type(evidence) in _WORDS


def dump(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The lines of a snapshot, byte for byte the same for equal evidence in any order.

    Raises ``KeyError`` for evidence that it cannot hold, and ``ValueError`` for a report of tests that has not kept its
    names: its passing tests would be missing.
    """
    lines = [_line({word: encode(item)}) for item in evidence for word, encode in (_WORDS[type(item)],)]
    yield _line({**HEAD, "lines": len(lines)})
    yield from sorted(lines)


def load(stream: IO[bytes], source: Source) -> Iterator[Evidence]:
    """The evidence of a snapshot. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    lines = 0
    try:
        head = json.loads(stream.readline(LINE_CAP))
        if {**head, "lines": 0} != {**HEAD, "lines": 0}:
            raise CannotReadReport("unrecognised", f"is not a snapshot of version {HEAD['schema_version']}")
        for line in stream:
            lines += 1
            [(word, data)] = json.loads(line).items()
            yield _DECODERS[word](data, source)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CannotReadReport("malformed", f"is not a whole snapshot: {error}") from error
    if lines != head.get("lines"):
        raise CannotReadReport("truncated", f"holds {lines} of {head.get('lines')} lines: cut off while it was copied?")


def _line(data: Data) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"

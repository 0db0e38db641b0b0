"""Registers of defects: CSV, JSON or YAML that a team keeps, and GitHub's issues exported to JSON.

The vocabulary of severities is the one most trackers share; their other words are synonyms. Whether a defect was found
before or after the release is the distinction that escaped-defect rates rest on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.columns import Form, choice, moment, name, text, whole
from qualitygate.extension import Reader
from qualitygate.issues import are_issues, as_records
from qualitygate.model.defects import AFTER, BEFORE, CLOSED, OPEN, Defect, DefectRegister
from qualitygate.model.evidence import Source
from qualitygate.records import Record, has_noun, names, refuse
from qualitygate.records import read as read_records

NOUN = "defects"


def _synonyms(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {synonym: word for word, synonyms in words.items() for synonym in (word, *synonyms)}


SEVERITY = _synonyms(
    {
        "critical": ("blocker", "s1", "sev1"),
        "high": ("major", "s2", "sev2"),
        "medium": ("moderate", "normal", "s3", "sev3"),
        "low": ("minor", "s4", "sev4"),
        "info": ("trivial", "s5", "sev5"),
    }
)
FOUND_IN = _synonyms(
    {
        BEFORE: ("pre-release", "pre-production", "development", "dev", "review", "testing", "test", "qa", "staging"),
        AFTER: ("post-release", "production", "prod", "live", "customer", "field"),
    }
)
STATE = _synonyms({OPEN: ("new", "in-progress", "reopened"), CLOSED: ("resolved", "fixed", "done", "verified")})
RESOLUTION = _synonyms(
    {
        "fixed": ("completed", "done"),
        "wontfix": ("wont-fix", "not-planned", "cannot-reproduce"),
        "duplicate": (),
        "invalid": ("not-a-bug", "works-as-designed"),
    }
)
FORM = Form(
    columns={
        "id": name,
        "title": text,
        "severity": choice(SEVERITY),
        "found_in": choice(FOUND_IN),
        "release": name,
        "opened": moment,
        "closed": moment,
        "state": choice(STATE),
        "reopened": whole,
        "resolution": choice(RESOLUTION),
        "url": text,
    },
    required=("id",),
)
_OF_OTHERS = frozenset({"check_name", "fingerprint", "iid"})


def recognises(head: bytes) -> bool:
    """Whether ``defects`` is its one key, or its first record has the fields of a defect or of a GitHub issue."""
    if has_noun(head, NOUN):
        return True
    found = names(head, FORM.known)
    own = found.intersection(FORM.known)
    certain = "id" in found and ("found_in" in found or found >= {"severity", "state"})
    return are_issues(found) or (certain and 2 * len(own) >= len(found) and found.isdisjoint(_OF_OTHERS))


def read(source: Source) -> Iterator[DefectRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    table = read_records(source, NOUN, FORM.known)
    problems: list[str] = []
    if any(are_issues(record.fields.keys()) for record in table.records):
        table = as_records(table, problems)
    found = [_defect(record, values, problems) for record, values in FORM.checked(table, source.rules.zone, problems)]
    refuse(problems)
    yield DefectRegister(source=source, defects=tuple(found))


READER = Reader(kind="defects", recognises=recognises, read=read, names=lambda: (NOUN, *FORM.known))


def _defect(record: Record, values: dict[str, Any], problems: list[str]) -> Defect:
    opened, closed = values["opened"], values["closed"]
    state = values.pop("state") or (CLOSED if closed else OPEN)
    if state == OPEN and closed:
        problems.append(f"{record.place}: is open, and was closed on {closed.date()}")
    if opened and closed and closed < opened:
        problems.append(f"{record.place}: was closed on {closed.date()}, before it was opened on {opened.date()}")
    return Defect(**{**values, "title": values["title"] or ""}, state=state, line=record.line)

"""Registers of deployments: each change to production, and whether it failed or which one it repairs.

After DORA's change failure rate (https://dora.dev/guides/dora-metrics-four-keys): a failed change is one that needed
remediation, so failed changes are counted and not incidents, and never more than there are changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qualitygate.columns import Form, moment, name, text, truth
from qualitygate.extension import Reader
from qualitygate.model.deployments import Deployment, DeploymentRegister
from qualitygate.model.evidence import Source
from qualitygate.records import Record, has_noun, names, refuse
from qualitygate.records import read as read_records

NOUN = "deployments"
FORM = Form(
    columns={"id": name, "at": moment, "failed": truth, "remediates": name, "title": text},
    required=("id", "at"),
    aliases={"deployed": "at"},
)

Row = tuple[Record, dict[str, Any]]


def recognises(head: bytes) -> bool:
    """Whether ``deployments`` is its one key, or its first record has the fields of a deployment."""
    if has_noun(head, NOUN):
        return True
    found = names(head, FORM.known)
    own = found.intersection(FORM.known)
    dated = bool(found & {"at", "deployed"}) and bool(found & {"failed", "remediates"})
    return "id" in found and dated and 2 * len(own) >= len(found)


def read(source: Source) -> Iterator[DeploymentRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    table = read_records(source, NOUN, FORM.known)
    problems: list[str] = []
    rows = list(FORM.checked(table, source.rules.zone, problems))
    refuse(problems)
    refuse([*_untold(rows, table.names), *_remedies_of_nothing(rows)])
    remedies: dict[str, list[str]] = {}
    for _, values in rows:
        if values["remediates"]:
            remedies.setdefault(values["remediates"], []).append(values["id"])
    yield DeploymentRegister(
        source=source,
        deployments=tuple(_deployment(record, values, remedies) for record, values in rows),
        contradictions=tuple(_denied(rows, remedies)),
    )


READER = Reader(kind="deployments", recognises=recognises, read=read)


def _deployment(record: Record, values: dict[str, Any], remedies: dict[str, list[str]]) -> Deployment:
    repaired_by = tuple(sorted(remedies.get(values["id"], ())))
    told = {**values, "title": values["title"] or "", "failed": bool(values["failed"] or repaired_by)}
    return Deployment(**told, remediated_by=repaired_by, line=record.line)


def _untold(rows: Sequence[Row], told: frozenset[str]) -> Iterator[str]:
    """Silence is no success: where nothing tells whether a change failed, nobody knows."""
    if not rows or ("failed" not in told and "remediates" in told):
        return
    for record, values in rows:
        if values["failed"] is None and values["remediates"] is None:
            yield f"{record.place}: tells neither whether {values['id']} failed nor what it remediates"


def _remedies_of_nothing(rows: Sequence[Row]) -> Iterator[str]:
    """What is repaired must be a change of the register, so that no more can have failed than there are."""
    known = {values["id"]: values for _, values in rows}
    for record, values in rows:
        target = values["remediates"]
        if target is None:
            continue
        if target == values["id"]:
            yield f"{record.place}: {target} remediates itself"
        elif target not in known:
            yield f"{record.place}: remediates {target!r}, which is not in the register"
        elif known[target]["at"] > values["at"]:
            yield f"{record.place}: remediates {target!r}, which was deployed later"


def _denied(rows: Sequence[Row], remedies: dict[str, list[str]]) -> Iterator[str]:
    for _, values in rows:
        if values["failed"] is False and values["id"] in remedies:
            yield f"says that {values['id']} did not fail, but {', '.join(remedies[values['id']])} remediates it"

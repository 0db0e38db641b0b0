"""The registers of exceptions: waivers and quarantined tests, each record with an owner, a reason and an end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from qualitygate.config.files import WORK_TREE, Files
from qualitygate.config.inheritance import read_layer
from qualitygate.config.place import Place, place
from qualitygate.config.schema import check
from qualitygate.config.schemas import schema
from qualitygate.errors import Problem
from qualitygate.model.policy import Gate, QuarantineRecord, Waiver, same
from qualitygate.values import dataclass
from qualitygate.yamltext import Document, Path

DEFAULTS = {"waivers": "quality/waivers.yml", "quarantine": "quality/quarantine.yml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Where a register is: below which folder, by which name where the policy has one, and through which door."""

    base_dir: str
    declared: str | None
    files: Files = WORK_TREE


def _as_is(value: Any) -> Any:
    return value


_DATES: dict[str, Callable[[Any], Any]] = dict.fromkeys(("created", "expires", "added"), date.fromisoformat)


def waivers(
    register: Register,
    gates: Iterable[Gate],
    problems: list[Problem],
    warnings: list[Problem],
    places: dict[Path, Place],
) -> tuple[Waiver, ...]:
    """The register of waivers; what is wrong in it is added to ``problems``, what is idle to ``warnings``.

    The place of each record is added to ``places``.
    """
    metrics = {gate.name: {condition.metric.name for condition in gate.conditions} for gate in gates}
    found: list[Waiver] = []
    for document, index, row in _rows("waivers", register, problems):
        waiver = Waiver(
            id=row["id"],
            gate=row["gate"],
            metric=row["metric"],
            where={label: str(value) for label, value in row.get("where", {}).items()},
            reason=row["reason"],
            requested_by=row["requested_by"],
            approved_by=row["approved_by"],
            created=row["created"],
            expires=row["expires"],
        )
        wrong = _wrong_with(waiver, {other.id for other in found})
        problems.extend(document.problem("waiver", message, (index, key)) for key, message in wrong)
        if waiver.metric not in metrics.get(waiver.gate, ()):
            message = (
                f"waiver {waiver.id} waives nothing: no condition of the gate {waiver.gate!r} is on {waiver.metric}"
            )
            warnings.append(document.problem("idle-waiver", message, (index, "metric")))
        places["waivers", waiver.id] = place(document, (index,))
        found.append(waiver)
    return tuple(found)


def _wrong_with(waiver: Waiver, known: set[str]) -> Iterator[tuple[str, str]]:
    if waiver.id in known:
        yield "id", f"waiver {waiver.id} is there twice"
    if same(waiver.approved_by) == same(waiver.requested_by):
        who = waiver.approved_by
        yield "approved_by", f"waiver {waiver.id} is approved by {who}, who asked for it; a second pair of eyes must"
    if waiver.expires < waiver.created:
        yield "expires", f"waiver {waiver.id} ends on {waiver.expires}, before it was created on {waiver.created}"


def quarantine(register: Register, problems: list[Problem], places: dict[Path, Place]) -> tuple[QuarantineRecord, ...]:
    """The register of quarantined tests; what is wrong in it is added to ``problems``, its records to ``places``."""
    found: list[QuarantineRecord] = []
    for document, index, row in _rows("quarantine", register, problems):
        record = QuarantineRecord(**row)
        if record.test in {other.test for other in found}:
            problems.append(document.problem("quarantine", f"the test {record.test} is there twice", (index, "test")))
        if record.expires < record.added:
            problems.append(
                document.problem(
                    "quarantine",
                    f"the record of {record.test} ends on {record.expires}, before it was added on {record.added}",
                    (index, "expires"),
                )
            )
        places["quarantine", record.test] = place(document, (index,))
        found.append(record)
    return tuple(found)


def _rows(kind: str, register: Register, problems: list[Problem]) -> Iterator[tuple[Document, int, dict[str, Any]]]:
    """The records of a register that have the right form, with their dates parsed. A default register may be absent."""
    files = register.files
    path = os.path.join(register.base_dir, register.declared or DEFAULTS[kind])
    if register.declared is None and not files.has(path):
        return
    document = read_layer(path, files.name(os.path.relpath(path)), files).document
    wrong = check(document, schema(kind))
    problems.extend(wrong)
    if wrong:
        return
    for index, row in enumerate(document.data or ()):
        try:
            yield document, index, {key: _DATES.get(key, _as_is)(value) for key, value in row.items()}
        except ValueError as error:
            problems.append(
                document.problem("wrong-form", f"record {index + 1} has a date that is none: {error}", (index,))
            )

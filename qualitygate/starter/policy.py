"""A policy to begin with: the evidence of a project, and gates that ask no more than it can be measured by."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.language import ENGLISH, marked, say
from qualitygate.starter.project import Entry, Project
from qualitygate.starter.quoting import quoted

PATH = "qualitygate.yml"
SCHEMA = "quality/qualitygate.schema.json"
"""What editors check the policy by; a copy, so that they need no network and no installed qualitygate."""
_SUITES = {
    "unit": '{files: "reports/unit/*.xml", read: junit}',
    "integration": '{files: "reports/integration/*.xml", read: junit}',
    "regression": "{files: reports/regression.xml, read: junit}",
    "coverage": "{files: coverage.xml}",
}
"""What a vendor is asked for most; how it would be declared."""
_PARITY = "{metric: documents.translation_parity, at_least: 100%, severity: warning}"
_THERE, _EXPECTED = marked("found"), marked("not there yet; this writes it: {command}")


def policy(project: Project, register: str, lang: str) -> str:
    """The text of the policy. What was not found stands in it as a comment, so that nobody takes it for judged."""
    return "".join(f"{line}\n" for line in _lines(project, register, lang))


def _lines(project: Project, register: str, lang: str) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={SCHEMA}"
    yield "# " + say(
        "What must hold. qualitygate check judges it, qualitygate explain METRIC tells what a number means."
    )
    yield "version: 1"
    yield f"name: {quoted(project.name)}"
    if lang != ENGLISH:
        yield f"lang: {lang}"
    yield "# timezone: Asia/Shanghai  # " + say("where days begin; without it UTC")
    yield ""
    yield "evidence:"
    for entry in project.entries:
        yield f"  # {say(_EXPECTED, command=entry.how) if entry.how else say(_THERE)}"
        yield f"  {entry.name}: {_entry(entry)}"
    yield f"  documents: {{files: {quoted(register)}, read: documents}}"
    yield from (f"  # {line}" for line in _lacking(project))
    yield ""
    yield "gates:"
    yield "  # " + say("what no change may break")
    yield "  pull-request:"
    if project.tested:
        yield "    - {metric: tests.failed, at_most: 0, each: suite}"
        yield "    - {metric: tests.errored, at_most: 0, each: suite}"
    yield "    - {metric: documents.links, at_least: 100%}"
    yield "  # " + say("what must hold before anything is handed over")
    yield "  release:"
    yield from (f"    - {condition}" for condition in _release(project))
    yield "    # - {metric: documents.missing_at_start, at_most: 0}  # " + say("asks git what was there at the start")


def _entry(entry: Entry) -> str:
    files = ", ".join(map(quoted, entry.files))
    return f"{{files: {files if len(entry.files) == 1 else f'[{files}]'}, read: {entry.reader}}}"


def _lacking(project: Project) -> Iterator[str]:
    """What was looked for and not found, as lines to fill in."""
    lines = {name: files for name, files in _SUITES.items() if not project.has(name)}
    if lines:
        yield say(
            "not found, and so not judged; what a contract promises needs its evidence here and a condition below:"
        )
    yield from (f"{name}: {files}" for name, files in lines.items())


def _release(project: Project) -> Iterator[str]:
    kinds = {entry.kind for entry in project.entries}
    if project.tested:
        yield "{metric: tests.defect_rate, below: 5%, each: suite}"
        yield "{metric: tests.executed, at_least: 1, each: suite}"
    if "coverage" in kinds:
        yield "{metric: coverage.line, at_least: 80%, severity: warning}  # " + say("write your own number")
    if "findings" in kinds:
        yield "{metric: findings.total, at_most: 0, severity: warning}  # " + say("write your own number")
    yield "{metric: documents.completeness, at_least: 100%}"
    yield "{metric: documents.links, at_least: 100%}"
    yield "{metric: documents.changed_after_review, at_most: 0, severity: warning}"
    if project.changelog:
        yield "{metric: documents.changelog, at_most: 0}"
    if project.translations:
        yield _PARITY

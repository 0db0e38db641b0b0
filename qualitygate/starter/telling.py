"""What is told while a project begins: what was found and what not, what was written, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from importlib.util import find_spec

from qualitygate.amounts import number, together
from qualitygate.config import Config
from qualitygate.documents.register import Declared
from qualitygate.language import marked, say
from qualitygate.model.code import Code
from qualitygate.starter.project import Project
from qualitygate.starter.tools import tools

NEEDED = ("comrak", "docutils", "selectolax")
"""What the extra ``documents`` brings that no register can be read without."""
_SHOWN = 3
LOOKED_FOR = {
    "unit": marked("unit tests"),
    "integration": marked("integration tests"),
    "regression": marked("regression tests"),
    "coverage": marked("coverage"),
}


def found(project: Project) -> Iterator[str]:
    """What the project has, and what was looked for and is not there."""
    reports = [f"{_brief(entry.files)} ({entry.reader})" for entry in project.entries if not entry.how]
    pages = [f"{project.docs}/ ({number('pages', count)})"] if (count := len(list(project.pages(project.docs)))) else []
    log = [project.changelog] if project.changelog else []
    there = [*tools(project.entries), *reports, *pages, *log, *(into for _, into in project.translations)]
    yield say("Found: {what}", what=together(there) or say("nothing yet"))
    lacking = [say(words) for name, words in LOOKED_FOR.items() if not project.has(name)]
    lacking += [] if pages else [say("pages of documents")]
    lacking += [] if log else [say("a change log")]
    if lacking:
        yield say("Not found: {what}", what=together(lacking))


def _brief(files: Sequence[str]) -> str:
    more = f", … {number('more files', len(files) - _SHOWN)}" if len(files) > _SHOWN else ""
    return ", ".join(files[:_SHOWN]) + more


def of_register(told: Declared, preset: str, project: Project, today: date) -> str:
    """What a register was made of, how many documents it has, asks for on a day, and how many of these are there."""
    begun = {stage.id for stage in told.stages if stage.started <= today}
    due = [each for _, each in told.documents if each["stage"] in begun or not each["stage"]]
    present = sum(any(Code(include=(each["path"],)).has(file) for file in project.files) for each in due)
    words = marked("preset {preset}, {documents}; required today: {due}, there: {present}")
    return say(words, preset=preset, documents=number("documents", len(told.documents)), due=len(due), present=present)


def of_policy(config: Config) -> str:
    """How much a policy asks for."""
    counts = {
        "gates": len(config.policy.gates),
        "conditions": sum(len(gate.conditions) for gate in config.policy.gates),
        "evidence sources": len(config.evidence),
    }
    return together(number(noun, count) for noun, count in counts.items())


def steps(register: str) -> Iterator[str]:
    """What to do next."""
    if not all(map(find_spec, NEEDED)):
        yield say("Missing: {command}", command="pip install 'qualitygate-ci[documents]'")
    yield say("Next: write your own days, people and owners into {path}", path=register)
    yield say("Then: {command}", command="qualitygate check")

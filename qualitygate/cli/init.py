"""``init``: a policy and a register of documents for a project that has none; no file is ever overwritten."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from glob import has_magic

import click

from qualitygate import checkout, pipeline, registry
from qualitygate.cli.options import find, lang_option, now_option
from qualitygate.config import Config, schemas
from qualitygate.documents.register import Declared, declared
from qualitygate.errors import ConfigError, Problem
from qualitygate.escaping import line
from qualitygate.exits import MET
from qualitygate.language import ENGLISH, LANGUAGES, VARIABLE, chosen, marked, say, speaking
from qualitygate.recognition import HEAD
from qualitygate.sources import matches, source
from qualitygate.starter import policy, register, telling
from qualitygate.starter.project import Project
from qualitygate.starter.survey import survey
from qualitygate.values import dataclass

READER = "documents"
_LEFT = marked("Left as it is: {path}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked for: a preset, the start of the project, the language; each ``None`` where left open."""

    preset: str | None
    start: date | None
    lang: str | None


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no day; write it like 2026-11-22") from error


@click.command()
@click.option(
    "--documents",
    "preset",
    type=click.Choice(register.PRESETS),
    help="The documents to start from; default: oss where there is a licence, else builtin.",
)
@click.option(
    "--start",
    callback=lambda _context, _parameter, value: _day(value) if value else None,
    metavar="DATE",
    help="The day on which the project started, from which its stages are counted; default: today.",
)
@click.option("--yes", "-y", is_flag=True, help="Ask nothing; without a terminal nothing is asked anyway.")
@lang_option
@now_option
def init(preset: str | None, start: date | None, yes: bool, lang: str | None, now: datetime) -> int:
    """Write a policy and a register of documents for the project in this folder, fitted to what lies there.

    What lies there is left as it is. Exits 2 where a policy that lies there judges no documents.
    """
    wishes = Wishes(preset=preset, start=start, lang=lang or os.environ.get(VARIABLE))
    with speaking(chosen(lang, os.environ)):
        there = find(None)
        config = pipeline.load_config(there) if there else None
        declared_at = _declared_at(config) if config else None
        place = declared_at or register.PATH
        project = survey(".", checkout.tree("."))
        if not yes and sys.stdin.isatty() and sys.stdout.isatty():
            wishes = _asked(wishes, project, now.date(), preset=not os.path.lexists(place), lang=config is None)
    with speaking(wishes.lang or ENGLISH):
        for told in telling.found(project):
            click.echo(line(told))
        preset = wishes.preset or register.fitting(project)
        begun = register.register(preset, project, wishes.start, now.date())
        _lay(place, begun, lambda: telling.of_register(_read(place), preset, project, now.date()))
        if config and there:
            click.echo(line(say(_LEFT, path=there)))
            _refuse_unjudged(config, there, place, declares=declared_at is not None)
        else:
            _lay(policy.SCHEMA, schemas.text("policy"), lambda: say("what editors check the policy by"))
            begun = policy.policy(project, place, wishes.lang or ENGLISH)
            _lay(policy.PATH, begun, lambda: telling.of_policy(pipeline.load_config(policy.PATH)))
        for told in telling.steps(place):
            click.echo(line(told))
    return MET


def _asked(wishes: Wishes, project: Project, today: date, *, preset: bool, lang: bool) -> Wishes:
    """The wishes, with what they leave open as somebody at a terminal answers it."""
    if lang and not wishes.lang:
        words = say("Language of reports")
        wishes = replace(wishes, lang=click.prompt(words, type=click.Choice(LANGUAGES), default=ENGLISH))
    if preset and not wishes.preset:
        words, fitting = say("Documents to start from"), register.fitting(project)
        wishes = replace(wishes, preset=click.prompt(words, type=click.Choice(register.PRESETS), default=fitting))
    if preset and not wishes.start:
        words = say("Day on which the project started")
        wishes = replace(wishes, start=click.prompt(words, value_proc=_day, default=today.isoformat()))
    return wishes


def _declared_at(config: Config) -> str | None:
    """Where the register lies that a policy declares, or is to lie."""
    for entry in config.evidence:
        named = [path for path in entry.files if not has_magic(path)] if entry.reader == READER else []
        found = [path for pattern in entry.files for path in matches(pattern, config.base_dir)]
        for path in (*named, *found) if entry.reader in (None, READER) else ():
            place = os.path.relpath(os.path.join(config.base_dir, path)).replace(os.sep, "/")
            if entry.reader or registry.reader(READER).recognises(_head(place)):
                return place
    return None


def _head(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(HEAD)
    except OSError:
        return b""


def _refuse_unjudged(config: Config, there: str, place: str, *, declares: bool) -> None:
    """A register that no gate looks at would keep nothing."""
    judges = any(each.metric.name.startswith(f"{READER}.") for gate in config.policy.gates for each in gate.conditions)
    if declares and judges:
        return
    evidence = "" if declares else f"under evidence: {READER}: {{files: {place}, read: {READER}}}"
    condition = "" if judges else "to a gate: {metric: documents.completeness, at_least: 100%}"
    help_ = f"add {'; and '.join(filter(None, (evidence, condition)))}"
    raise ConfigError([Problem("unjudged", "judges no register of documents", file=there, help=help_)])


def _lay(path: str, text: str, told: Callable[[], str]) -> None:
    """Write a file that is not there yet, and tell of it; one that is there is left as it is."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        if not os.path.lexists(path):
            raise ConfigError([Problem("output", f"cannot be written: {error.strerror}", file=path)]) from error
        click.echo(line(say(_LEFT, path=path)))
    else:
        click.echo(line(say("Wrote {path}: {told}", path=path, told=told())))


def _read(path: str) -> Declared:
    return declared(source(path, path, reader=READER))

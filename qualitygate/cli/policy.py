"""``policy``: validate a policy file, show what it comes to, compare two, try one out, print the JSON Schemas."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from qualitygate import pipeline
from qualitygate.amounts import number, together
from qualitygate.cli.options import config_options, format_option, lang_option, load, now_option
from qualitygate.cli.problems import show_problem
from qualitygate.cli.rehearsal import simulate, test
from qualitygate.codec import bound, exact
from qualitygate.config import Config, EvidenceEntry, schemas
from qualitygate.config.starting import startless
from qualitygate.escaping import line
from qualitygate.exits import MET, NOT_MET
from qualitygate.language import ENGLISH, chosen, say, speaking
from qualitygate.model.policy import Clause, Condition, Severity


@click.group()
def policy() -> None:
    """Look at the policy file itself."""


@policy.command()
@config_options
def validate(config_path: str | None, base_dir: str | None) -> int:
    """Check the policy, all it extends and its registers; show every problem at once."""
    config = load(config_path, base_dir)
    without_start = list(startless(config))
    for warning in without_start:
        show_problem("warning", warning)
    conditions = sum(len(gate.conditions) for gate in config.policy.gates)
    counts = {
        "gates": len(config.policy.gates),
        "conditions": conditions,
        "evidence sources": len(config.evidence),
        "waivers": len(config.policy.waivers),
        "quarantined tests": len(config.policy.quarantine),
        "warnings": len(config.warnings) + len(without_start),
    }
    click.echo(f"{config.policy.name} is valid: {', '.join(number(noun, count) for noun, count in counts.items())}")
    return MET


@policy.command()
@config_options
def show(config_path: str | None, base_dir: str | None) -> int:
    """Print the policy as it is judged by, with all it extends taken in, as JSON."""
    click.echo(json.dumps(_shown(load(config_path, base_dir)), indent=2, ensure_ascii=False))
    return MET


@policy.command()
@click.argument("base")
@click.argument("head", required=False)
@click.option("--config", "-c", "config_path", type=click.Path(), help="The policy file at a ref and in the work tree.")
@format_option("text", "json", "markdown")
@click.option("--exit-code", is_flag=True, help="Exit 1 where something is loosened.")
@now_option
def diff(base: str, head: str | None, config_path: str | None, format_name: str, exit_code: bool, now: datetime) -> int:
    """Tell what HEAD loosens or tightens against BASE: each a branch, tag or commit, or a policy file.

    A file that is there wins over a ref of its name. Without HEAD it is the work tree.
    """
    from qualitygate.difference import Kind, difference  # noqa: PLC0415
    from qualitygate.difference.telling import FORMATS, Side  # noqa: PLC0415 - no other command compares

    sides = [Side(name=name or "the work tree", config=_side(name, config_path)) for name in (base, head)]
    before, after = sides
    changes = difference(before.config, after.config, today=now.astimezone(after.config.policy.zone).date())
    click.echo(FORMATS[format_name](before, after, changes).encode("utf-8", "backslashreplace"), nl=False)
    return NOT_MET if exit_code and any(change.kind is Kind.LOOSENED for change in changes) else MET


@policy.command()
@config_options
@format_option("text", "json")
@lang_option
def coverage(config_path: str | None, base_dir: str | None, format_name: str, lang: str | None) -> int:
    """List the clauses of the contract with the conditions that check them; exit 1 where none that can block does."""
    config = load(config_path, base_dir)
    judged, spoken = config.policy, chosen(lang, os.environ, config.lang)
    checks: dict[str, list[Condition]] = {clause.id: [] for clause in judged.clauses}
    for gate in judged.gates:
        for condition in gate.conditions:
            if condition.clause:
                checks[condition.clause].append(condition)
    if format_name == "json":
        rows = [{**_clause(clause), **_checks(checks[clause.id])} for clause in judged.clauses]
        click.echo(json.dumps({"schema_version": 1, "clauses": rows}, indent=2, ensure_ascii=False))
    else:
        with speaking(spoken):
            click.echo("\n".join(_covered(judged.clauses, checks, spoken)))
    return MET if checks and all(any(map(_blocks, found)) for found in checks.values()) else NOT_MET


def _covered(clauses: Sequence[Clause], checks: Mapping[str, Sequence[Condition]], lang: str) -> Iterator[str]:
    for clause in clauses:
        yield f"{line(clause.id)}  {_checked(checks[clause.id])}"
        text = line(clause.words(lang, ENGLISH))
        yield f"    {say('{text} (owner {owner})', text=text, owner=line(clause.owner)) if clause.owner else text}"
    checked = sum(any(map(_blocks, found)) for found in checks.values())
    advised = sum(bool(found) for found in checks.values()) - checked
    told = [
        number("clauses", len(checks)),
        say("{count} with a check", count=checked),
        say("{count} with advice only", count=advised) if advised else "",
        say("{count} without", count=len(checks) - checked - advised),
    ]
    yield together(filter(None, told))


def _blocks(condition: Condition) -> bool:
    """Whether it can fail a gate; what only warns advises."""
    return condition.severity is Severity.ERROR


def _checks(found: Sequence[Condition]) -> dict[str, list[str]]:
    return {
        "conditions": [condition.id for condition in found],
        "advisory": [condition.id for condition in found if not _blocks(condition)],
    }


def _checked(found: Sequence[Condition]) -> str:
    told = together(
        line(each.id) if _blocks(each) else say("{condition} (advice)", condition=line(each.id)) for each in found
    )
    if not any(map(_blocks, found)):
        return f"{say('ADVICE ONLY')}  {told}" if found else say("NO CHECK")
    return told


@policy.command()
@click.argument("kind", type=click.Choice(list(schemas.FILES)), default="policy")
def schema(kind: str) -> int:
    """Print the JSON Schema (draft-07) of a policy, of its registers, or of what the commands write as JSON."""
    click.echo(schemas.text(kind), nl=False)
    return MET


policy.add_command(test)
policy.add_command(simulate)


def _side(name: str | None, config_path: str | None) -> Config:
    if name is not None and os.path.isfile(name):
        return pipeline.load_config(name)
    return pipeline.load_config(config_path, ref=name)


def _shown(config: Config) -> dict[str, Any]:
    judged = config.policy
    return {
        "name": judged.name,
        "digest": judged.digest,
        "timezone": str(judged.zone),
        "clauses": [_clause(clause) for clause in judged.clauses],
        "evidence": {entry.name: _entry(entry) for entry in config.evidence},
        "gates": {gate.name: [_condition(condition) for condition in gate.conditions] for gate in judged.gates},
        "waiver_days": judged.waiver_days,
        "waiver_role": judged.waiver_role,
        "waiver_approvers": None if judged.waiver_approvers is None else list(judged.waiver_approvers),
        "waivers": [waiver.id for waiver in judged.waivers],
        "quarantine": [record.test for record in judged.quarantine],
    }


def _entry(entry: EvidenceEntry) -> dict[str, Any]:
    return {
        "files": list(entry.files),
        "read": entry.reader,
        "labels": dict(entry.labels),
        "retries": entry.rules.retries,
        "expected_failures": "skipped" if entry.rules.expected_failures else "failed",
        "columns": dict(entry.rules.columns),
        "encoding": entry.rules.encoding,
        "expect": {
            "files": entry.min_files,
            "tests": entry.min_tests,
            "max_age_s": exact(entry.max_age),
            "responses": entry.rules.responses,
            "response_rate": exact(entry.rules.response_rate),
        },
    }


def _clause(clause: Clause) -> dict[str, Any]:
    due = clause.due.isoformat() if clause.due else None
    return {"id": clause.id, "text": dict(clause.text), "owner": clause.owner, "due": due}


def _condition(condition: Condition) -> dict[str, Any]:
    """What is set, and nothing else."""
    optional = {
        "where": dict(condition.where),
        "each": condition.each,
        "within": condition.within,
        "min_sample": condition.min_sample,
        "why": condition.why,
        "owner": condition.owner,
        "clause": condition.clause,
        "from": condition.enforced_from.isoformat() if condition.enforced_from else None,
    }
    return {
        "id": condition.id,
        "metric": condition.metric.name,
        **bound(condition.bound),
        "severity": condition.severity.value,
        "on_missing": condition.on_missing.value,
        **{key: value for key, value in optional.items() if value},
    }

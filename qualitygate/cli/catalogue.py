"""``metrics`` and ``explain``: what can be measured, and what a gate asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches

import click

from qualitygate import amounts, pipeline, registry, wording
from qualitygate.cli.options import base_option, config_options, find, format_option, load, now_option
from qualitygate.codec import exact
from qualitygate.config import Config
from qualitygate.errors import ConfigError, Problem
from qualitygate.escaping import line
from qualitygate.exits import MET
from qualitygate.model.measurement import Metric, Unit
from qualitygate.model.policy import Condition
from qualitygate.model.verdict import ConditionResult, Verdict

_UNITS = {
    Unit.COUNT: "count of {}",
    Unit.RATIO: "percentage, numerator {}",
    Unit.DENSITY: "{} per 1,000 lines of code",
    Unit.SECONDS: "seconds",
    Unit.POINTS: "percentage points of {}",
}

_SHOWN = 10
"""Findings that ``explain`` lists of a result."""


@click.command()
@format_option("text", "json")
def metrics(format_name: str) -> int:
    """List every metric: name, unit, which way is better, formula, source."""
    found = registry.metrics()
    if format_name == "json":
        click.echo(json.dumps([_as_data(metric) for metric in found], indent=2))
    else:
        width = max(len(metric.name) for metric in found) + 2
        for metric in found:
            click.echo(f"{metric.name:<{width}}{_UNITS[metric.unit].format(metric.noun)}: {metric.formula}")
    return MET


@click.command()
@click.argument("name", metavar="METRIC|GATE")
@config_options
@base_option
@now_option
def explain(name: str, config_path: str | None, base_dir: str | None, base: Sequence[str], now: datetime) -> int:
    """Tell what METRIC means, or what GATE asks for, and this project's numbers where there is a policy."""
    metric = registry.metric(name)
    path = find(config_path)
    config = load(path, base_dir) if path else None
    gates = [gate for gate in config.policy.gates if gate.name == name] if config else []
    if metric is None and not gates:
        raise ConfigError([_unknown(name, config)])
    verdict = pipeline.check(config, now=now, base=base).verdict if config else None
    for text in [
        *(_metric(metric, config, verdict) if metric else ()),
        *(_gate(gates[0].conditions, name, verdict) if gates else ()),
    ]:
        click.echo(text)
    return MET


def _metric(metric: Metric, config: Config | None, verdict: Verdict | None) -> Iterator[str]:
    yield metric.name
    yield f"  what      {_UNITS[metric.unit].format(metric.noun)}; {metric.better.value} is better"
    yield f"  formula   {metric.formula}"
    yield f"  source    {metric.source}"
    if metric.relative:
        yield "  compares  with the snapshot given as --baseline; without one it is NO DATA"
    if metric.of_changes:
        yield "  compares  with the commit where the branch left --base; where git does not know it, it is NO DATA"
    if metric.tolerance is not None:
        yield f"  noise     {amounts.amount(metric.tolerance, metric.unit)} beyond the bound still hold"
    gates = config.policy.gates if config else ()
    asked = [(gate.name, each) for gate in gates for each in gate.conditions if each.metric.name == metric.name]
    for gate, condition in asked:
        yield from (f"  {text}" for text in _condition(gate, condition, verdict))
    if config and not asked:
        yield f"  no gate of {line(config.policy.name)} asks for it; for another policy name its file with --config"


def _gate(conditions: tuple[Condition, ...], name: str, verdict: Verdict | None) -> Iterator[str]:
    yield f"gate {line(name)}: all of these must hold"
    for condition in conditions:
        yield from (f"  {text}" for text in _condition(name, condition, verdict))


def _condition(gate: str, condition: Condition, verdict: Verdict | None) -> Iterator[str]:
    """A condition as written, then each of its results now."""
    needs = amounts.bound(condition.bound, condition.metric.unit)
    yield f"{line(condition.id)}: {condition.metric.name} {needs}{_picks(condition)}"
    if condition.min_sample:
        sample = condition.min_sample
        yield f"    over fewer than {sample}: taken again over {sample}, the missing ones good; if that holds, it warns"
    if condition.why:
        yield f"    why: {line(condition.why)}" + (f" (owner {line(condition.owner)})" if condition.owner else "")
    for result_gate in verdict.gates if verdict else ():
        for result in result_gate.conditions if result_gate.name == gate else ():
            if result.condition.id == condition.id:
                yield f"    now: {_result(result)}"
                yield from (f"    {text}" for text in _inputs(result, verdict))


def _picks(condition: Condition) -> str:
    where = f" where {line(wording.labels(condition.where))}" if condition.where else ""
    each = f" for each {line(condition.each)}" if condition.each else ""
    return where + each + (f" within the last whole {condition.within}" if condition.within else "")


def _result(result: ConditionResult) -> str:
    labels = wording.labels(result.measurement.labels)
    note = "" if result.measurement.vacuous else result.note
    said = "; ".join(filter(None, [wording.value(result), wording.distance(result), note]))
    examined = wording.examined(result.measurement.examined)
    return f"{wording.word(result.outcome)} {f'[{line(labels)}] ' if labels else ''}{line(said)}; examined {examined}"


def _inputs(result: ConditionResult, verdict: Verdict | None) -> Iterator[str]:
    """What a metric of changes was taken from in this run: the base, the reports, and the lines that lack."""
    measurement = result.measurement
    if not measurement.metric.of_changes or verdict is None:
        return
    base = wording.base(verdict)
    if base:
        yield f"compared with {line(base)}"
    if measurement.sources:
        yield f"reports: {line(', '.join(measurement.sources))}"
    for finding in measurement.findings[:_SHOWN]:
        yield line(wording.placed(finding))
    if len(measurement.findings) > _SHOWN:
        yield f"… {len(measurement.findings) - _SHOWN} more"


def _unknown(name: str, config: Config | None) -> Problem:
    known = [metric.name for metric in registry.metrics()] + [
        gate.name for gate in (config.policy.gates if config else ())
    ]
    close = get_close_matches(name, known, 1)
    way_out = f"did you mean {close[0]!r}?" if close else "qualitygate metrics lists the metrics"
    return Problem("unknown-name", f"there is no metric or gate called {name!r}", help=way_out)


def _as_data(metric: Metric) -> dict[str, object]:
    return {
        "name": metric.name,
        "unit": metric.unit.value,
        "noun": metric.noun,
        "better": metric.better.value,
        "formula": metric.formula,
        "source": metric.source,
        "low": exact(metric.low),
        "high": exact(metric.high),
        "relative": metric.relative,
        "of_changes": metric.of_changes,
        "tolerance": exact(metric.tolerance),
    }

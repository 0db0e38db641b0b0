"""How policies that were tried out are told: as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qualitygate.amounts import number
from qualitygate.escaping import line
from qualitygate.model.verdict import ConditionResult, Outcome
from qualitygate.rehearsal.past import Rejudged
from qualitygate.rehearsal.trial import Miss, Tried
from qualitygate.values import dataclass
from qualitygate.wording import check, told

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Cases, tried, and the conditions that none of them has seen to fail."""

    tried: Sequence[Tried]
    never_blocked: Sequence[str]


def trial_as_text(trial: Trial) -> str:
    """A line a case, what was not expected below it, and the counts."""
    return "".join(f"{each}\n" for each in _trial(trial))


def trial_as_json(trial: Trial) -> str:
    """The form that ``policies/policy-test.schema.json`` describes."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "counts": {"cases": len(trial.tried), "failed": sum(bool(each.misses) for each in trial.tried)},
        "cases": [
            {
                "name": each.case.name,
                "path": each.case.path,
                "line": each.case.line,
                "passed": not each.misses,
                "outcome": _word(each.verdict.outcome),
                "misses": [_miss(miss) for miss in each.misses],
            }
            for each in trial.tried
        ],
        "never_blocked": list(trial.never_blocked),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def past_as_text(past: Sequence[Rejudged]) -> str:
    """What would have ended otherwise, each with what blocks it now; last the counts."""
    return "".join(f"{each}\n" for each in _past(past))


def past_as_json(past: Sequence[Rejudged]) -> str:
    """The form that ``policies/policy-simulation.schema.json`` describes."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "counts": {name: len(found) for name, found in sorted_out(past).items()},
        "kept": [_kept(each) for each in past],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def sorted_out(past: Sequence[Rejudged]) -> Mapping[str, Sequence[Rejudged]]:
    """What was kept, by what another policy would have made of it."""
    found: dict[str, list[Rejudged]] = {
        name: [] for name in ("would_fail", "would_have_no_data", "would_pass", "same", "not_judged")
    }
    for each in past:
        found[_fate(each)].append(each)
    return found


def worse(each: Rejudged) -> bool:
    """Whether something that was let through then would be stopped."""
    return each.before is not None and each.after is not None and each.after.blocks and not each.before.blocks


TRIAL_FORMATS: Mapping[str, Callable[[Trial], str]] = {"text": trial_as_text, "json": trial_as_json}
PAST_FORMATS: Mapping[str, Callable[[Sequence[Rejudged]], str]] = {"text": past_as_text, "json": past_as_json}


def _fate(each: Rejudged) -> str:
    if each.before is None or each.after is None:
        return "not_judged"
    if each.before.blocks and not each.after.blocks:
        return "would_pass"
    if each.before is not each.after and each.after is Outcome.FAILED:
        return "would_fail"
    if each.before is not each.after and each.after is Outcome.NO_DATA:
        return "would_have_no_data"
    return "same"


def _trial(trial: Trial) -> Iterator[str]:
    for each in trial.tried:
        yield f"{'FAIL' if each.misses else 'PASS'}  {line(each.case.name)}"
        for miss in each.misses:
            got = "there is no such result" if miss.got is None else f"got {_word(miss.got)}"
            what = f"{line(miss.name)}: expected {_word(miss.expected)}, {got}"
            yield f"        {line(each.case.path)}:{each.case.line}  {what}"
            if miss.result:
                yield f"        {_told(miss.result)}"
    if trial.never_blocked:
        yield f"no case sees these fail: {', '.join(map(line, trial.never_blocked))}"
    failed = sum(bool(each.misses) for each in trial.tried)
    yield f"{number('cases', len(trial.tried))}, {failed} failed"


def _past(past: Sequence[Rejudged]) -> Iterator[str]:
    found = sorted_out(past)
    for each in past:
        name = line(f"{each.path}  {each.at.date()}" if each.at else each.path)
        if each.why:
            yield f"NOT JUDGED  {name}"
            yield f"        {line(each.why)}"
        elif each not in found["same"]:
            assert each.before is not None and each.after is not None
            yield f"{_word(each.before)} → {_word(each.after)}  {name}"
            for result in (result for gate in each.gates for result in gate.conditions if result.outcome.blocks):
                yield f"        {_told(result)}"
    counts = {name: len(each) for name, each in found.items()}
    yield (
        f"{number('verdicts', len(past))}: {counts['would_fail']} would have failed, "
        f"{counts['would_have_no_data']} would have had no data, {counts['would_pass']} would have passed, "
        f"{counts['same']} the same, {counts['not_judged']} not judged"
    )


def _told(result: ConditionResult) -> str:
    note = f"; {result.note or result.measurement.note}" if result.note or result.measurement.note else ""
    return line(f"{_word(result.outcome)}  {check(result)}  {told(result)}{note}")


def _word(outcome: Outcome) -> str:
    return outcome.name.lower().replace("_", "-")


def _miss(miss: Miss) -> dict[str, Any]:
    return {
        "what": miss.name,
        "expected": _word(miss.expected),
        "got": None if miss.got is None else _word(miss.got),
        "result": None if miss.result is None else _told(miss.result),
    }


def _kept(each: Rejudged) -> dict[str, Any]:
    return {
        "path": each.path,
        "at": each.at.isoformat() if each.at else None,
        "subject": dict(sorted(each.subject.items())),
        "before": None if each.before is None else _word(each.before),
        "after": None if each.after is None else _word(each.after),
        "why": each.why,
        "conditions": [
            {
                "gate": gate.name,
                "id": result.condition.id,
                "labels": dict(sorted(result.measurement.labels.items())),
                "outcome": _word(result.outcome),
                "told": _told(result),
            }
            for gate in each.gates
            for result in gate.conditions
        ],
    }

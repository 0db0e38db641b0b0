"""Cucumber JSON, as Cucumber for Ruby, JVM and JavaScript write it, and in behave's dialect.

Described at https://github.com/cucumber/cucumber-json-schema. A scenario is a test, each row of an outline one of its
own. Steps and hooks are what decides: the worst of them is the scenario's outcome, and steps of a background that
stands as an element of its own belong to the scenario that follows. Durations are nanoseconds; behave writes seconds.

The statuses are those of https://cucumber.io/docs/cucumber/api/#step-results, and behave's own
(https://behave.readthedocs.io/en/stable/api/#behave.model_type.Status). A step that is undefined or pending was not
run, so the scenario is skipped, and says why; an ambiguous step fails in every implementation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import document, first_line, looks_like_json, mapping, mappings, moment, seconds, text, whole
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally

OUTCOMES = {
    "passed": TestOutcome.PASSED,
    "skipped": TestOutcome.SKIPPED,
    "untested": TestOutcome.SKIPPED,
    "pending": TestOutcome.SKIPPED,
    "undefined": TestOutcome.SKIPPED,
    "failed": TestOutcome.FAILED,
    "ambiguous": TestOutcome.FAILED,
    "error": TestOutcome.ERRORED,
    "hook_error": TestOutcome.ERRORED,
    "cleanup_error": TestOutcome.ERRORED,
}
NANOSECONDS = 1e9
_KEYWORD = re.compile(r'"keyword"\s*:\s*"')
_FEATURE = re.compile(r'"(?:elements|uri)"\s*:')
_PLACE = re.compile(r"([^\s:\"'()<>|]+\.\w{1,5}):(\d{1,7})\b")

Node = Mapping[str, Any]


def recognises(head: bytes) -> bool:
    """Whether it is an array of objects that have a ``keyword``, and ``elements`` or a ``uri``."""
    decoded = looks_like_json(head, "[")
    return bool(re.match(r"\[\s*\{", decoded) and _KEYWORD.search(decoded) and _FEATURE.search(decoded))


def read(source: Source) -> Iterator[TestReport]:
    """Read one report. Raises :class:`~qualitygate.errors.CannotReadReport` where it is no array of features."""
    features = document(source)
    if not isinstance(features, list) or not all(isinstance(one, dict) and "keyword" in one for one in features):
        raise CannotReadReport("unrecognised", "is a JSON document, but no array of Cucumber features")
    tally = Tally(source)
    stamps: list[datetime] = []
    for feature in features:
        for case in _cases(feature):
            tally.add(case)
        found = (moment(one.get("start_timestamp"), source.rules.zone) for one in mappings(feature.get("elements")))
        stamps.extend(filter(None, found))
    yield tally.report(at=max(stamps, default=None))


READER = Reader(kind="tests", recognises=recognises, read=read)


def _cases(feature: Node) -> Iterator[TestCase]:
    """The scenarios of a feature, and the feature itself where it says that it failed and no scenario does."""
    background: list[Node] = []
    places: dict[str, list[str]] = {}
    failing = False
    for element in mappings(feature.get("elements")):
        steps = [*background, *_steps(element)]
        if element.get("type") == "background":
            background = steps
            continue
        background = []
        case = _case(feature, element, steps, _name(element, places))
        failing = failing or case.outcome > TestOutcome.PASSED
        yield case
    if _failing(background):
        yield _case(feature, {}, background, "<background>")
    elif not failing and OUTCOMES.get(text(feature.get("status")), TestOutcome.PASSED) > TestOutcome.PASSED:
        yield _case(feature, {"status": feature["status"]}, [], "<feature>")


def _name(element: Node, places: dict[str, list[str]]) -> str:
    """The name; rows of an outline share one, so that the second place of a name is ``name [2]``."""
    name = text(element.get("name"))
    place = str(whole(element.get("line"))) if "line" in element else text(element.get("location"))
    known = places.setdefault(name, [])
    if place not in known:
        known.append(place)
    number = known.index(place) + 1
    return name if number == 1 else f"{name} [{number}]"


def _steps(element: Node) -> list[Node]:
    """All that ran or should have run: hooks before, steps with hooks of their own, hooks after."""
    steps = chain.from_iterable(
        (*mappings(step.get("before")), step, *mappings(step.get("after"))) for step in mappings(element.get("steps"))
    )
    return [*mappings(element.get("before")), *steps, *mappings(element.get("after"))]


def _case(feature: Node, element: Node, steps: list[Node], name: str) -> TestCase:
    file = _file(feature, element)
    failing = _failing(steps)
    outcome = _outcome(element, steps)
    deciding = failing or next((step for step in steps if _told(step) is TestOutcome.SKIPPED), None)
    message, path, line = _why(deciding) if deciding and outcome is not TestOutcome.PASSED else ("", None, None)
    failed = outcome > TestOutcome.PASSED
    return TestCase(
        class_name=text(feature.get("name")),
        name=name,
        file=file,
        outcome=outcome,
        seconds=_duration(feature, steps),
        message=message or (f"status {text(element.get('status'))}" if failed else ""),
        path=(path or file) if failed else None,
        line=(line or _line(deciding or element)) if failed else None,
    )


def _outcome(element: Node, steps: Iterable[Node]) -> TestOutcome:
    """The worst of what the element and its steps say; a scenario passed where all steps did, and there are some."""
    told = [_told(step) for step in steps]
    own = OUTCOMES.get(text(element.get("status")))
    ran = TestOutcome.PASSED if told and set(told) == {TestOutcome.PASSED} else TestOutcome.SKIPPED
    worst = max([*told, ran])
    if own is not None:
        return max(own, worst) if max(own, worst) > TestOutcome.PASSED else own
    return worst if worst > TestOutcome.PASSED else ran


def _told(step: Node) -> TestOutcome:
    """What a step or hook came to. One without a result was not run; a status nobody knows is no pass."""
    result = step.get("result")
    if not isinstance(result, dict):
        return TestOutcome.SKIPPED
    return OUTCOMES.get(text(result.get("status")), TestOutcome.ERRORED)


def _failing(steps: Iterable[Node]) -> Node | None:
    return max((step for step in steps if _told(step) > TestOutcome.PASSED), key=_told, default=None)


def _why(step: Node) -> tuple[str, str | None, int | None]:
    """One line of why, and the place that the error names first after its message, which is where it was raised."""
    result = mapping(step.get("result"))
    said = result.get("error_message")
    error = text("\n".join(line for line in said if isinstance(line, str)) if isinstance(said, list) else said)
    named = " ".join(filter(None, (text(step.get("keyword")).strip(), text(step.get("name")))))
    place = _PLACE.search(error)
    message = first_line(error) or f"{text(result.get('status')) or 'not run'}: {named}".removesuffix(": ")
    return message, place[1] if place else None, int(place[2]) if place else None


def _file(feature: Node, element: Node) -> str | None:
    """The feature file; behave tells it in ``location`` as ``file:line``."""
    return (
        text(feature.get("uri")) or text(element.get("location") or feature.get("location")).rpartition(":")[0] or None
    )


def _line(node: Node) -> int | None:
    told = text(node.get("location")).rpartition(":")[2]
    return whole(node.get("line")) or (int(told) if told.isascii() and told.isdigit() and len(told) < 8 else None)


def _duration(feature: Node, steps: Iterable[Node]) -> float | None:
    parts = 1 if "location" in feature else NANOSECONDS
    told = [seconds(mapping(step.get("result")).get("duration"), per_second=parts) for step in steps]
    known = [duration for duration in told if duration is not None]
    return sum(known) if known else None

"""SARIF 2.1.0, as static analysis and security tools write it, walked through so that no run is in memory as a whole.

Defined at https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html; the
sections named below are of it. ``security-severity`` is GitHub's
(https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsonstream import Walk, walked
from qualitygate.jsontext import first_line, looks_like_json, mapping, mappings, moment, number, text
from qualitygate.model.evidence import Evidence, Gap, Source
from qualitygate.model.findings import IssueSeverity
from qualitygate.model.issues import Issues
from qualitygate.recognition import is_own_sarif

LEVELS = {
    "error": IssueSeverity.HIGH,
    "warning": IssueSeverity.MEDIUM,
    "note": IssueSeverity.LOW,
    "none": IssueSeverity.INFO,
}
"""The words of §3.27.10."""
SECURITY = ((9, IssueSeverity.CRITICAL), (7, IssueSeverity.HIGH), (4, IssueSeverity.MEDIUM), (0, IssueSeverity.LOW))
"""From which ``security-severity`` on a severity begins; the last one begins above."""
WORDS = {"critical": "9", "high": "7", "medium": "4", "low": "1"}
"""What some tools write in the place of that number."""
NO_PROBLEM = frozenset({"pass", "notapplicable", "informational", "open", "review"})
"""The kinds of §3.27.9 that are not ``fail``: the tool does not say that there is a problem."""
STATES = {"new": "new", "unchanged": "unchanged", "updated": "updated"}
"""The baseline states of §3.27.24 that are results of this run; ``absent`` is one of the run before."""
CONTESTED = frozenset({"underreview", "rejected"})
"""What a suppression must not be for its result to be suppressed (§3.27.23); accepted is the default (§3.35.3)."""
NAMELESS = "unknown"
"""The tool of a run that names none."""
_NONE: Mapping[str, Any] = MappingProxyType({})
_LEVELS_CAP = 10
"""How often a name may be below another: of a rule, or of a folder."""
_INDEX_CAP = 10**9
_TOP = re.compile(r'\{(?:\s*"[^"\\]{1,40}"\s*:\s*"(?:[^"\\]|\\.){0,500}"\s*,)*(\s*"runs"\s*:\s*\[)?')
_SCHEMA = re.compile(r'"\$schema"\s*:\s*"[^"\\]{0,300}sarif', re.IGNORECASE)
_VERSION = re.compile(r'"version"\s*:\s*"2\.1')
_RUN = re.compile(r'"(?:tool|results|invocations)"\s*:\s*[\[{n]')
_PLACEHOLDER = re.compile(r"\{([0-9]{1,3})\}")
_SCHEME = re.compile(r"file:(?://[^/\\]*)?(?:/(?=[A-Za-z]:))?", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")


def recognises(head: bytes) -> bool:
    """Whether its schema is SARIF's, or it begins with ``runs`` that are; and whether it is no verdict of our own."""
    decoded = looks_like_json(head, "{")
    top = _TOP.match(decoded)
    if not top or is_own_sarif(decoded):
        return False
    return bool(_SCHEMA.search(top[0]) or (top[1] and (_VERSION.search(top[0]) or _RUN.search(decoded))))


def read(source: Source) -> Iterator[Evidence]:
    """Read one log: a report of all its runs, and a gap for each run that says it did not succeed.

    Raises :class:`~qualitygate.errors.CannotReadReport`; also for a run without results, for that is not a run that
    found none (§3.14.23), and for a log without runs.
    """
    issues, gaps, stamps = Issues(source), list[Gap](), list[datetime]()
    with walked(source) as log:
        for run in _runs(log):
            run.into(issues)
            gaps.extend(_failures(run, source))
            stamps.extend(run.stamps(source))
    if not issues.tools:
        raise CannotReadReport("incomplete", "holds no run: no tool looked at anything")
    yield issues.report(at=max(stamps, default=None))
    yield from gaps


READER = Reader(kind="findings", recognises=recognises, read=read)


@dataclass(slots=True)
class _Result:
    """What is kept of one result until its run is known."""

    rule_id: str
    rule_index: int
    extension: int
    level: str
    security: float
    message: str | tuple[str, tuple[str, ...]]
    uri: str
    base: str
    artifact: int
    line: int | None
    end_line: int | None
    identity: tuple[str, ...]
    of_place: bool
    suppressed: bool
    state: str | None


class _Rule:
    """What is needed of a rule."""

    __slots__ = ("messages", "name", "security", "severity")

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.name = text(told.get("id"))
        self.messages = mapping(told.get("messageStrings"))
        self.security = _security(told)
        level = text(mapping(told.get("defaultConfiguration")).get("level")).lower()
        self.severity = LEVELS.get(level, LEVELS["warning"])


class _Run:
    """One run: its results, and what they refer to, which may come after them."""

    __slots__ = ("artifacts", "bases", "cache", "components", "invocations", "name", "names", "results")

    def __init__(self) -> None:
        self.name = NAMELESS
        self.components: list[dict[str, Any]] = [{}]
        self.bases: dict[str, Any] = {}
        self.artifacts: list[dict[str, Any]] = []
        self.invocations: list[dict[str, Any]] = []
        self.results: deque[_Result] | None = None
        self.names: dict[int | None, dict[str, dict[str, Any]]] = {}
        self.cache: dict[tuple[int, int, str], _Rule] = {}

    def hear(self, key: str, value: Any) -> None:
        """A property of the run other than its results."""
        if key == "tool":
            driver = mapping(mapping(value).get("driver"))
            self.name = text(driver.get("name")).strip() or NAMELESS
            self.components = [driver, *mappings(mapping(value).get("extensions"))]
        elif key == "originalUriBaseIds":
            self.bases = mapping(value)
        elif key == "artifacts":
            self.artifacts = [mapping(artifact.get("location")) for artifact in mappings(value)]
        elif key == "invocations":
            self.invocations = mappings(value)

    def into(self, issues: Issues) -> None:
        """Give the results over."""
        if self.results is None:
            raise CannotReadReport("incomplete", f"has a run of {self.name} without results: what it found is not told")
        issues.ran(self.name)
        while self.results:
            result = self.results.popleft()
            rule = self.rule(result)
            name = result.rule_id or rule.name
            path = self.path(result.uri, result.base, result.artifact)
            place = (name, path or "") if result.of_place else ()
            issues.add(
                tool=self.name,
                rule=name,
                severity=_severity(result, rule),
                message=_message(result, rule),
                path=path,
                line=result.line,
                end_line=result.end_line,
                identity=(*place, *result.identity) if result.identity else (),
                suppressed=result.suppressed,
                baseline=result.state,
            )

    def rule(self, result: _Result) -> _Rule:
        """The rule of a result (§3.52.3); one that says nothing where it is not described."""
        key = (result.extension, result.rule_index, result.rule_id)
        if key not in self.cache:
            self.cache[key] = _Rule(self.find_rule(*key))
        return self.cache[key]

    def find_rule(self, extension: int, index: int, rule_id: str) -> dict[str, Any]:
        """By index, where it does not deny the name; else by name, which may be below that of a rule (§3.27.5)."""
        place = extension + 1 if extension + 1 < len(self.components) else 0
        rules = self.components[place].get("rules")
        if isinstance(rules, list) and 0 <= index < len(rules):
            rule = mapping(rules[index])
            if not rule_id or f"{rule_id}/".startswith(f"{text(rule.get('id'))}/"):
                return rule
        wanted = rule_id
        for _ in range(_LEVELS_CAP):
            for rules_by_name in (self.named(place), self.named(None)):
                if wanted in rules_by_name:
                    return rules_by_name[wanted]
            wanted = wanted.rpartition("/")[0]
        return {}

    def named(self, place: int | None) -> dict[str, dict[str, Any]]:
        """The rules of one component by name, or of all."""
        if place not in self.names:
            components = self.components if place is None else [self.components[place]]
            rules = (rule for component in components for rule in mappings(component.get("rules")))
            self.names[place] = {text(rule.get("id")): rule for rule in rules if rule.get("id")}
        return self.names[place]

    def path(self, uri: str, base: str, artifact: int) -> str | None:
        """Where an artifact is: relative to the base, whose own place on the tool's machine tells us nothing."""
        if not uri and 0 <= artifact < len(self.artifacts):
            place = self.artifacts[artifact]
            uri, base = text(place.get("uri")), text(place.get("uriBaseId"))
        for _ in range(_LEVELS_CAP):
            if not uri or base not in self.bases or _ABSOLUTE.match(uri):
                break
            above = mapping(self.bases.get(base))
            folder = text(above.get("uri"))
            if not folder or _ABSOLUTE.match(folder):
                break
            uri, base = f"{folder.rstrip('/')}/{uri}", text(above.get("uriBaseId"))
        return _decoded(uri)

    def stamps(self, source: Source) -> Iterator[datetime]:
        """When the tool ran."""
        for invocation in self.invocations:
            for key in ("startTimeUtc", "endTimeUtc"):
                stamp = moment(invocation.get(key), source.rules.zone)
                if stamp:
                    yield stamp


def _runs(log: Walk) -> Iterator[_Run]:
    version = ""
    for key in log.members():
        if key == "runs" and log.next() == "[":
            for _ in log.items():
                yield _run(log)
        else:
            value = log.value()
            version = text(value) if key == "version" else version
    log.end()
    if version and not version.startswith("2.1"):
        raise CannotReadReport("unrecognised", f"is SARIF {version[:20]}; 2.1.0 is read")


def _run(log: Walk) -> _Run:
    run = _Run()
    for key in log.members():
        if key == "results" and log.next() == "[":
            run.results = deque(filter(None, (_result(log.value()) for _ in log.items())))
        elif key == "results":
            run.results = None
            log.value()
        else:
            run.hear(key, log.value())
    return run


def _result(told: Any) -> _Result | None:
    """What one result says; ``None`` where it is about no problem of this run."""
    if not isinstance(told, dict):
        raise CannotReadReport("malformed", "has a result that is no object")
    state = text(told["baselineState"]).lower() if "baselineState" in told else ""
    if state == "absent" or ("kind" in told and text(told["kind"]).lower() in NO_PROBLEM):
        return None
    rule = mapping(told["rule"]) if "rule" in told else _NONE
    place = _place(told)
    artifact, region = mapping(place.get("artifactLocation")), mapping(place.get("region"))
    full = mapping(told.get("fingerprints"))
    return _Result(
        rule_id=text(told.get("ruleId") or rule.get("id")),
        rule_index=max(_index(told.get("ruleIndex")), _index(rule.get("index")))
        if rule
        else _index(told.get("ruleIndex")),
        extension=_index(mapping(rule.get("toolComponent")).get("index")) if rule else -1,
        level=text(told.get("level")).lower(),
        security=_security(told),
        message=_told(mapping(told.get("message"))),
        uri=text(artifact.get("uri")),
        base=text(artifact.get("uriBaseId")),
        artifact=_index(artifact.get("index")),
        line=_line(region.get("startLine")),
        end_line=_line(region.get("endLine")),
        identity=_identity(full or mapping(told.get("partialFingerprints"))),
        of_place=not full,
        suppressed="suppressions" in told and _suppressed(told["suppressions"]),
        state=STATES.get(state),
    )


def _place(told: Mapping[str, Any]) -> dict[str, Any]:
    """The first physical location; an empty one where there is none."""
    for place in mappings(told.get("locations")):
        if found := mapping(place.get("physicalLocation")):
            return found
    return {}


def _index(value: Any) -> int:
    """A place in an array; -1 for none."""
    return value if type(value) is int and 0 <= value < _INDEX_CAP else -1


def _line(value: Any) -> int | None:
    return value if type(value) is int and 0 < value < _INDEX_CAP else None


def _told(message: Mapping[str, Any]) -> str | tuple[str, tuple[str, ...]]:
    """The text of a message; where it has arguments or is the rule's, what is needed to make one (§3.11)."""
    said = text(message.get("text")) or text(message.get("markdown"))
    arguments = message.get("arguments")
    given = tuple(map(text, arguments[:100])) if isinstance(arguments, list) else ()
    return said if said and not given else (said or f"\0{text(message.get('id'))}", given)


def _message(result: _Result, rule: _Rule) -> str:
    if isinstance(result.message, str):
        return result.message
    said, given = result.message
    if said.startswith("\0"):
        said = text(mapping(rule.messages.get(said[1:])).get("text"))
    filled = _PLACEHOLDER.sub(lambda found: given[int(found[1])] if int(found[1]) < len(given) else found[0], said)
    return text(filled)


def _identity(told: Mapping[str, Any]) -> tuple[str, ...]:
    """What the tool says makes a result the same; of several partial fingerprints GitHub goes by one alone."""
    line = text(told.get("primaryLocationLineHash"))
    return (line,) if line else tuple(f"{key}={text(told[key])}" for key in sorted(told) if text(told[key]))


def _suppressed(told: Any) -> bool:
    """Whether somebody suppressed it and nobody contests it. Drafts of the format call the status ``state``."""
    suppressions = mappings(told)
    states = {text(each.get("status") or each.get("state")).lower() for each in suppressions}
    return bool(suppressions) and not states & CONTESTED


def _security(of: Mapping[str, Any]) -> float:
    """``security-severity``, which most tools write as text; 0 where it is neither a number nor a severity."""
    if "properties" not in of:
        return 0
    told = mapping(of.get("properties")).get("security-severity")
    if isinstance(told, str):
        told = WORDS.get(told.strip().lower(), told.replace(",", "."))
    try:
        return number(float(told) if isinstance(told, str) else told) or 0
    except ValueError:
        return 0


def _severity(result: _Result, rule: _Rule) -> IssueSeverity:
    """By ``security-severity``, of the result or of its rule, else by the level, else by the rule's (§3.27.10)."""
    security = result.security or rule.security
    if security > 0:
        return next(severity for least, severity in SECURITY if security >= least)
    return LEVELS.get(result.level, rule.severity)


def _decoded(uri: str) -> str | None:
    """The path in a URI, which tools often write without encoding it, and with the backslashes of Windows."""
    path = _SCHEME.sub("", uri, count=1) if uri[:5].lower() == "file:" else uri
    if "%" in path:
        path = text(unquote(path, errors="replace"))
    return path.replace("\\", "/").replace("\0", "") or None


def _failures(run: _Run, source: Source) -> Iterator[Gap]:
    """A gap where the tool did not succeed (§3.20.14), or notes an error of its own (§3.20.21, §3.20.22).

    What it did not find, nobody knows. Bandit calls a run a success that found no file, or could not parse any.
    """
    for invocation in run.invocations:
        if invocation.get("executionSuccessful") is False or any(_errors(invocation)):
            yield Gap(
                slug="incomplete",
                source=source.name,
                expected="a run that succeeds",
                found=f"{run.name} says that its run did not succeed" + _because(invocation),
                labels=source.labels,
                kind="findings",
            )
            return


def _errors(invocation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    keys = ("toolExecutionNotifications", "toolConfigurationNotifications")
    notes = (note for key in keys for note in mappings(invocation.get(key)))
    return (note for note in notes if text(note.get("level")).lower() == "error")


def _because(invocation: Mapping[str, Any]) -> str:
    """The first error that the tool notes of itself."""
    said = (first_line(text(mapping(note.get("message")).get("text"))) for note in _errors(invocation))
    reason = next(filter(None, said), "") or first_line(text(invocation.get("exitCodeDescription")))
    return f": {reason}" if reason else ""

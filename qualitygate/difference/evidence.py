"""Evidence entries and what is code: where a policy looks, and what must be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitygate.amounts import amount, number
from qualitygate.config import SNAPSHOT, Config, EvidenceEntry
from qualitygate.difference.bounds import has_lower
from qualitygate.difference.change import Change, Kind, Subject, moved, where
from qualitygate.difference.pairing import pairs
from qualitygate.model.measurement import Combine, Unit
from qualitygate.model.policy import Condition, Gate
from qualitygate.wording import labels

_GLOBS = "whether other globs find as much cannot be told"
_READER = "whether another reader finds as much cannot be told"
_LABELS = "conditions pick it by its labels, so others may judge it, or none"
_PATHS = "its reports may speak of other files"
_REPEATS = "repeats may count as fewer tests, or as more that are good"
_READING = "its registers may say something else"
_STRICTNESS = {"last": 1, "any-pass": 0}


def compare(before: Config, after: Config) -> Iterator[Change]:
    """What became of each evidence entry."""
    keys = (lambda entry: entry.name,)
    for old, new in pairs(before.evidence, after.evidence, keys):
        if old and new:
            yield from _entry(Subject(what=_what(new), place=where(after, ("evidence", new.name))), old, new)
        elif new:
            subject = Subject(what=_what(new), place=where(after, ("evidence", new.name)))
            why = _dilutes(new, before)
            kind = Kind.LOOSENED if why else Kind.TIGHTENED
            yield subject.change(kind, "evidence", ("no evidence", _globs(new.files)), why)
        else:
            assert old is not None
            subject = Subject(what=_what(old), place=where(after, ("evidence",)))
            yield subject.change(Kind.LOOSENED, "evidence", (_globs(old.files), "no evidence"))


def compare_code(before: Config, after: Config) -> Iterator[Change]:
    """Which files are code: with fewer there is less that must be covered, with more a rate may be diluted."""
    for key in ("include", "exclude"):
        old, new = frozenset(getattr(before.code, key)), frozenset(getattr(after.code, key))
        if old == new:
            continue
        everything = key == "include" and not (old and new)
        wider = (old < new) is (key == "include") if old < new or new < old else None
        if everything:
            wider = not new
        why = _GLOBS if wider is None else _code_dilutes(before) if wider else ""
        kind = Kind.TIGHTENED if wider and not why else Kind.LOOSENED
        subject = Subject(what=f"code.{key}", place=where(after, ("code",)))
        none = "all code" if key == "include" else "nothing"
        yield subject.change(kind, f"code.{key}", (_globs(sorted(each)) or none for each in (old, new)), why=why)


def _entry(subject: Subject, old: EvidenceEntry, new: EvidenceEntry) -> Iterator[Change]:
    if set(old.files) != set(new.files):
        yield subject.change(Kind.LOOSENED, "files", (_globs(old.files), _globs(new.files)), _GLOBS)
    if old.reader != new.reader:
        words = (f"read as {each.reader}" if each.reader else "read as its content says" for each in (old, new))
        yield subject.change(Kind.LOOSENED, "read", words, why=_READER)
    if old.labels != new.labels:
        yield subject.change(Kind.LOOSENED, "labels", (labels(old.labels), labels(new.labels)), _LABELS)
    yield from _expect(subject, old, new)
    yield from _rules(subject, old, new)
    for key in ("source", "strip", "prefix"):
        was, now = getattr(old.paths, key), getattr(new.paths, key)
        if was != now:
            told = ((each if isinstance(each, str) else _globs(each)) or f"no {key}" for each in (was, now))
            yield subject.change(Kind.LOOSENED, key, told, why=_PATHS)


def _expect(subject: Subject, old: EvidenceEntry, new: EvidenceEntry) -> Iterator[Change]:
    for key, noun in (("min_files", "files"), ("min_tests", "tests")):
        was, now = getattr(old, key), getattr(new, key)
        if was != now:
            words = (f"at least {number(noun, each)} expected" for each in (was, now))
            yield subject.change(moved(up=now > was, looser_up=False), f"expect.{noun}", words)
    if old.rules.responses != new.rules.responses:
        fewer = new.rules.responses < old.rules.responses
        told = (f"at least {number('answers', each.rules.responses)} expected" for each in (old, new))
        yield subject.change(moved(up=not fewer, looser_up=False), "expect.responses", told)
    if old.rules.response_rate != new.rules.response_rate:
        less = new.rules.response_rate < old.rules.response_rate
        told = (f"at least {amount(each.rules.response_rate, Unit.RATIO)} of those invited" for each in (old, new))
        yield subject.change(moved(up=not less, looser_up=False), "expect.response_rate", told)
    if old.max_age != new.max_age:
        longer = new.max_age is None or (old.max_age is not None and new.max_age > old.max_age)
        ages = (each.max_age for each in (old, new))
        told = ("of any age" if age is None else f"at most {amount(age, Unit.SECONDS)} old" for age in ages)
        yield subject.change(moved(up=longer, looser_up=True), "expect.max_age", told)


def _rules(subject: Subject, old: EvidenceEntry, new: EvidenceEntry) -> Iterator[Change]:
    was, now = old.rules.retries, new.rules.retries
    if was != now:
        certain = was is not None and now is not None
        milder = not certain or _STRICTNESS[str(now)] < _STRICTNESS[str(was)]
        told = (f"retries {each}" if each else "no retries" for each in (was, now))
        yield subject.change(moved(up=milder, looser_up=True), "retries", told, why="" if certain else _REPEATS)
    for key, written in (("columns", _columns), ("encoding", _encoding)):
        if written(old) != written(new):
            yield subject.change(Kind.LOOSENED, key, (written(old), written(new)), why=_READING)
    if old.rules.expected_failures != new.rules.expected_failures:
        words = {True: "expected failures are skipped", False: "expected failures are failures"}
        skipped = new.rules.expected_failures
        kind = moved(up=skipped, looser_up=True)
        yield subject.change(kind, "expected_failures", (words[not skipped], words[skipped]))


def _dilutes(entry: EvidenceEntry, before: Config) -> str:
    """Why more evidence may make a condition hold that did not; empty where it can only be worse for all of them."""
    for gate, condition in _conditions(before.policy.gates):
        picked = entry.reader == SNAPSHOT or all(
            entry.labels.get(label, value) == value for label, value in condition.where.items()
        )
        if picked and _makes_up(condition) and not _apart(entry, condition, before.evidence):
            return f"what it brings can make up for what others lack in {condition.metric.name} of {gate}"
    return ""


def _apart(entry: EvidenceEntry, condition: Condition, others: Sequence[EvidenceEntry]) -> bool:
    """Whether a condition judges an entry by itself."""
    label = condition.each
    if label is None or entry.reader == SNAPSHOT or label not in entry.labels:
        return False
    return all(other.reader != SNAPSHOT and other.labels.get(label) != entry.labels[label] for other in others)


def _code_dilutes(before: Config) -> str:
    for gate, condition in _conditions(before.policy.gates):
        shared = condition.metric.of_changes and _makes_up(condition)
        if shared or condition.metric.unit is Unit.DENSITY:
            return f"more code can make up for what there is in {condition.metric.name} of {gate}"
    return ""


def _makes_up(condition: Condition) -> bool:
    """Whether more of what is good can make up for what is bad: in a rate, and where there must be enough."""
    return condition.metric.combine in (Combine.RATIO, Combine.DIFFERENCE) or has_lower(condition)


def _conditions(gates: Sequence[Gate]) -> Iterator[tuple[str, Condition]]:
    return ((gate.name, condition) for gate in gates for condition in gate.conditions)


def _globs(of: Sequence[str]) -> str:
    return ", ".join(of)


def _columns(entry: EvidenceEntry) -> str:
    return ", ".join(f"{ours}: {theirs}" for ours, theirs in sorted(entry.rules.columns.items())) or "no columns"


def _encoding(entry: EvidenceEntry) -> str:
    return entry.rules.encoding or "no encoding"


def _what(entry: EvidenceEntry) -> str:
    return f"evidence {entry.name}"

"""TAP, the Test Anything Protocol, versions 12 to 14, with the subtests of node-tap, Perl and node:test.

Defined at https://testanything.org/tap-version-14-specification.html. Each test point is a test, also one that has
subtests. ``SKIP`` was not run; ``not ok`` with ``TODO`` is an expected failure, hence skipped. A plan that is missing
or does not fit its tests, a bail-out, and text where ``pragma +strict`` allows none are an errored test each.

Subtests are indented by four spaces a level and stand before the test point they belong to, or after it in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import lines, seconds, text
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import decode

OUTCOMES = {
    (True, ""): TestOutcome.PASSED,
    (False, ""): TestOutcome.FAILED,
    (True, "todo"): TestOutcome.PASSED,
    (False, "todo"): TestOutcome.SKIPPED,
    (True, "skip"): TestOutcome.SKIPPED,
    (False, "skip"): TestOutcome.SKIPPED,
}
"""By whether a test point is ok, and its directive."""
DEPTH_CAP = 200
NOTES_CAP = 20
"""Lines of diagnostics kept of one test point."""
TESTS_CAP = 1_000_000
"""Test points of one stream: those of a subtest have to wait for their own."""
NAME_CAP = 4_000

_POINT = re.compile(r"(not )?ok(?:\s+(\d{1,18}))?(?=\s|$)(?:\s+-(?=\s|$))?\s*(.*)")
_DIRECTIVE = re.compile(r"(?:^|\s)#\s*(todo|skip)\S*\s*(.*)$", re.IGNORECASE)
_TIME = re.compile(r"\s+#\s*time=(\d{1,12}(?:\.\d{1,12})?)(ms|s)?\s*$")
_PLAN = re.compile(r"(\d{1,18})\.\.(\d{1,18})(?:\s*#.*)?$")
_BAIL = re.compile(r"Bail out!", re.IGNORECASE)
_PRAGMA = re.compile(r"pragma ([+-])strict$")
_VERSION = re.compile(r"TAP version \d+\s*$", re.IGNORECASE)
_ALLOWED = re.compile(r"#|pragma [+-]\w+$|$")
_HEAD = re.compile(
    r"^(?:TAP version \d+[ \t]*|\d+\.\.\d+(?:[ \t]*#.*)?[ \t]*|(?:not )?ok \d+(?: [^\t\n]*)?)\r?$", re.MULTILINE
)
_MESSAGE = re.compile(r"(?:message|error):\s*(.*)$")
_DURATION = re.compile(r"duration_ms:\s*(\d{1,12}(?:\.\d{1,18})?)$")
_PLACES = (
    re.compile(r"location:\s*['\"]?(.+?):(\d{1,7})(?::\d+)?['\"]?$"),
    re.compile(r"at (\S+) line (\d{1,7})\b"),
    re.compile(r"in (?:test )?file (\S+), line (\d{1,7})\b"),
)


class _Point:
    """A test point, what the lines after it say of it, and the names of the test points it belongs to.

    ``excused`` is set where one of those is TODO or SKIP.
    """

    __slots__ = ("directive", "excused", "name", "notes", "ok", "path", "reason", "seconds")

    def __init__(self, *, ok: bool, told: str) -> None:
        told = told[:NAME_CAP].removesuffix("{").rstrip()
        time = _TIME.search(told)
        told = told[: time.start()] if time else told
        directive = _DIRECTIVE.search(told)
        self.ok = ok
        self.seconds = seconds(float(time[1]), per_second=1000 if time[2] == "ms" else 1) if time else None
        self.directive = directive[1].lower() if directive else ""
        self.reason = directive[2] if directive else ""
        self.name = re.sub(r"\\([\\#])", r"\1", told[: directive.start()] if directive else told).strip()
        self.path: tuple[str, ...] = ()
        self.excused = False
        self.notes: list[str] = []

    def case(self) -> TestCase:
        """What it came to."""
        outcome = OUTCOMES[self.ok, self.directive]
        if self.excused and outcome > TestOutcome.PASSED:
            outcome = TestOutcome.SKIPPED
        place = _first(_PLACES, self.notes) if outcome > TestOutcome.PASSED else None
        duration = _first((_DURATION,), self.notes)
        return TestCase(
            class_name=text(" > ".join(self.path)),
            name=text(self.name),
            outcome=outcome,
            seconds=seconds(float(duration[1]), per_second=1000) if duration else self.seconds,
            message="" if outcome is TestOutcome.PASSED else text(self.reason) or _message(self.notes),
            path=place[1] if place else None,
            line=int(place[2]) if place else None,
        )


class _Error(_Point):
    """What is wrong beside the test points, as one that errored."""

    __slots__ = ()

    def __init__(self, message: str) -> None:
        super().__init__(ok=False, told="<stream>")
        self.notes = [message]

    def case(self) -> TestCase:
        """An errored test, whatever it belongs to: an excuse covers failures only."""
        return replace(super().case(), outcome=TestOutcome.SKIPPED if self.excused else TestOutcome.ERRORED)


class _Level:
    """The test points of one stream or subtest.

    ``points`` are those that have all that belongs to them, and the last one; ``waiting`` are those of subtests whose
    own test point is still to come, or is the one whose ``brace`` is open.
    """

    __slots__ = ("brace", "count", "depth", "last", "plan", "points", "seen", "waiting")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.plan: tuple[int, int] | None = None
        self.count = 0
        self.seen: set[int] = set()
        self.last: _Point | None = None
        self.brace: _Point | None = None
        self.points: list[_Point] = []
        self.waiting: list[_Point] = []

    def add(self, point: _Point, number: str | None) -> None:
        """Take the next test point, and what waits for it."""
        self.count += 1
        self.seen.add(int(number) if number else self.count)
        self.adopt(point)
        self.points.append(point)
        self.last = point

    def adopt(self, parent: _Point) -> None:
        """Give the test points that wait to the one they belong to."""
        for point in self.waiting:
            point.path = (parent.name, *point.path)
            point.excused = point.excused or parent.directive != ""
        self.points += self.waiting
        self.waiting = []

    def wrong(self) -> str:
        """Where the plan and the test points deny each other; nothing where they agree."""
        if self.plan is None:
            return f"has no plan for its {self.count} tests: cut off?"
        start, end = self.plan
        if max(end - start + 1, 0) != self.count:
            return f"planned {max(end - start + 1, 0)} tests, but ran {self.count}"
        if len(self.seen) < self.count or not all(start <= number <= end for number in self.seen):
            return "has test numbers twice or outside its plan"
        return ""


class _Stream:
    """The state between the lines of one stream: its open levels, and the YAML block the line may belong to."""

    def __init__(self, source: Source) -> None:
        self.tally = Tally(source)
        self.levels = [_Level(0)]
        self.yaml: int | None = None
        self.strict = False
        self.known = False
        self.bailed = False
        self.total = 0

    def take(self, line: str) -> None:
        """Account for one line."""
        indent = len(line) - len(line.lstrip(" "))
        stripped, depth = line.strip(" \t"), indent // 4
        if self.yaml is not None and self.in_yaml(stripped, indent):
            return
        innermost = self.levels[-1]
        if _BAIL.match(stripped):
            self.bail(stripped)
        elif stripped == "---" and indent == innermost.depth * 4 + 2 and innermost.last:
            self.yaml = indent
        elif indent % 4 or not self.tap(line[indent:], depth):
            self.other(stripped)

    def in_yaml(self, stripped: str, indent: int) -> bool:
        """Whether a line belongs to the open YAML block: indented as it is, empty, or a comment that got in between."""
        assert self.yaml is not None
        if stripped and indent < self.yaml:
            if stripped == "}" or any(pattern.match(stripped) for pattern in (_POINT, _PLAN, _BAIL)):
                self.yaml = None
            return self.yaml is not None
        if stripped == "..." and indent == self.yaml:
            self.yaml = None
        else:
            self.note(stripped)
        return True

    def tap(self, line: str, depth: int) -> bool:
        """Whether a line, its indent left off, is a test point, a plan, a brace or the switch of strictness."""
        point, plan, pragma = _POINT.match(line), _PLAN.match(line), _PRAGMA.match(line)
        if point:
            self.point(point, self.level(depth))
        elif plan:
            level = self.level(depth, closing=False)
            level.plan = level.plan or (int(plan[1]), int(plan[2]))
        elif pragma:
            self.strict = pragma[1] == "+"
        elif line.rstrip() in ("{", "}"):
            return self.brace(line.rstrip(), depth)
        elif not _VERSION.match(line):
            return False
        self.known = True
        return True

    def point(self, found: re.Match[str], level: _Level) -> None:
        self.total += 1
        if self.total > TESTS_CAP:
            raise CannotReadReport("too-large", f"has more than {TESTS_CAP:,} tests")
        if not level.depth:
            self.count(level)
        point = _Point(ok=not found[1], told=found[3])
        level.add(point, found[2])
        level.brace = point if found[3].endswith("{") else None

    def brace(self, line: str, depth: int) -> bool:
        """Whether a brace opens or closes the subtests of the last test point."""
        level = next((level for level in self.levels if level.depth == depth), None)
        if level is None or level.last is None or (line == "}" and level.brace is None):
            return False
        if line == "{":
            level.brace = level.last
        else:
            self.level(depth).adopt(level.last)
            level.brace = None
        return True

    def level(self, depth: int, *, closing: bool = True) -> _Level:
        """The level of that depth, opened where it is not open; the deeper ones end where ``closing``."""
        if depth > DEPTH_CAP:
            raise CannotReadReport("too-large", f"has subtests nested more than {DEPTH_CAP} deep")
        found = next((level for level in self.levels if level.depth == depth), None)
        if found is None:
            found = _Level(depth)
            self.levels = sorted([*self.levels, found], key=lambda level: level.depth)
        while closing and self.levels[-1].depth > depth:
            self.close()
        return found

    def close(self) -> None:
        """End the innermost level; what it holds waits in the next one for its test point."""
        level = self.levels.pop()
        wrong = "" if self.bailed else level.wrong()
        self.levels[-1].waiting += [*level.points, *level.waiting, *([_Error(wrong)] if wrong else [])]

    def other(self, line: str) -> None:
        """A comment or other text: a diagnostic of the last test point."""
        self.note(line.lstrip("# "))
        if self.strict and not _ALLOWED.match(line):
            self.strict = False
            self.levels[0].points.append(_Error(f"holds text that is not TAP, which it forbids itself: {line[:100]}"))

    def note(self, line: str) -> None:
        last = self.levels[-1].last
        if line and last and len(last.notes) < NOTES_CAP:
            last.notes.append(text(line))

    def bail(self, line: str) -> None:
        self.known = self.bailed = True
        self.level(0).points.append(_Error(text(line)))

    def count(self, level: _Level) -> None:
        for point in level.points:
            self.tally.add(point.case())
        level.points = []

    def finish(self) -> TestReport:
        """The report, with what is wrong at its end."""
        level = self.level(0)
        level.points += level.waiting
        wrong = "" if self.bailed else level.wrong()
        if wrong:
            level.points.append(_Error(wrong))
        self.count(level)
        return self.tally.report()


def recognises(head: bytes) -> bool:
    """Whether a line is TAP's version, a plan, or a numbered test point; XML and JSON are not looked into."""
    decoded = decode(head)
    return decoded.lstrip()[:1] not in ("<", "{", "[") and bool(_HEAD.search(decoded))


def read(source: Source) -> Iterator[TestReport]:
    """Read one stream. Raises :class:`~qualitygate.errors.CannotReadReport` where nothing in it is TAP."""
    stream = _Stream(source)
    for line in lines(source):
        stream.take(line)
        if stream.bailed:
            break
    if not stream.known:
        raise CannotReadReport("unrecognised", "holds no plan and no test point, so it is not TAP")
    yield stream.finish()


READER = Reader(kind="tests", recognises=recognises, read=read)


def _first(patterns: Iterable[re.Pattern[str]], notes: Sequence[str]) -> re.Match[str] | None:
    return next((found for pattern in patterns for found in map(pattern.search, notes) if found), None)


def _message(notes: Sequence[str]) -> str:
    """What a YAML block says as its message, which may stand on the line below, else the first diagnostic."""
    for found, below in zip(map(_MESSAGE.match, notes), [*notes[1:], ""], strict=False):
        if found:
            return below if found[1][:1] in ("|", ">") else found[1].strip("'\" ")
    return notes[0] if notes else ""

"""One session: what it reports while it runs, and the verdict when it has ended."""

from __future__ import annotations

import io
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qualitygate import registry
from qualitygate.errors import QualityGateError
from qualitygate.extension import Style
from qualitygate.git import browsed, subject
from qualitygate.model.evidence import Evidence, Gap, Source
from qualitygate.model.verdict import Verdict
from qualitygate.outputs import wants_names, write_all
from qualitygate.pipeline import Run, check
from qualitygate.pytest_plugin.cases import Case, Report, broken, finished, gather, told
from qualitygate.pytest_plugin.marks import marked
from qualitygate.pytest_plugin.settings import THE_SESSION, Settings, problems


class Session:
    """Listens to a session with one append a report, and judges it when it has ended.

    ``collected`` has the tests that were to run, with their entries; ``None`` until collection is through.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.everywhere = settings.suites.everywhere
        self.reports: list[Report] = []
        self.broken: list[Case] = []
        self.collected: dict[str, str] | None = None
        self.is_whole = False
        self.at: datetime | None = None
        self.verdict: Verdict | None = None
        self.lines = [f"warning: {warning}" for warning in settings.policy.warnings]

    def pytest_sessionstart(self) -> None:
        """The time stamp of the evidence."""
        self.at = datetime.now(UTC)

    def pytest_collection_modifyitems(self) -> None:
        """Only a collection that was not stopped comes here."""
        self.is_whole = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Refuse tests that belong nowhere before they run."""
        if self.is_whole:
            self.collected = {item.nodeid: self.entry(item.nodeid, item.user_properties) for item in session.items}
            lost = [nodeid for nodeid, entry in self.collected.items() if not entry]
            if lost:
                raise pytest.UsageError(f"qualitygate: {self.settings.suites.lost(lost)}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """What a worker collected; markers come with the reports."""
        self.collected = (self.collected or {}) | {nodeid: self.entry(nodeid, ()) for nodeid in ids}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Three times a test: nothing but remembered."""
        self.reports.append(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that could not be collected, or skips itself."""
        if report.outcome != "passed":
            self.reports.append(report)

    def pytest_internalerror(self, excrepr: object) -> None:
        """An errored test: pytest broke."""
        self.broken.append(broken(excrepr))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge, after all other plugins wrote their reports, and let the exit status say so."""
        stopped = str(session.shouldfail or session.shouldstop or "")
        try:
            run = self.judge(stopped)
            self.verdict = run.verdict
            self.lines += [f"warning: {warning}" for warning in run.warnings]
            files = browsed(self.settings.policy.base_dir, os.environ)
            style = Style(verbose=self.settings.verbose, lang=self.settings.lang, files=files)
            write_all(run, self.settings.outputs, style)
            blocked = run.verdict.outcome.blocks
        except QualityGateError as error:
            self.lines += problems(error)
            blocked = True
        except Exception as error:  # noqa: BLE001 - whatever breaks here must not take the session's own results along
            self.lines.append(f"qualitygate: internal error: {type(error).__name__}: {error}; this is a bug")
            blocked = True
        session.exitstatus = exit_status(session.exitstatus, blocked=blocked, decides=self.settings.decides)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The section with the verdict."""
        settings = self.settings
        style = Style(verbose=settings.verbose, color=terminalreporter.hasmarkup, lang=settings.lang)
        text = registry.render("text", self.verdict, style) if self.verdict else ""
        terminalreporter.write_sep("=", "qualitygate")
        for line in [*text.splitlines(), *self.lines]:
            terminalreporter.write_line(line)

    def judge(self, stopped: str) -> Run:
        """The verdict on the session, joined with what the policy's other entries have in files."""
        settings = self.settings
        return check(
            settings.policy,
            now=settings.now or datetime.now(UTC),
            subject=subject(settings.policy.base_dir, os.environ),
            gates=settings.gates,
            baseline=settings.baseline,
            base=settings.base,
            given=self.evidence(stopped),
            keep_names=self.keeps_names,
        )

    @property
    def keeps_names(self) -> bool:
        """Whether a snapshot is to be written, which needs the names of plain passes."""
        return wants_names(self.settings.outputs)

    def evidence(self, stopped: str) -> dict[str, list[Evidence]]:
        """What the session says of each entry that a test of it belongs to, and where it does not say all."""
        cases, undone = self.sorted()
        lost = [*(case.nodeid for case in cases.pop("", ())), *undone.pop("", ())]
        only = self.settings.suites.only
        names = {**cases, **undone} or ({only: None} if only else {})
        given = {name: self.of_entry(name, cases.get(name), undone.get(name), stopped) for name in names}
        if self.collected is None or lost or not given:
            entries = self.settings.suites.entries
            return {name: [*given.get(name, ()), self.unknown(name, lost, stopped)] for name in entries}
        return given

    def entry(self, nodeid: str, properties: Iterable[tuple[str, object]]) -> str:
        """The entry that a test belongs to, empty where nothing tells."""
        if self.everywhere and not properties:
            return self.everywhere
        return self.settings.suites.of(nodeid, marked(properties) if properties else None) or ""

    def sorted(self) -> tuple[dict[str, list[Case]], dict[str, list[str]]]:
        """The records, and the collected tests without one, by entry; those that belong nowhere under no name."""
        collected = self.collected or {}
        done, cases = set(), defaultdict[str, list[Case]](list)
        for case in finished(gather(self.reports, self.settings.wording.timed)):
            nodeid, properties = case.nodeid, case.properties
            done.add(nodeid)
            known = None if properties else collected.get(nodeid)
            cases[self.entry(nodeid, properties) if known is None else known].append(case)
        undone = defaultdict[str, list[str]](list)
        for nodeid, entry in collected.items():
            if nodeid not in done:
                undone[entry].append(nodeid)
        return cases, undone

    def of_entry(
        self, name: str, cases: Sequence[Case] | None, undone: Sequence[str] | None, stopped: str
    ) -> list[Evidence]:
        """The records of one entry, and the gap where collected tests did not run."""
        records = [*(cases or ()), *self.broken]
        found: list[Evidence] = [told(records, self.source(name), self.settings.wording, self.at)]
        if undone:
            found.append(self.gap(name, "every collected test to run", _unrun(undone, stopped)))
        return found

    def unknown(self, name: str, lost: Sequence[str], stopped: str) -> Gap:
        """The gap in an entry where it cannot be told which tests are whose."""
        if self.collected is None:
            return self.gap(name, "a whole session", f"stopped before its tests were collected{_because(stopped)}")
        found = self.settings.suites.lost(lost) or "ran no test"
        return self.gap(name, "tests of the policy's evidence", found)

    def gap(self, name: str, expected: str, found: str) -> Gap:
        """Evidence that the session does not have, and so must not pass for."""
        labels = self.source(name).labels
        return Gap(slug="short", source=THE_SESSION, expected=expected, found=found, labels=labels, kind="tests")

    def source(self, name: str) -> Source:
        """The session as a source of an entry: what is read has come already, so it opens empty."""
        entry = next(entry for entry in self.settings.policy.evidence if entry.name == name)
        return Source(
            name=self.settings.source,
            open=io.BytesIO,
            labels=entry.labels,
            at=self.at,
            rules=replace(entry.rules, keep_names=self.keeps_names),
        )


def exit_status(status: int, *, blocked: bool, decides: bool) -> int:
    """The exit status of pytest itself, unless the verdict denies its success, or may forgive its failure."""
    if blocked and status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return pytest.ExitCode.TESTS_FAILED
    if decides and not blocked and status == pytest.ExitCode.TESTS_FAILED:
        return pytest.ExitCode.OK
    return status


def _unrun(undone: Sequence[str], stopped: str) -> str:
    noun = "collected test" if len(undone) == 1 else "collected tests"
    return f"{len(undone)} {noun} did not run, first {undone[0]}{_because(stopped)}"


def _because(stopped: str) -> str:
    return f" ({stopped})" if stopped else ""

"""A verdict as what GitHub shows of it: check run, commit status, sticky comment, issue. Decisions only, no deeds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from zlib import crc32

from qualitygate import amounts, registry, wording
from qualitygate.annotations import annotate, of_finding
from qualitygate.cutting import cut
from qualitygate.escaping import line, markdown
from qualitygate.extension import Style
from qualitygate.github.posts import DESCRIPTION_MOST, TEXT_MOST, Action, CheckRun, CommitStatus, Sticky, StickyIssue
from qualitygate.language import ENGLISH, marked, say, speaking
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import FailOn, Outcome, Verdict
from qualitygate.reporters.markdown import SYMBOLS
from qualitygate.values import dataclass

ANNOTATIONS_MOST = 500
"""Annotations of one check run, in calls of 50: more than anybody reads, and an end to what a report can cost."""
ISSUE_LABEL = "quality-gate"
UNJUDGED = "The gate could not be judged"
AGAIN = "re-evaluate"
"""What comes back when the button for it is pressed."""
LOOSENED = marked("The policy is loosened")
_TITLE_MOST, _WHY_MOST = 200, 10_000
_P = ParamSpec("_P")
_T = TypeVar("_T")
_STATE = re.compile(r"<!-- qualitygate:[^\n]*? (\{[^\n]*\}) -->")


class CommentMode(Enum):
    """When a pull request is commented on: when something is wrong or was, at every verdict, or not at all."""

    ON_PROBLEM = "on-problem"
    ALWAYS = "always"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is told, and how.

    ``name`` is that of the check, and what its comment is found by. ``url`` leads to the run or the report, where there
    is one. ``notes`` say beside the verdict what it was reached with. ``changes`` is what a pull request loosens or
    tightens in the policy, in Markdown, and ``loosened`` its findings: a comment is worth while for them alone.
    ``annotated``: the check run has annotations. ``lang`` is the language of all this. ``files`` is the address below
    which the files of the checkout can be read, where it is known. ``again``: whoever tells it is told when people want
    it judged anew, so that the check run has a button for that.
    """

    verdict: Verdict
    name: str
    fail_on: FailOn = FailOn.NO_DATA
    url: str = ""
    external_id: str = ""
    notes: tuple[str, ...] = ()
    changes: str = ""
    loosened: tuple[Finding, ...] = ()
    annotated: bool = True
    lang: str = ENGLISH
    files: str = ""
    again: bool = False


def _spoken(tell: Callable[Concatenate[Publication, _P], _T]) -> Callable[Concatenate[Publication, _P], _T]:
    """Tells it in the language of the publication, whichever is spoken around it."""

    @wraps(tell)
    def told(what: Publication, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with speaking(what.lang):
            return tell(what, *args, **kwargs)

    return told


def name_of(verdict: Verdict) -> str:
    """The name of the check where nobody gave one: that of its gates, so that two gates never share a check."""
    return line(f"qualitygate: {', '.join(gate.name for gate in verdict.gates)}", 100)


def conclusion(outcome: Outcome, fail_on: FailOn) -> str:
    """GitHub's word for an outcome.

    ``neutral`` lets a required check pass, so only what the user declared to be advice gets it, and nothing is ever
    ``skipped``: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks
    """
    if not outcome.blocks:
        return "success"
    return "failure" if fail_on.stops(outcome) else "neutral"


def title(verdict: Verdict) -> str:
    """The verdict in one line: the worst result, and how many more there are."""
    rows = [result for _, result in wording.results(verdict) if result.outcome is verdict.outcome]
    word = wording.word(verdict.outcome)
    if verdict.outcome is Outcome.PASSED:
        return line(say("{word}: {what}", word=word, what=wording.summary(verdict)), _TITLE_MOST)
    worst = f"{wording.check(rows[0])} {wording.told(rows[0])}" if rows else next(wording.voids(verdict), "")
    others = {outcome: count - (outcome is verdict.outcome and bool(rows)) for outcome, count in _wrong(verdict)}
    more = amounts.together(wording.counted(outcome, count) for outcome, count in others.items() if count)
    words = marked("{word}: {what}; + {more}") if more else marked("{word}: {what}")
    return line(say(words, word=word, what=worst, more=more), _TITLE_MOST)


def _wrong(verdict: Verdict) -> list[tuple[Outcome, int]]:
    return [(outcome, count) for outcome, count in wording.tally(verdict).items() if outcome is not Outcome.PASSED]


def in_progress(
    name: str, external_id: str, url: str, awaited: Sequence[str], lang: str = ENGLISH, *, runs: Sequence[str] = ()
) -> CheckRun:
    """The check run before the verdict: the runs whose end is waited for, if any, and the evidence that is judged."""
    listed = "".join(f"- {markdown(each)}\n" for each in awaited)
    with speaking(lang):
        judged = say("The evidence is being judged:") if listed else say("The evidence is being judged.")
        waits = [say("Waiting for {run} to end.", run=markdown(each)) for each in runs]
        if waits:
            judged = say("Then this evidence is judged:") if listed else ""
        summary = cut("\n\n".join(filter(None, ["\n".join(waits), judged, listed])), TEXT_MOST, "")
        title = say("In progress")
    return CheckRun(name=name, external_id=external_id, title=title, details_url=url, summary=summary)


@_spoken
def check_run(told: Publication) -> CheckRun:
    """The check run: the sentence, the table of what did not pass, everything with how it was measured, annotations."""
    warnings = [of_finding(finding, "warning", say(LOOSENED)) for finding in told.loosened]
    placed = [each for each in (*annotate(told.verdict), *warnings) if each.path] if told.annotated else []
    cut_off = []
    if len(placed) > ANNOTATIONS_MOST:
        cut_off = [say("annotations: shown {most} of {count}", most=ANNOTATIONS_MOST, count=len(placed))]
    return CheckRun(
        name=told.name,
        external_id=told.external_id,
        conclusion=conclusion(told.verdict.outcome, told.fail_on),
        title=title(told.verdict),
        summary=report(told, TEXT_MOST, cut_off),
        text=report(told, TEXT_MOST, verbose=True),
        annotations=tuple(placed[:ANNOTATIONS_MOST]),
        details_url=told.url,
        actions=(again(told.lang),) if told.again else (),
    )


def again(lang: str = ENGLISH) -> Action:
    """The button to have a verdict anew."""
    with speaking(lang):
        return Action(label=say("Re-evaluate"), description=say("by the policy as it is now"), identifier=AGAIN)


@_spoken
def loosened(told: Publication) -> str:  # noqa: ARG001 - it only says in which language
    """The title of what a change loosens in the policy."""
    return say(LOOSENED)


@_spoken
def commit_status(told: Publication) -> CommitStatus:
    """The commit status: the same answer in 140 characters. Advice has no word of its own there, it is success."""
    return CommitStatus(
        context=told.name,
        state="failure" if conclusion(told.verdict.outcome, told.fail_on) == "failure" else "success",
        description=line(title(told.verdict), DESCRIPTION_MOST),
        target_url=told.url,
    )


@_spoken
def report(told: Publication, most: int, asides: Sequence[str] = (), *, verbose: bool = False) -> str:
    """The Markdown report in so many bytes: of the verdict what fits, and below it what must not be missed.

    That is what a change makes of the policy, and what is said beside the verdict, ``asides`` too.
    """
    listed = "\n".join(f"- {markdown(each)}" for each in (*told.notes, *asides))
    below = "\n\n".join(filter(None, [told.changes, listed]))
    below = cut(f"\n{below}\n", most // 2, _rest(told)) if below else ""
    rendered = registry.render("markdown", told.verdict, Style(verbose=verbose, lang=told.lang, files=told.files))
    return cut(rendered, most - len(below.encode()), _rest(told)) + below


def _rest(told: Publication) -> str:
    """Where the whole report is, for a place that does not take all of it."""
    if told.url:
        return say("The whole report is [here]({url}).", url=told.url)
    return say("The JSON and HTML reports have it all.")


def comment(told: Publication, mode: CommentMode) -> Sticky:
    """The one comment of a pull request; what it becomes depends on what stands there."""
    return Sticky(marker=_marker(told.name), body=lambda before: _comment(told, mode, before))


def unjudged(why: str) -> str:
    """What is said instead of a report where an error came first."""
    return f"## {SYMBOLS[Outcome.NO_DATA]} {UNJUDGED}\n\n{markdown(why, _WHY_MOST)}\n"


def unjudged_comment(name: str, why: str) -> Sticky:
    """The comment then: an earlier verdict must not stand as if it were that of now."""
    state = json.dumps({"outcome": "error", "failed": ""})
    return Sticky(marker=_marker(name), body=lambda _before: f"{_marker(name)}{state} -->\n{unjudged(why)}")


@_spoken
def issue(told: Publication) -> StickyIssue:
    """The issue that is open while the gate is not met."""
    wrong = told.verdict.outcome.blocks
    return StickyIssue(
        sticky=Sticky(marker=_marker(told.name), body=lambda before: _issue(told, before)),
        title=line(say("Quality gate not met: {name}", name=told.name), _TITLE_MOST),
        label=ISSUE_LABEL,
        open=wrong,
    )


@_spoken
def _comment(told: Publication, mode: CommentMode, before: str | None) -> str | None:
    wrong = told.verdict.outcome.blocks or bool(told.loosened)
    if wrong or mode is CommentMode.ALWAYS:
        return _whole(told, before)
    return None if before is None else _recovered(told, before)


@_spoken
def _issue(told: Publication, before: str | None) -> str | None:
    if told.verdict.outcome.blocks:
        return _whole(told, before)
    return None if before is None else _recovered(told, before)


def _whole(told: Publication, before: str | None) -> str:
    """The report, what belongs to it, and where to read on."""
    head, foot = _stamp(told, before), _links(told)
    room = TEXT_MOST - len(f"{head}\n\n{foot}\n".encode())
    return f"{head}\n{report(told, room)}\n{foot}\n"


def _recovered(told: Publication, before: str) -> str:
    """One line, once all is well again; since when it was not stays readable."""
    failed = _state(before).get("failed", "")
    since = say(" (was failing until {commit})", commit=markdown(failed[:10])) if failed else ""
    word = f"{SYMBOLS[told.verdict.outcome]} {wording.word(told.verdict.outcome)}"
    title = say("{word}: {what}", word=word, what=markdown(told.name))
    return f"{_stamp(told, before)}\n**{title}** — {wording.summary(told.verdict)}{since}\n"


def _stamp(told: Publication, before: str | None) -> str:
    """The marker, with the last commit that did not pass, for the day on which one does."""
    failed = told.verdict.subject.get("commit", "") if told.verdict.outcome.blocks else _state(before).get("failed", "")
    # only what a commit is made of, for browsers end a comment at "--!>" too
    state = json.dumps({"outcome": told.verdict.outcome.name.lower(), "failed": re.sub(r"\W", "", failed)[:64]})
    return f"{_marker(told.name)}{state} -->"


def _marker(name: str) -> str:
    """What the comment begins with: the name in letters that cannot end an HTML comment, told apart where some went."""
    letters = re.sub(r"[^0-9A-Za-z_.]+", "-", name)
    apart = "" if letters == name else f".{crc32(name.encode()):08x}"
    return f"<!-- qualitygate:{letters}{apart} "


def _state(body: str | None) -> dict[str, str]:
    """What the marker of an earlier comment keeps; people may have edited it."""
    found = _STATE.match(body or "")
    try:
        kept = json.loads(found[1]) if found else {}
    except ValueError:
        return {}
    return {key: value for key, value in kept.items() if isinstance(value, str)} if isinstance(kept, dict) else {}


def _links(told: Publication) -> str:
    commit = told.verdict.subject.get("commit", "")[:10]
    parts = [say("[Whole report]({url})", url=told.url)] if told.url else []
    parts += [say("commit {commit}", commit=markdown(commit))] if commit else []
    return " · ".join([*parts, say("check {name}", name=markdown(told.name))])

"""Telling a verdict wherever the step may: log, job summary, annotations, and on GitHub. What is refused is said."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate import posting, publication, registry
from qualitygate.action import runner
from qualitygate.action.step import TITLE, Step
from qualitygate.action.trust import Trusted
from qualitygate.config import Config
from qualitygate.cutting import cut
from qualitygate.errors import CannotUseGitHub
from qualitygate.extension import Style
from qualitygate.git import on_github
from qualitygate.github import publish
from qualitygate.github.client import Client
from qualitygate.github.posts import CheckRun
from qualitygate.model.verdict import Outcome, Verdict
from qualitygate.posting import Destination, Posted
from qualitygate.publication import CommentMode, Publication
from qualitygate.wording import tally

CHECK, COMMENT = "check", "comment"
_COUNTS = {
    "passed": Outcome.PASSED,
    "warned": Outcome.WARNED,
    "waived": Outcome.WAIVED,
    "no-data": Outcome.NO_DATA,
    "failed": Outcome.FAILED,
}


def opened(step: Step, config: Config, lang: str) -> int | None:
    """The id of the check run, in progress, with the evidence it waits for; ``None`` where there is none to be."""
    if step.client is None or CHECK not in step.inputs.to:
        return None
    awaited = [f"{entry.name}: {', '.join(entry.files)}" for entry in config.evidence]
    check = publication.in_progress(step.name, step.external_id, step.url, awaited, lang)
    try:
        return publish.check_run(step.client, step.event.repository, step.event.sha, check)
    except CannotUseGitHub:
        return None  # it will be tried again with the verdict, and then it is said why it cannot be


def closed(step: Step, check: int | None, why: str) -> None:
    """Say everywhere that nothing could be judged: without a conclusion it would be waited for, or an old one count."""
    if step.inputs.summary:
        runner.summarise(step.environ, lambda most: cut(publication.unjudged(why), most, ""))
    for channel, write in ((CHECK, _close_check), (COMMENT, _close_comment)):
        if step.client is not None and channel in step.inputs.to:
            try:
                write(step, step.client, check, why)
            except CannotUseGitHub as error:
                runner.command("notice", TITLE, f"{channel} not written: {error}")


def _close_check(step: Step, client: Client, check: int | None, why: str) -> None:
    told = CheckRun(
        name=step.name,
        external_id=step.external_id,
        conclusion="failure",
        title=publication.UNJUDGED,
        summary=publication.unjudged(why),
        details_url=step.url,
    )
    publish.check_run(client, step.event.repository, step.event.sha, told, check)


def _close_comment(step: Step, client: Client, _check: int | None, why: str) -> None:
    number = step.event.pull_request
    if number is not None and step.inputs.comment is not CommentMode.OFF:
        publish.comment(client, step.event.repository, number, publication.unjudged_comment(step.name, why))


def publication_of(step: Step, trusted: Trusted, verdict: Verdict, notes: Sequence[str], lang: str) -> Publication:
    """What this step tells."""
    return Publication(
        verdict=verdict,
        name=step.name,
        fail_on=step.inputs.fail_on,
        url=step.url,
        external_id=step.external_id,
        notes=tuple(notes),
        changes=trusted.changes,
        loosened=trusted.loosened,
        annotated=step.inputs.annotations,
        lang=lang,
        files=on_github(step.environ, step.event.repository, step.event.sha),
    )


def tell(step: Step, check: int | None, told: Publication) -> None:
    """Tell it everywhere. Annotations are the check run's where there is one, else those of the run."""
    verdict, style = told.verdict, Style(lang=told.lang)
    runner.say(registry.render("text", verdict, style))
    posted = _posted(step, check, told)
    if step.inputs.annotations and not any(each.channel == CHECK and each.error is None for each in posted):
        runner.tell(registry.render("github", verdict, style))
        for finding in told.loosened:
            runner.command("warning", publication.loosened(told), finding.title)
    refused = [f"{each.channel} not written: {each.error}" for each in posted if each.error]
    for why in refused:
        runner.command("notice", TITLE, why)
    if step.inputs.summary:
        runner.summarise(step.environ, lambda most: publication.report(told, most, refused))


def outputs(step: Step, verdict: Verdict) -> dict[str, str]:
    """The outputs that are about the verdict."""
    counts = tally(verdict)
    return {
        "conclusion": publication.conclusion(verdict.outcome, step.inputs.fail_on),
        "outcome": verdict.outcome.name.lower(),
        **{name: str(counts.get(outcome, 0)) for name, outcome in _COUNTS.items()},
    }


def _posted(step: Step, check: int | None, told: Publication) -> tuple[Posted, ...]:
    if step.client is None:
        return ()
    event = step.event
    place = Destination(
        repository=event.repository,
        sha=event.sha,
        pull_request=event.pull_request,
        check=check,
        mode=step.inputs.comment,
    )
    posted = posting.post(step.client, place, told, step.inputs.to)
    for each in posted:
        if each.error is None:
            runner.say(f"{each.channel}: {each.done}")
    runner.say(step.client.spent())
    return posted

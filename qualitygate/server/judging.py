"""A case judged: its evidence fetched, the policy of the base branch applied, and the verdict put on GitHub.

What is judged and how it is told are the command line's and the action's own: there is no second judge here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

from qualitygate import baseline, pipeline, posting, publication, wording
from qualitygate.config import NAMES, Config
from qualitygate.errors import CannotUseGitHub, CannotUseStore, QualityGateError
from qualitygate.github import publish
from qualitygate.github.client import Client
from qualitygate.github.posts import CheckRun
from qualitygate.github.publish import KnownCheck
from qualitygate.language import ENGLISH, chosen, marked, say, speaking
from qualitygate.model.evidence import Gap
from qualitygate.model.verdict import Verdict
from qualitygate.posting import Destination
from qualitygate.publication import Publication
from qualitygate.server import log, own, policy, registers
from qualitygate.server.case import Case
from qualitygate.server.fenced import fenced, refuse_outside
from qualitygate.server.fetching import Fetched, fetch
from qualitygate.server.inputs import Inputs
from qualitygate.server.installation import Installation
from qualitygate.server.policy import Found
from qualitygate.server.working import FINAL
from qualitygate.storage.verdicts import MOST, Input, VerdictStore, judgement
from qualitygate.values import dataclass

_GONE = (
    "there is no {} at {} any more, nor one of its owner that can be read, though this has been judged before; put it "
    "back, or take the repository out of the App's installation"
)
_LEFT = marked(
    "Nobody looked into these artifacts: {names}. A file lies in a folder called like its artifact, and no glob of the "
    "evidence begins with one of these."
)
_WELL = frozenset({"success", "neutral", "skipped"})
"""How runs end whose reports are all there."""
_NOT_YET = frozenset({"missing", "short"})
"""Gaps that another run could fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """A case at work: ``external_id`` is that of its check run, ``known`` the one that is there already."""

    case: Case
    app: Installation
    external_id: str
    known: KnownCheck | None

    def keep(self, verdict: Verdict, check: int, inputs: tuple[Input, ...] = ()) -> int:
        """Remember a verdict, in place of one whose check run has the same external id; its id in the store."""
        kept = judgement(verdict, inputs=inputs, check=check, external_id=self.external_id, **self.case.place)
        with VerdictStore(self.app.database) as store:
            return store.keep(kept)

    def check(self, told: CheckRun) -> int:
        """Write the check run; its id."""
        event, known = self.case.event, self.known
        return publish.check_run(
            self.app.client, event.repository, event.sha, told, None if known is None else known.id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What came of a case. ``passed`` is ``None`` while runs are awaited; ``why`` says it in a line, or names them.

    ``check`` is the id of its check run, 0 where there is none; ``lang`` the language of the policy.
    """

    passed: bool | None
    why: str
    check: int = 0
    lang: str = ENGLISH


def judge(app: Installation, case: Case, again: str = "") -> Decision:
    """Judge a case and tell its verdict, or tell what is awaited where runs have not ended yet.

    Done again, it finds its check run and ends what was not ended. ``again`` sets apart what a person asked for, with a
    check run of its own. The verdict is remembered before it is told; its page on the dashboard, where there is one,
    is what the check run leads to. Raises :class:`~qualitygate.errors.CannotUseGitHub` where GitHub is to be asked
    again later, and :class:`~qualitygate.errors.CannotUseStore`.
    """
    with TemporaryDirectory(prefix="qualitygate-", ignore_cleanup_errors=True) as made:
        root = os.path.join(os.path.realpath(made), "evidence")
        os.mkdir(root)
        found = policy.found(app.client, case.event.repository, case.policy_at, root)
        if found is None and not _judged_before(app, case):
            log.tell("there is no policy", repository=case.event.repository, commit=case.policy_at)
            return Decision(passed=False, why="there is no policy")
        external_id = case.external_id(again)
        known = _known(app.client, case, external_id)
        judging = _Judging(case=case, app=app, external_id=external_id, known=known)
        if found is None:
            return _unjudged(judging, _GONE.format(NAMES[0], case.policy_at))
        try:
            config = found.load()
            refuse_outside(config)
            lang = chosen(None, {}, config.lang)
            if not case.awaited:
                return _judge(judging, found, config, lang, made)
            check = _opened(judging, config, lang)
            return Decision(passed=None, why=", ".join(run.name for run in case.awaited), check=check, lang=lang)
        except CannotUseGitHub as error:
            if error.slug != "artifact":
                raise
            return _unjudged(judging, str(error))
        except CannotUseStore:
            raise
        except QualityGateError as error:
            return _unjudged(judging, str(error))
        except Exception:
            _unjudged(judging, "a bug in qualitygate")
            raise


def _known(client: Client, case: Case, external_id: str) -> KnownCheck | None:
    """The check run of before: that of the same attempts of the same runs, else one that still waits."""
    ours = publish.known_checks(client, case.event.repository, case.event.sha, case.name)
    same = next((each for each in ours if each.external_id == external_id), None)
    return same or next((each for each in ours if not each.completed), None)


def _opened(judging: _Judging, config: Config, lang: str) -> int:
    """The check run in progress, made where there is none yet, with what it waits for if anything; its id."""
    known, case = judging.known, judging.case
    if known is not None and known.external_id == judging.external_id:
        return known.id
    runs = [run.name for run in case.awaited]
    entries = [f"{entry.name}: {', '.join(entry.files)}" for entry in config.evidence]
    told = publication.in_progress(case.name, judging.external_id, case.url, entries, lang, runs=runs)
    return judging.check(told)


def _judge(judging: _Judging, found: Found, config: Config, lang: str, folder: str) -> Decision:
    case, client, known, now = judging.case, judging.app.client, judging.known, judging.app.clock()
    event, chosen_gates = case.event, policy.gates(config, case.gates)
    check = _opened(judging, config, lang)
    proposed = own.proposed(client, case, found, config, now)
    fetched = fetch(client, case, config)
    with speaking(lang):
        lacking = registers.bring(judging.app, case, config)
    notes, snapshot = "", None
    if baseline.asked(config, chosen_gates):
        branch = event.base_ref or event.ref
        with speaking(lang):
            earlier = baseline.fetch(client, event.repository, branch, baseline.SNAPSHOT, folder, now)
        snapshot, notes = earlier.path, earlier.note
    inputs = Inputs(fenced(config.base_dir))
    judged = pipeline.check(
        config,
        now=now,
        subject=event.subject,
        gates=chosen_gates,
        baseline=snapshot,
        keep_names=True,
        among=inputs.surroundings(),
    )
    kept = judging.keep(judged.verdict, check, inputs.told(judged.evidence, fetched.made))
    page = f"{judging.app.dashboard}/repositories/{event.repository}/runs/{kept}"
    told = Publication(
        verdict=judged.verdict,
        name=case.name,
        url=page if judging.app.dashboard else case.url,
        external_id=judging.external_id,
        notes=tuple(filter(None, [notes, *lacking, *_beside(case, fetched, judged, lang)])),
        changes=proposed.changes,
        loosened=proposed.loosened,
        lang=lang,
        again=True,
    )
    there = 0 if known is None or not known.completed else known.annotations
    place = Destination(
        repository=event.repository, sha=event.sha, pull_request=event.pull_request, check=check, annotated=there
    )
    whole = known is not None and known.says(publication.check_run(told))
    _post(client, place, told, ("comment",) if whole else ("check", "comment"))
    outcome = judged.verdict.outcome
    log.tell("a verdict is told", repository=event.repository, commit=event.sha, check=case.name, outcome=outcome.name)
    with speaking(lang):
        return Decision(passed=not outcome.blocks, why=publication.title(judged.verdict), check=check, lang=lang)


def _judged_before(app: Installation, case: Case) -> bool:
    """Whether this very repository had a verdict by this check: another may have had its name, or have a policy."""
    with VerdictStore(app.database) as store:
        known = store.history(case.event.repository, limit=MOST)
    return any(each.name == case.name and each.repository_id in {0, case.place["repository_id"]} for each in known)


def _beside(case: Case, fetched: Fetched, judged: pipeline.Run, lang: str) -> Iterator[str]:
    """What is said beside a verdict: where evidence is missing what there was instead, and of a pass which run failed.

    No run is awaited any more, and whether another is to come nobody knows.
    """
    with speaking(lang):
        if any(isinstance(each, Gap) and each.slug in _NOT_YET for each in judged.evidence):
            yield say("All runs for this commit have ended. If another brings what is missing, it is judged anew.")
            if fetched.expired:
                names = ", ".join(fetched.expired)
                yield say("Of these artifacts nothing can be had, as they have expired: {names}.", names=names)
            if fetched.left:
                names = ", ".join(fetched.left)
                yield say(_LEFT, names=names)
        for run in case.runs if not judged.verdict.outcome.blocks else ():
            ended = str(run.data.get("conclusion") or "success")
            if ended not in _WELL:
                yield say("{run} ended as {ended}: its reports may not be all there are.", run=run.name, ended=ended)


def _post(client: Client, place: Destination, told: Publication, channels: Sequence[str]) -> None:
    """Tell it."""
    for each in posting.post(client, place, told, channels):
        if each.error is not None:
            _let_pass(each.channel, each.error)


def _let_pass(channel: str, error: CannotUseGitHub) -> None:
    """A comment that the App may not write is logged; all else is to be tried again, or ends the work."""
    if channel == "check" or error.slug not in FINAL:
        raise error
    log.warn("a channel is refused", channel=channel, why=error)


def _unjudged(judging: _Judging, why: str) -> Decision:
    """Say where the verdict would have been that there is none: unsaid, it would be waited for.

    That is remembered as no data, or the verdict of an earlier commit would stand as if it were that of now.
    """
    case, client = judging.case, judging.app.client
    log.warn("a case could not be judged", repository=case.event.repository, commit=case.event.sha, why=why)
    told = CheckRun(
        name=case.name,
        external_id=judging.external_id,
        conclusion="failure",
        title=publication.UNJUDGED,
        summary=publication.unjudged(why),
        details_url=case.url,
        actions=(publication.again(),),
    )
    known = judging.known or _known(client, case, judging.external_id)  # it may have been opened since
    check = publish.check_run(client, case.event.repository, case.event.sha, told, None if known is None else known.id)
    subject = {**case.event.subject, wording.UNJUDGED: why}
    judging.keep(Verdict(policy=NAMES[0], policy_digest="", subject=subject, at=judging.app.clock(), gates=()), check)
    if case.event.pull_request is not None:
        sticky = publication.unjudged_comment(case.name, why)
        try:
            publish.comment(client, case.event.repository, case.event.pull_request, sticky)
        except CannotUseGitHub as error:
            _let_pass("comment", error)
    return Decision(passed=False, why=f"{publication.UNJUDGED}: {why}", check=check)

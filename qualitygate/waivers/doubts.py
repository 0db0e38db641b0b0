"""What a check says of the waivers that it heeded: of which git does not show that two people stand behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitygate.config import Config
from qualitygate.errors import Problem
from qualitygate.model.evidence import Evidence
from qualitygate.model.people import PeopleRegister
from qualitygate.model.verdict import Verdict
from qualitygate.waivers.foureyes import Seen
from qualitygate.waivers.looking import Ask


def doubts(config: Config, verdict: Verdict, evidence: Iterable[Evidence], ask: Ask) -> Iterator[Problem]:
    """A warning for each waiver that excuses a result and is not seen to be approved, or that was approved in vain.

    The outcome stays: a verdict is the same wherever it is reached, and what git knows of a register is not the same
    everywhere. Git is asked only where a waiver excuses something.
    """
    for waiver, counts in verdict.waivers:
        if not counts and waiver.live(verdict.at.date()):
            may = ", ".join(config.policy.waiver_approvers or ()) or "nobody"
            yield _problem(
                config, waiver.id, f"excuses nothing: {waiver.approved_by} may not approve waivers, {may} may"
            )
    used = {result.waiver.id for gate in verdict.gates for result in gate.conditions if result.waiver}
    if not used:
        return
    ids = [each.id for each in config.policy.waivers if each.id in used]
    persons = [one for each in evidence if isinstance(each, PeopleRegister) for one in each.people]
    told = ask(config.places["waivers", ids[0]].file, ids, persons)
    for id_ in ids:
        eyes = told[id_]
        if eyes.seen is Seen.ONE:
            yield _problem(config, id_, f"excuses a failure, and git does not show that it is approved: {eyes.why}")
        elif eyes.seen is Seen.NOT_TOLD:
            yield _problem(config, id_, f"excuses a failure, and nobody can tell who approved it: {eyes.why}")


def _problem(config: Config, waiver: str, message: str) -> Problem:
    place = config.places.get(("waivers", waiver))
    help = "qualitygate waiver lint tells more, and exits with 1"
    return Problem(
        "waiver-approval",
        f"waiver {waiver} {message}",
        file=place.file if place else "",
        line=place.line or 0 if place else 0,
        column=1 if place and place.line else 0,
        help=help,
    )

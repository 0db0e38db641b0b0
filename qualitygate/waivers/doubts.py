"""What is said of the waivers that a verdict heeded: of which git does not show that two people stand behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qualitygate.config import Config
from qualitygate.errors import Problem
from qualitygate.language import marked, say
from qualitygate.model.evidence import Evidence
from qualitygate.model.people import PeopleRegister
from qualitygate.model.verdict import Verdict
from qualitygate.values import dataclass
from qualitygate.waivers.foureyes import Seen
from qualitygate.waivers.looking import Ask

_IN_VAIN = marked("excuses nothing: {by} may not approve waivers, {may} may")
_SAYS = {
    Seen.ONE: marked("excuses a failure, and git does not show that it is approved: {why}"),
    Seen.NOT_TOLD: marked("excuses a failure, and nobody can tell who approved it: {why}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is doubted of one waiver: words of ours, and what stands in their places."""

    waiver: str
    words: str
    places: Mapping[str, str]

    def __str__(self) -> str:
        """In English, for machines and warnings."""
        return self.words.format(**self.places)

    @property
    def told(self) -> str:
        """In the language that is spoken."""
        return say(self.words, **self.places)


def doubted(config: Config, verdict: Verdict, evidence: Iterable[Evidence], ask: Ask) -> Iterator[Doubt]:
    """Each waiver that excuses a result and is not seen to be approved, or that was approved in vain.

    The outcome stays: a verdict is the same wherever it is reached, and what git knows of a register is not the same
    everywhere. Git is asked only where a waiver excuses something.
    """
    for waiver, counts in verdict.waivers:
        if not counts and waiver.live(verdict.at.date()):
            may = ", ".join(config.policy.waiver_approvers or ()) or "nobody"
            yield Doubt(waiver=waiver.id, words=_IN_VAIN, places={"by": waiver.approved_by, "may": may})
    used = {result.waiver.id for gate in verdict.gates for result in gate.conditions if result.waiver}
    if not used:
        return
    ids = [each.id for each in config.policy.waivers if each.id in used]
    persons = [one for each in evidence if isinstance(each, PeopleRegister) for one in each.people]
    told = ask(config.places["waivers", ids[0]].file, ids, persons)
    for id_ in ids:
        if told[id_].seen in _SAYS:
            yield Doubt(waiver=id_, words=_SAYS[told[id_].seen], places={"why": told[id_].why})


def problems(config: Config, found: Iterable[Doubt]) -> Iterator[Problem]:
    """A warning for each doubt, at its waiver."""
    for each in found:
        place = config.places.get(("waivers", each.waiver))
        yield Problem(
            "waiver-approval",
            f"waiver {each.waiver} {each}",
            file=place.file if place else "",
            line=place.line or 0 if place else 0,
            column=1 if place and place.line else 0,
            help="qualitygate waiver lint tells more, and exits with 1",
        )

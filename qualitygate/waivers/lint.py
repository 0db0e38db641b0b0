"""The findings of ``waiver lint``: which waivers need attention, why, where, and the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from qualitygate.config.place import Place
from qualitygate.model.policy import Policy, Waiver
from qualitygate.model.verdict import Verdict
from qualitygate.nearest import near
from qualitygate.values import dataclass
from qualitygate.waivers.foureyes import FourEyes, Seen
from qualitygate.waivers.identity import Names, named

_NO_PLACE = Place(file="")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverFinding:
    """One thing about a waiver that needs attention. ``certain`` is false where nobody can tell."""

    rule: str
    message: str
    help: str
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """A waiver with all that is to be said of it, and where its record begins."""

    waiver: Waiver
    place: Place
    live: bool
    eyes: FourEyes
    findings: tuple[WaiverFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What waivers are held against.

    ``verdicts`` are those that tell which waivers are needed, ``approvals`` what git tells by the ids of waivers,
    ``among`` who is who.
    """

    verdicts: Sequence[Verdict]
    approvals: Mapping[str, FourEyes]
    among: Sequence[Names] = ()


def lint(policy: Policy, known: Known, today: date, places: Mapping[tuple[str | int, ...], Place]) -> list[Linted]:
    """Every waiver of a policy, in the order of the register."""
    return [
        Linted(
            waiver=each,
            place=places.get(("waivers", each.id), _NO_PLACE),
            live=policy.excuses(each, today),
            eyes=known.approvals[each.id],
            findings=tuple(_findings(each, policy, known, today)),
        )
        for each in policy.waivers
    ]


def _findings(each: Waiver, policy: Policy, known: Known, today: date) -> Iterator[WaiverFinding]:
    astray = list(_aim(each, policy))
    yield from astray
    yield from _time(each, policy.waiver_days, today)
    yield from _right(each, policy, known.among)
    yield from _eyes(each, known)
    if policy.excuses(each, today) and not astray:
        yield from _need(each, known.verdicts)


def _aim(each: Waiver, policy: Policy) -> Iterator[WaiverFinding]:
    metrics = {gate.name: [condition.metric.name for condition in gate.conditions] for gate in policy.gates}
    if each.gate not in metrics:
        yield WaiverFinding(
            rule="unknown-gate", message=f"there is no gate {each.gate}", help=_meant(each.gate, [*metrics])
        )
    elif each.metric not in metrics[each.gate]:
        message = f"no condition of the gate {each.gate} is on {each.metric}"
        yield WaiverFinding(rule="unknown-metric", message=message, help=_meant(each.metric, metrics[each.gate]))


def _time(each: Waiver, most: int, today: date) -> Iterator[WaiverFinding]:
    if each.expires < today:
        way_out = "take it out, or ask for a new one"
        yield WaiverFinding(rule="expired", message=f"expired on {each.expires}", help=way_out)
    days = (each.expires - each.created).days
    if days > most:
        message = f"lasts {days} days, more than {most}"
        yield WaiverFinding(
            rule="too-long", message=message, help="let it end sooner, and ask again if it is still needed"
        )


def _right(each: Waiver, policy: Policy, among: Sequence[Names]) -> Iterator[WaiverFinding]:
    """Whether who approved it may: a waiver of somebody else excuses nothing."""
    if not policy.may_approve(each.approved_by):
        may = policy.waiver_approvers or ()
        known = [name for name in may if named(name, among) & named(each.approved_by, among)]
        way_out = f"write {known[0]}, as the policy has it" if known else f"have it approved by {' or '.join(may)}"
        yield WaiverFinding(rule="approver", message=f"{each.approved_by} may not approve waivers", help=way_out)


def _eyes(each: Waiver, known: Known) -> Iterator[WaiverFinding]:
    if named(each.requested_by, known.among) & named(each.approved_by, known.among):
        message = f"{each.requested_by} asked for it, and is {each.approved_by}, who approved it"
        yield WaiverFinding(rule="four-eyes", message=message, help="have somebody else approve it")
        return
    eyes = known.approvals[each.id]
    if eyes.seen is not Seen.BOTH:
        by = each.approved_by
        way_out = (
            f"let {by} commit approved_by and nothing else of it, or merge the branch that brings it"
            if eyes.seen is Seen.ONE
            else "run it in a full clone of the repository that holds the register"
        )
        told = eyes.seen is Seen.ONE
        message = eyes.why if told else f"nobody can tell who approved it: {eyes.why}"
        yield WaiverFinding(rule="four-eyes", message=message, help=way_out, certain=told)


def _need(each: Waiver, verdicts: Sequence[Verdict]) -> Iterator[WaiverFinding]:
    """Whether a result needs the waiver, by the verdicts that had it and looked at something."""
    had = [verdict for verdict in verdicts if _judged(each, verdict)]
    if not had:
        message = "nobody can tell whether it is needed: no verdict that had it examined anything"
        help = "run it where the evidence is, or name verdicts with --verdict"
        yield WaiverFinding(rule="unused", message=message, help=help, certain=False)
    elif not any(each == result.waiver for verdict in had for gate in verdict.gates for result in gate.conditions):
        yield WaiverFinding(rule="unused", message="excuses nothing", help="take it out")


def _judged(each: Waiver, verdict: Verdict) -> bool:
    """Whether a verdict judged the gate of a waiver, had the waiver, and looked at something."""
    gates = [gate.name for gate in verdict.gates]
    return each.gate in gates and (each, True) in verdict.waivers and not verdict.examined_nothing


def _meant(name: str, known: Sequence[str]) -> str:
    close = near(name, known, 1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(dict.fromkeys(known))}"

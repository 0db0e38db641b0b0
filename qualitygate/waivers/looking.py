"""The waivers of a policy held against everything that is known: evidence, verdicts, git."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from qualitygate.config import Config
from qualitygate.model.evidence import Evidence
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.model.verdict import Verdict
from qualitygate.waivers.foureyes import FourEyes
from qualitygate.waivers.identity import people
from qualitygate.waivers.lint import Known, Linted, lint

Ask = Callable[[str, Sequence[str], Sequence[Person]], Mapping[str, FourEyes]]
"""What git tells of who approved waivers, from the path of their register, their ids, and the people who are known."""


def looked_after(
    config: Config, evidence: Iterable[Evidence], verdicts: Sequence[Verdict], now: datetime, ask: Ask
) -> list[Linted]:
    """Every waiver, with what is to be said of it. People are those of the registers among the evidence."""
    waivers = [each.id for each in config.policy.waivers]
    if not waivers:
        return []
    persons = [one for each in evidence if isinstance(each, PeopleRegister) for one in each.people]
    told = ask(config.places["waivers", waivers[0]].file, waivers, persons)
    known = Known(verdicts=verdicts, approvals=told, among=people(persons))
    return lint(config.policy, known, now.astimezone(config.policy.zone).date(), config.places)

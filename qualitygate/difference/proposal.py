"""What a change would make of the policy that it is judged by: the words for it, whoever judges."""

from __future__ import annotations

from datetime import datetime

from qualitygate.config import Config
from qualitygate.difference import difference, findings
from qualitygate.difference.telling import Side, as_markdown
from qualitygate.escaping import markdown
from qualitygate.model.measurement import Finding
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is said of it: ``changes`` in Markdown, empty where there are none; ``loosened`` are findings among them."""

    changes: str = ""
    loosened: tuple[Finding, ...] = ()


def proposal(accepted: Config, proposed: Config | None, *, into: str, now: datetime) -> Proposal:
    """What becomes of the accepted policy, that of the branch ``into``, by a change that proposes the other, or none.

    ``now`` is aware. What is taken away is shown where the accepted policy lay.
    """
    if proposed is None:
        path = accepted.places[()].file or None
        gone = Finding(title="the policy is taken away", message="nothing would be judged any more", path=path)
        return _loosened(gone)
    changes = difference(accepted, proposed, today=now.astimezone(accepted.policy.zone).date())
    if not changes:
        return Proposal()
    before, after = Side(name=into, config=accepted), Side(name="this change", config=proposed)
    return Proposal(changes=as_markdown(before, after, changes).rstrip("\n"), loosened=findings(changes))


def unknown(why: str) -> Proposal:
    """Where it cannot be told, which counts as loosened."""
    return _loosened(Finding(title="what the change makes of the policy cannot be told", message=why))


def _loosened(finding: Finding) -> Proposal:
    return Proposal(changes=f"- **loosened** {finding.title}: {markdown(finding.message)}", loosened=(finding,))

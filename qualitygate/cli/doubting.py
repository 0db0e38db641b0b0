"""What is doubted of the waivers that a run heeded: shown as warnings, and given to whatever tells the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualitygate import pipeline
from qualitygate.cli.problems import show_problem
from qualitygate.config import Config

if TYPE_CHECKING:
    from qualitygate.waivers.doubts import Doubt


def doubting(config: Config, run: pipeline.Run, ref: str | None = None) -> Sequence[Doubt]:
    """The doubts, each shown as a warning. Git is asked where the policy is that of the work tree, not of a ``ref``."""
    if not run.verdict.waivers:
        return ()
    from qualitygate.waivers.approvals import approvals, unasked  # noqa: PLC0415 - few policies have waivers
    from qualitygate.waivers.doubts import doubted, problems  # noqa: PLC0415

    found = list(doubted(config, run.verdict, run.evidence, unasked(ref) if ref else approvals))
    for warning in problems(config, found):
        show_problem("warning", warning)
    return found

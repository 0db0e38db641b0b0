"""Exit codes: what a verdict or an error ends in, the same for the command line and the action."""

from __future__ import annotations

from qualitygate.errors import CannotReadReport, CannotUseGitHub, CannotUsePack, CannotUseStore, QualityGateError
from qualitygate.model.verdict import FailOn, Outcome, Verdict

MET, NOT_MET, USAGE, NO_DATA, REMOTE, BUG = 0, 1, 2, 3, 4, 70

_OUTCOMES = {
    Outcome.PASSED: MET,
    Outcome.WARNED: MET,
    Outcome.WAIVED: MET,
    Outcome.NO_DATA: NO_DATA,
    Outcome.FAILED: NOT_MET,
}
_ERRORS = {CannotReadReport: NO_DATA, CannotUsePack: NO_DATA, CannotUseGitHub: REMOTE, CannotUseStore: REMOTE}


def of_verdict(verdict: Verdict, fail_on: FailOn = FailOn.NO_DATA) -> int:
    """What a verdict ends in; what does not stop anything is as good as met."""
    return _OUTCOMES[verdict.outcome] if fail_on.stops(verdict.outcome) else MET


def of_error(error: QualityGateError) -> int:
    """What an error ends in; it is never the code of a gate that failed."""
    return next((code for kind, code in _ERRORS.items() if isinstance(error, kind)), USAGE)

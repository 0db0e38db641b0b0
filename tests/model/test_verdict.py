"""What a verdict stops."""

from __future__ import annotations

import pytest

from qualitygate.model.verdict import FailOn, Outcome


@pytest.mark.parametrize(
    ("fail_on", "stopped"),
    [(FailOn.NO_DATA, {Outcome.NO_DATA, Outcome.FAILED}), (FailOn.FAILURE, {Outcome.FAILED}), (FailOn.NEVER, set())],
)
def test_an_outcome_stops_what_is_to_fail_on_it(fail_on, stopped):
    assert stopped == {outcome for outcome in Outcome if fail_on.stops(outcome)}

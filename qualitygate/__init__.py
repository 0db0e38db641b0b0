"""qualitygate: promises about quality as a policy, measured from real evidence, answered with pass or fail.

The public library. Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Bound": "model.policy",
    "CannotReadReport": "errors",
    "Condition": "model.policy",
    "Config": "config",
    "ConfigError": "errors",
    "Context": "extension",
    "Evidence": "model.evidence",
    "Finding": "model.measurement",
    "Gap": "model.evidence",
    "Gate": "model.policy",
    "Measure": "extension",
    "Measurement": "model.measurement",
    "Metric": "model.measurement",
    "Outcome": "model.verdict",
    "Policy": "model.policy",
    "Reader": "extension",
    "Reporter": "extension",
    "Source": "model.evidence",
    "Style": "extension",
    "Tally": "model.tally",
    "TestCase": "model.evidence",
    "TestOutcome": "model.evidence",
    "TestReport": "model.evidence",
    "Unit": "model.measurement",
    "Verdict": "model.verdict",
    "check": "pipeline",
    "evaluate": "evaluation",
    "load_config": "pipeline",
}

__all__ = [
    "Bound",
    "CannotReadReport",
    "Condition",
    "Config",
    "ConfigError",
    "Context",
    "Evidence",
    "Finding",
    "Gap",
    "Gate",
    "Measure",
    "Measurement",
    "Metric",
    "Outcome",
    "Policy",
    "Reader",
    "Reporter",
    "Source",
    "Style",
    "Tally",
    "TestCase",
    "TestOutcome",
    "TestReport",
    "Unit",
    "Verdict",
    "check",
    "evaluate",
    "load_config",
]

if TYPE_CHECKING:
    from qualitygate.config import Config
    from qualitygate.errors import CannotReadReport, ConfigError
    from qualitygate.evaluation import evaluate
    from qualitygate.extension import Context, Measure, Reader, Reporter, Style
    from qualitygate.model.evidence import Evidence, Gap, Source, TestCase, TestOutcome, TestReport
    from qualitygate.model.measurement import Finding, Measurement, Metric, Unit
    from qualitygate.model.policy import Bound, Condition, Gate, Policy
    from qualitygate.model.tally import Tally
    from qualitygate.model.verdict import Outcome, Verdict
    from qualitygate.pipeline import check, load_config


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'qualitygate' has no attribute {name!r}") from None
    return getattr(import_module(f"qualitygate.{home}"), name)

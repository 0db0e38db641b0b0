"""qualitygate: promises about quality as a policy, measured from real evidence, answered with pass or fail.

The public library. Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Better": "model.measurement",
    "BeyondCalendar": "errors",
    "Bound": "model.policy",
    "BusinessCalendar": "support.calendar",
    "CannotReadReport": "errors",
    "Changes": "model.changes",
    "Combine": "model.measurement",
    "Condition": "model.policy",
    "ConditionResult": "model.verdict",
    "Config": "config",
    "ConfigError": "errors",
    "Context": "extension",
    "Counted": "model.measurement",
    "Element": "markup",
    "Evidence": "model.evidence",
    "FileShare": "model.measurement",
    "Finding": "model.measurement",
    "FindingsReport": "model.findings",
    "Gap": "model.evidence",
    "Gate": "model.policy",
    "GateResult": "model.verdict",
    "Issue": "model.findings",
    "IssueSeverity": "model.findings",
    "Issues": "model.issues",
    "Margin": "model.verdict",
    "Measure": "extension",
    "Measurement": "model.measurement",
    "Metric": "model.measurement",
    "OnMissing": "model.policy",
    "Outcome": "model.verdict",
    "PluginError": "errors",
    "Policy": "model.policy",
    "QualityGateError": "errors",
    "QuarantineRecord": "model.policy",
    "Reader": "extension",
    "RegisterEntry": "model.measurement",
    "Report": "model.evidence",
    "Reporter": "extension",
    "Run": "pipeline",
    "Severity": "model.policy",
    "Source": "model.evidence",
    "Style": "extension",
    "Tally": "model.tally",
    "TestCase": "model.evidence",
    "TestOutcome": "model.evidence",
    "TestReport": "model.evidence",
    "Unit": "model.measurement",
    "Verdict": "model.verdict",
    "Waiver": "model.policy",
    "by_labels": "model.evidence",
    "check": "pipeline",
    "elements": "markup",
    "evaluate": "evaluation",
    "json_document": "jsontext:document",
    "load_config": "pipeline",
    "root_element": "recognition",
}

__all__ = [
    "Better",
    "BeyondCalendar",
    "Bound",
    "BusinessCalendar",
    "CannotReadReport",
    "Changes",
    "Combine",
    "Condition",
    "ConditionResult",
    "Config",
    "ConfigError",
    "Context",
    "Counted",
    "Element",
    "Evidence",
    "FileShare",
    "Finding",
    "FindingsReport",
    "Gap",
    "Gate",
    "GateResult",
    "Issue",
    "IssueSeverity",
    "Issues",
    "Margin",
    "Measure",
    "Measurement",
    "Metric",
    "OnMissing",
    "Outcome",
    "PluginError",
    "Policy",
    "QualityGateError",
    "QuarantineRecord",
    "Reader",
    "RegisterEntry",
    "Report",
    "Reporter",
    "Run",
    "Severity",
    "Source",
    "Style",
    "Tally",
    "TestCase",
    "TestOutcome",
    "TestReport",
    "Unit",
    "Verdict",
    "Waiver",
    "by_labels",
    "check",
    "elements",
    "evaluate",
    "json_document",
    "load_config",
    "root_element",
]

if TYPE_CHECKING:
    from qualitygate.config import Config
    from qualitygate.errors import BeyondCalendar, CannotReadReport, ConfigError, PluginError, QualityGateError
    from qualitygate.evaluation import evaluate
    from qualitygate.extension import Context, Measure, Reader, Reporter, Style
    from qualitygate.jsontext import document as json_document
    from qualitygate.markup import Element, elements
    from qualitygate.model.changes import Changes
    from qualitygate.model.evidence import Evidence, Gap, Report, Source, TestCase, TestOutcome, TestReport, by_labels
    from qualitygate.model.findings import FindingsReport, Issue, IssueSeverity
    from qualitygate.model.issues import Issues
    from qualitygate.model.measurement import (
        Better,
        Combine,
        Counted,
        FileShare,
        Finding,
        Measurement,
        Metric,
        RegisterEntry,
        Unit,
    )
    from qualitygate.model.policy import Bound, Condition, Gate, OnMissing, Policy, QuarantineRecord, Severity, Waiver
    from qualitygate.model.tally import Tally
    from qualitygate.model.verdict import ConditionResult, GateResult, Margin, Outcome, Verdict
    from qualitygate.pipeline import Run, check, load_config
    from qualitygate.recognition import root_element
    from qualitygate.support.calendar import BusinessCalendar


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'qualitygate' has no attribute {name!r}") from None
    module, _, known_there = home.partition(":")
    return getattr(import_module(f"qualitygate.{module}"), known_there or name)

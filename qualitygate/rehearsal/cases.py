"""Cases for a policy as people write them: what is given, as of when, and what must come out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from fractions import Fraction
from typing import Any

from qualitygate.codec import instant
from qualitygate.config import Config
from qualitygate.config.inheritance import read_layer
from qualitygate.config.quantity import quantity
from qualitygate.config.schema import check
from qualitygate.config.schemas import schema
from qualitygate.errors import ConfigError, Problem
from qualitygate.model.measurement import Measurement, Metric
from qualitygate.model.verdict import Outcome
from qualitygate.nearest import near
from qualitygate.values import dataclass
from qualitygate.yamltext import Document, Path

VERDICT = "verdict"
"""What a case calls the whole."""
WORDS = {outcome.name.lower().replace("_", "-"): outcome for outcome in Outcome}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCase:
    """One case. ``evidence`` has globs by the name of the entry, else ``measurements`` are given.

    ``expected`` has an outcome for what it names: ``verdict``, a gate, a condition by its id, or ``ID [label=value]``,
    one of its results.
    """

    name: str
    path: str
    line: int
    now: datetime
    gates: tuple[str, ...]
    expected: Mapping[str, Outcome]
    measurements: tuple[Measurement, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] | None = field(default=None)


def cases(path: str, config: Config) -> list[PolicyCase]:
    """The cases of a file. Raises :class:`~qualitygate.errors.ConfigError` with every problem in it."""
    document = read_layer(path, os.path.relpath(path)).document
    problems = check(document, schema("policy-tests"))
    if problems:
        raise ConfigError(problems)
    reading = _Reading(document, config, os.path.dirname(os.path.abspath(path)))
    found = [reading.case(each, ("cases", number)) for number, each in enumerate(document.data["cases"])]
    if reading.problems:
        raise ConfigError(reading.problems)
    return found


class _Reading:
    """One file of cases held against the policy that they are about."""

    def __init__(self, document: Document, config: Config, folder: str) -> None:
        self.document = document
        self.config = config
        self.folder = folder
        self.problems: list[Problem] = []
        self.metrics = {each.metric.name: each.metric for gate in config.policy.gates for each in gate.conditions}

    def wrong(self, slug: str, message: str, path: Path, known: Any = ()) -> None:
        """Note a problem; where something is named that is not there, with what was probably meant."""
        name = str(path[-1])
        close = near(name, known, 1) if known else []
        way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}" if known else ""
        self.problems.append(self.document.problem(slug, message, path, help=way_out))

    def case(self, data: Mapping[str, Any], path: Path) -> PolicyCase:
        gates = [gate.name for gate in self.config.policy.gates]
        picked = tuple(data.get("gates", ()))
        for number, name in enumerate(picked):
            if name not in gates:
                self.wrong("unknown-gate", f"there is no gate {name!r}", (*path, "gates", number), gates)
        if ("measurements" in data) is ("evidence" in data):
            self.wrong("policy-test", "give a case measurements or evidence, one of them", path)
        return PolicyCase(
            name=data["name"],
            path=self.document.file,
            line=self.document.line(path),
            now=self._now(data["now"], (*path, "now")),
            gates=picked,
            expected=dict(self._expected(data["expect"], (*path, "expect"))),
            measurements=tuple(
                self._measurement(each, (*path, "measurements", number))
                for number, each in enumerate(data.get("measurements", ()))
            ),
            evidence=self._evidence(data["evidence"], (*path, "evidence")) if "evidence" in data else None,
        )

    def _now(self, written: str, path: Path) -> datetime:
        try:
            return instant(written)
        except ValueError as error:
            self.wrong("policy-test", f"{error}; write it like 2026-11-22T09:00:00Z", path)
            return instant("1970-01-01T00:00:00Z")

    def _expected(self, data: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Outcome]]:
        gates = self.config.policy.gates
        known = [VERDICT, *(gate.name for gate in gates), *(each.id for gate in gates for each in gate.conditions)]
        for name, word in data.items():
            plain = name.partition(" [")[0]
            if plain not in known:
                close = near(plain, known, 1)
                way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
                message = f"there is no gate and no condition {plain!r}"
                self.problems.append(
                    self.document.problem("policy-test", message, (*path, name), key=True, help=way_out)
                )
            yield name, WORDS[word]

    def _evidence(self, data: Mapping[str, Any], path: Path) -> Mapping[str, tuple[str, ...]]:
        names = [entry.name for entry in self.config.evidence]
        for name in data:
            if name not in names:
                self.wrong("unknown-evidence", f"there is no evidence {name!r}", (*path, name), names)
        return {
            name: tuple(self._from_policy(glob) for glob in ([globs] if isinstance(globs, str) else globs))
            for name, globs in data.items()
        }

    def _from_policy(self, glob: str) -> str:
        """A glob from the folder of the cases, as one from the policy's folder."""
        whole = os.path.join(self.folder, glob)
        return os.path.relpath(whole, os.path.abspath(self.config.base_dir)).replace(os.sep, "/")

    def _measurement(self, data: Mapping[str, Any], path: Path) -> Measurement:
        name = data["metric"]
        metric = self.metrics.get(name)
        if metric is None:
            path = (*path, "metric")
            close = near(name, self.metrics, 1)
            way_out = f"; did you mean {close[0]!r}?" if close else ""
            self.wrong("unknown-metric", f"no condition of the policy is on {name!r}{way_out}", path)
            metric = Metric(name=name, noun="", formula="", source="")
        value = numerator = denominator = None
        try:
            value, numerator, denominator = _amount(data.get("value"), metric)
        except (ValueError, ZeroDivisionError) as error:
            self.wrong("quantity", f"value: {error}", (*path, "value"))
        return Measurement(
            metric=metric,
            value=value,
            numerator=numerator,
            denominator=denominator,
            labels={label: str(one) for label, one in data.get("labels", {}).items()},
            at=self._now(data["at"], (*path, "at")) if "at" in data else None,
            examined={"measurements": 1},
            note=data.get("note", "" if value is not None else "the case gives no value"),
        )


def _amount(written: Any, metric: Metric) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """A value with its numerator and denominator: ``1/20`` has both, ``5%`` and ``3`` are values alone."""
    if written is None:
        return None, None, None
    above, slash, below = str(written).partition("/")
    if slash and above.strip().isdecimal() and below.strip().isdecimal():
        return Fraction(int(above), int(below)), Fraction(int(above)), Fraction(int(below))
    return quantity(written, metric.unit), None, None

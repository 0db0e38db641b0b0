"""The one door: readers, measures and reporters by name, from entry points.

Our own entry points are read from our distribution's metadata, which is one small file; all other distributions are
scanned only when a name is asked for that ours does not register, because a scan costs more than a whole check where
many packages are installed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from qualitygate.errors import PluginError, QualityGateError
from qualitygate.extension import Measure, Reader, Reporter, Style
from qualitygate.model.evidence import Report
from qualitygate.model.measurement import Metric
from qualitygate.model.verdict import Verdict
from qualitygate.nearest import near

READERS, MEASURES, REPORTERS = "qualitygate.readers", "qualitygate.measures", "qualitygate.reporters"
COMMONEST = "junit"
"""The reader that is asked first, so that the commonest report costs the loading of no other reader."""
_DISTRIBUTION = "qualitygate_ci-"
_TYPES = {READERS: Reader, MEASURES: Measure, REPORTERS: Reporter}


def reader(name: str) -> Reader:
    """The reader of that name. Raises :class:`~qualitygate.errors.PluginError`."""
    found: Reader = _load(READERS, name)
    return found


def kind_of(report: Report) -> str | None:
    """The kind of evidence the reader of a report gives, ``None`` where that may be any.

    What no reader read is what a test session told itself.
    """
    return reader(report.source.reader).kind if report.source.reader else "tests"


def measure(name: str) -> Measure:
    """The measure of that name. Raises :class:`~qualitygate.errors.PluginError`."""
    found: Measure = _load(MEASURES, name)
    return found


def reporter(name: str) -> Reporter:
    """The reporter of that name. Raises :class:`~qualitygate.errors.PluginError`."""
    found: Reporter = _load(REPORTERS, name)
    return found


def metric(name: str) -> Metric | None:
    """The catalogue entry of that name, ``None`` where no measure has it."""
    subject = name.partition(".")[0]
    if not has(MEASURES, subject):
        return None
    return next((metric for metric in measure(subject).metrics if metric.name == name), None)


def metrics() -> list[Metric]:
    """The whole catalogue, every measure's metrics, by name."""
    return sorted(
        (metric for name in names(MEASURES) for metric in measure(name).metrics), key=lambda metric: metric.name
    )


def names(group: str) -> list[str]:
    """All names in a group, our own first, in the order they are registered in."""
    return list(dict.fromkeys([*_own(group), *_installed(group)]))


def render(name: str, verdict: Verdict, style: Style) -> str:
    """A verdict as the reporter of that name tells it. Raises :class:`~qualitygate.errors.PluginError`."""
    with blaming(REPORTERS, name):
        return reporter(name).render(verdict, style)


def has(group: str, name: str) -> bool:
    """Whether a group has that name."""
    return name in _own(group) or name in _installed(group)


@contextmanager
def blaming(group: str, name: str) -> Iterator[None]:
    """What a stranger's plug-in raises becomes a :class:`~qualitygate.errors.PluginError`; what ours raise is a bug."""
    try:
        yield
    except QualityGateError:
        raise
    except (Exception, SystemExit) as error:
        if name in _own(group):
            raise
        kind = group.rpartition(".")[2][:-1]
        raise PluginError(f"the {kind} {name!r} broke: {type(error).__name__}: {error}") from error


def reader_for(head: bytes) -> tuple[str, Reader] | None:
    """The reader that recognises the first bytes of a file: ours are asked first, strangers' after."""
    own = sorted(_own(READERS), key=lambda name: name != COMMONEST)
    return next(_recognising(own, head), None) or next(
        _recognising([name for name in _installed(READERS) if name not in own], head), None
    )


def _recognising(candidates: Any, head: bytes) -> Iterator[tuple[str, Reader]]:
    for name in candidates:
        candidate = reader(name)
        with blaming(READERS, name):
            recognised = candidate.recognises(head)
        if recognised:
            yield name, candidate


@cache
def _load(group: str, name: str) -> Any:
    target = _own(group).get(name) or _installed(group).get(name)
    kind = group.rpartition(".")[2][:-1]
    if target is None:
        close = near(name, names(group), 1)
        raise PluginError(
            f"there is no {kind} called {name!r}"
            + (f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(names(group))}")
        )
    module, _, attribute = target.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except Exception as error:
        raise PluginError(
            f"the {kind} {name!r} ({target}) cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(found, _TYPES[group]):
        raise PluginError(
            f"the {kind} {name!r} ({target}) is a {type(found).__name__}, not a qualitygate.{_TYPES[group].__name__}"
        )
    return found


@cache
def _own(group: str) -> Mapping[str, str]:
    return _own_entry_points().get(group) or _installed(group)


@cache
def _own_entry_points() -> Mapping[str, Mapping[str, str]]:
    """What our distribution's ``entry_points.txt`` says; empty where there is none (a zip, an odd installer)."""
    for folder in sys.path:
        try:
            found = next(
                (
                    name
                    for name in os.listdir(folder or ".")
                    if name.startswith(_DISTRIBUTION) and name.endswith(".dist-info")
                ),
                None,
            )
            if found is None:
                continue
            with open(os.path.join(folder, found, "entry_points.txt"), encoding="utf-8") as file:
                return _parse(file.read())
        except OSError:
            continue
    return {}


def _parse(text: str) -> Mapping[str, Mapping[str, str]]:
    """The entry-points format: an INI file of ``[group]`` and ``name = module:attribute``.

    https://packaging.python.org/specifications/entry-points/
    """
    groups: dict[str, dict[str, str]] = {}
    group = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("["):
            group = line.strip("[]")
        else:
            name, _, target = line.partition("=")
            groups.setdefault(group, {})[name.strip()] = target.strip()
    return groups


@cache
def _installed(group: str) -> Mapping[str, str]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - costs four times an empty Python start

    return {point.name: point.value for point in entry_points(group=group)}

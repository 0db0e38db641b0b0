"""Writing what a run found to the files that were asked for: each whole or not at all, and never over what was read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from stat import S_ISREG

from qualitygate import registry
from qualitygate.config import Config
from qualitygate.errors import ConfigError, Problem
from qualitygate.extension import Style
from qualitygate.model.evidence import Evidence, Gap, Report
from qualitygate.pipeline import Run
from qualitygate.sources import matches

SNAPSHOT = "snapshot"
"""The one format that is made of the evidence, not of the verdict."""

Target = tuple[str, str]
"""A format and the path of the file to write."""


def _known(name: str) -> None:
    if name != SNAPSHOT:
        registry.reporter(name)


def target(text: str, option: str, known: Callable[[str], None] = _known) -> Target:
    """The target that ``FORMAT=PATH`` names; ``known`` refuses a format, by default what is none of a verdict.

    Raises :class:`~qualitygate.errors.QualityGateError`.
    """
    name, separator, path = (part.strip() for part in text.partition("="))
    if not (name and separator and path):
        raise ConfigError([Problem("usage", f"{option} {text} is not of the form FORMAT=PATH")])
    known(name)
    return name, path


def wants_names(targets: Sequence[Target]) -> bool:
    """Whether the names of passing tests are needed."""
    return any(name == SNAPSHOT for name, _ in targets)


def refuse_collisions(targets: Sequence[Target], config: Config, inputs: Iterable[str]) -> None:
    """Refuse to write two outputs to one file, or over the policy, the baseline or the evidence."""
    read = _inputs(config, inputs)
    for entry in config.evidence:
        for pattern in entry.files:
            for name in matches(pattern, config.base_dir):
                read[os.path.realpath(os.path.join(config.base_dir, name))] = f"is evidence of {entry.name}"
    _refuse(targets, read)


def refuse_inputs(evidence: Target, config: Config, inputs: Iterable[str]) -> None:
    """Refuse to write evidence over the policy or what else is read; over evidence it may be written, to renew it."""
    _refuse([evidence], _inputs(config, inputs))


def _inputs(config: Config, inputs: Iterable[str]) -> dict[str, str]:
    """The files of the policy and what is named besides, each with why it is not to be written over."""
    named = (*(place.file for place in config.places.values()), *inputs)
    return {os.path.realpath(path): "is read by this run" for path in named}


def _refuse(targets: Iterable[Target], read: dict[str, str]) -> None:
    for name, path in targets:
        real = os.path.realpath(path)
        if real in read:
            raise ConfigError([Problem("output", f"{name} would be written over it, but it {read[real]}", file=path)])
        if os.path.isfile(real) or not os.path.exists(real):
            read[real] = f"is the output for {name} too"


def write_all(run: Run, targets: Sequence[Target], style: Style) -> None:
    """Write every target. Raises :class:`~qualitygate.errors.ConfigError` where one cannot be written."""
    for name, path in targets:
        write(path, _snapshot(run) if name == SNAPSHOT else [registry.render(name, run.verdict, style)])


def _snapshot(run: Run) -> Iterable[str]:
    from qualitygate.snapshot import dump, holds  # noqa: PLC0415 - few runs write one

    return dump(item if holds(item) else _left_out(item) for item in run.evidence)


def _left_out(item: Evidence) -> Gap:
    """Instead of evidence that a snapshot cannot hold: it is missed by name, not forgotten."""
    source = item.source if isinstance(item, Report) else None
    return Gap(
        slug="missing",
        source=source.name if source else type(item).__name__,
        expected="",
        found="is of a kind that snapshots do not hold; give the file itself to the job that judges it",
        labels=item.labels,
        kind=registry.reader(source.reader).kind if source and source.reader else None,
    )


def write(path: str, parts: Iterable[str]) -> None:
    """Write a file whole or not at all; a link is followed, and a device or pipe is written to, never replaced."""
    path = os.path.realpath(path)
    try:
        if os.path.exists(path) and not S_ISREG(os.stat(path).st_mode):
            _write(path, parts)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        unfinished = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}")
        try:
            _write(unfinished, parts)
            os.replace(unfinished, path)
        finally:
            if os.path.exists(unfinished):
                os.unlink(unfinished)
    except OSError as error:
        raise ConfigError([Problem("output", f"cannot be written: {error.strerror}", file=path)]) from error


def _write(path: str, parts: Iterable[str]) -> None:
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines(parts)

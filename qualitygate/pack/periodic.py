"""The report of the period that a pack is of, in every language, made from what is packed alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from qualitygate import periodreport
from qualitygate.config import Config
from qualitygate.language import ENGLISH, LANGUAGES
from qualitygate.model.period import Period, named
from qualitygate.pack.manifest import Packed, PackRequest
from qualitygate.pack.told import Told
from qualitygate.periodreport.making import of_run
from qualitygate.periodreport.report import Input, Written
from qualitygate.pipeline import Run

_SHIPPED = "builtin:"


def reports(
    config: Config, run: Run, asked: PackRequest, told: Told, files: Mapping[str, Packed], version: str
) -> Iterator[tuple[str, str]]:
    """The report as Markdown in every language, as JSON and as CSV, each by its name.

    Nothing for what is no period, or not the one that was judged. There is no page of it: its plots are of a
    library whose next version may draw them otherwise, and then it could not be made again byte for byte.
    """
    of = of_moment(asked.period or "", run.verdict.at, so_far=asked.so_far)
    if of is None:
        return
    judged = {gate.name for gate in run.verdict.gates}
    gates = tuple(gate for gate in config.policy.gates if gate.name in judged)
    judging = replace(config, policy=replace(config.policy, gates=gates))
    home = os.path.abspath(config.base_dir)
    made = of_run(
        judging,
        of,
        run,
        now=run.verdict.at,
        inputs=tuple(_inputs(config, told, files)),
        places={
            path: Written(file=each.file if each.file.startswith(_SHIPPED) else near(each.file, home), line=each.line)
            for path, each in config.places.items()
        },
    )
    made = replace(made, version=version)
    for lang in LANGUAGES:
        yield f"reports/period.{lang}.md", periodreport.render("markdown", made, lang)
    yield "reports/period.json", periodreport.render("json", made, ENGLISH)
    yield "reports/period.csv", periodreport.render("csv", made, ENGLISH)


def of_moment(name: str, at: datetime, *, so_far: bool) -> Period | None:
    """The period of a name whose end was judged or, where it is told ``so_far``, in which the moment lies."""
    try:
        period = named(name, at)
    except ValueError:
        return None
    return period if (at in period if so_far else at == period.end) else None


def near(path: str, home: str) -> str:
    """A path from the policy's folder."""
    return os.path.relpath(os.path.abspath(path), home).replace(os.sep, "/")


def _inputs(config: Config, told: Told, files: Mapping[str, Packed]) -> Iterator[Input]:
    """The files of the evidence as they are packed, in the order of the policy."""
    for entry in config.evidence:
        for each in told.evidence.get(entry.name, ()):
            packed = files.get(each.file) if each.file else None
            digest, size = (packed.sha256, packed.size) if packed else (None, 0)
            yield Input(entry=entry.name, name=each.name, sha256=digest, size=size)

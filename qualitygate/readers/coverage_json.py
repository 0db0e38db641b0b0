"""coverage.py's JSON report, as ``coverage json`` writes it.

Defined by https://github.com/nedbat/coveragepy/blob/main/coverage/jsonreport.py: by file the lines that ran and that
did not, with ``--branch`` the branches, since 7.6 the functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import document, looks_like_json, mapping, moment, whole
from qualitygate.model.coverage import CoverageReport, Share
from qualitygate.model.evidence import Source
from qualitygate.model.marking import FileMarking, Marking

SUMMARY = {"line": ("covered_lines", "num_statements"), "branch": ("covered_branches", "num_branches")}
"""What a summary tells of each kind."""
_META = re.compile(r'\{\s*"meta"\s*:\s*\{[^{}]*"branch_coverage"\s*:')


def recognises(head: bytes) -> bool:
    """Whether it begins with ``meta`` and says whether branches were measured."""
    return bool(_META.match(looks_like_json(head, "{")))


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one report; its totals are claims."""
    told = mapping(document(source))
    meta, files = told.get("meta"), told.get("files")
    if not isinstance(meta, dict) or not isinstance(files, dict):
        raise CannotReadReport("unrecognised", "is JSON without the meta and files of coverage.py")
    marking = Marking(source)
    for path, file in files.items():
        _file(mapping(file), marking.file(path))
    at = moment(meta.get("timestamp"), source.rules.zone)
    totals = _summary(mapping(told.get("totals")))
    yield marking.report(at=at, totals=totals, claimed=totals)


READER = Reader(kind="coverage", recognises=recognises, read=read)


def _file(told: Mapping[str, Any], file: FileMarking) -> None:
    for ran, word in ((True, "executed"), (False, "missing")):
        for line in _numbers(told.get(f"{word}_lines", [])):
            file.line(line, ran=ran)
        for branch in _list(told.get(f"{word}_branches", [])):
            begin, end = _numbers(branch) if len(_list(branch)) == 2 else _numbers(None)
            file.branch(abs(begin), str(end), taken=ran)
    for name, function in mapping(told.get("functions")).items():
        if name:
            file.function(name, ran=bool(_list(mapping(function).get("executed_lines"))))
    for kind, share in _summary(mapping(told.get("summary"))).items():
        file.total(kind, share)


def _summary(told: Mapping[str, Any]) -> dict[str, Share]:
    found = {kind: (whole(told.get(covered)), whole(told.get(total))) for kind, (covered, total) in SUMMARY.items()}
    return {kind: share for kind, share in found.items() if share[1]}


def _numbers(value: Any) -> list[int]:
    numbers = _list(value)
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        raise CannotReadReport("malformed", "has something else than numbers in a list of lines")
    return numbers


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CannotReadReport("malformed", "has something else in the place of a list of lines or branches")
    return value

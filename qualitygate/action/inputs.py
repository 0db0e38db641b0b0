"""What a workflow gives the action, parsed once, strictly, every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from qualitygate.baseline import SNAPSHOT
from qualitygate.errors import ConfigError, Problem
from qualitygate.language import LANGUAGES
from qualitygate.model.verdict import FailOn
from qualitygate.nearest import near
from qualitygate.posting import CHANNELS
from qualitygate.publication import CommentMode
from qualitygate.values import dataclass

_SWITCH = {"true": True, "false": False}
_FAIL_ON = {each.value: each for each in FailOn}
_MODES = {each.value: each for each in CommentMode}
_LANGUAGES = {lang: lang for lang in LANGUAGES}
_NAMES = {name: name for name in CHANNELS}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The inputs of ``action.yml``, by the names they have there.

    ``to`` are the channels; ``baseline`` is the name of the artifact that holds the base branch's snapshot; ``folder``
    is the working directory; ``lang`` is empty where the environment or the policy says the language.
    """

    config: str | None
    gate: tuple[str, ...]
    reports: tuple[str, ...]
    folder: str
    fail_on: FailOn
    to: tuple[str, ...]
    comment: CommentMode
    annotations: bool
    summary: bool
    name: str
    baseline: str
    token: str
    lang: str


def read(environ: Mapping[str, str]) -> Inputs:
    """The inputs, from variables called ``INPUT_NAME``. Raises :class:`~qualitygate.errors.ConfigError`."""
    given = {name: environ.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip() for name in DEFAULTS}
    written = {name: value or DEFAULTS[name] for name, value in given.items()}
    problems: list[Problem] = []
    config, gate, folder = written["config"], _listed(written["gate"], ",\n"), written["working-directory"]
    found = Inputs(
        config=config or None,
        gate=gate,
        reports=_listed(written["reports"], "\n"),
        folder=folder,
        fail_on=_one("fail-on", written["fail-on"], _FAIL_ON, problems),
        to=tuple(_one("to", each, _NAMES, problems) for each in _listed(written["to"], ",\n")),
        comment=_one("comment", written["comment"], _MODES, problems),
        annotations=_one("annotations", written["annotations"].lower(), _SWITCH, problems),
        summary=_one("summary", written["summary"].lower(), _SWITCH, problems),
        name=written["name"] or _name(config, gate, folder),
        baseline=written["baseline"],
        token=written["token"],
        lang=written["lang"] and _one("lang", written["lang"], _LANGUAGES, problems),
    )
    if problems:
        raise ConfigError(problems)
    return found


DEFAULTS: Mapping[str, str] = {
    "config": "",
    "gate": "",
    "reports": "",
    "working-directory": ".",
    "fail-on": FailOn.NO_DATA.value,
    "to": "check,comment",
    "comment": CommentMode.ON_PROBLEM.value,
    "annotations": "true",
    "summary": "true",
    "name": "",
    "baseline": SNAPSHOT,
    "token": "",
    "lang": "",
}
"""Every input that reaches Python, with what it is where nobody sets it; ``action.yml`` says the same."""


def _name(config: str, gate: Iterable[str], folder: str) -> str:
    """The name of the check: no step with other inputs has it. Jobs of a matrix must be told apart by ``name``."""
    about = " ".join(filter(None, ["" if folder == "." else folder, config]))
    return "qualitygate" + (f" ({about})" if about else "") + (f": {', '.join(gate)}" if gate else "")


def _listed(written: str, separators: str) -> tuple[str, ...]:
    for separator in separators:
        written = written.replace(separator, "\n")
    return tuple(dict.fromkeys(filter(None, map(str.strip, written.split("\n")))))


def _one(name: str, written: str, known: Mapping[str, _T], problems: list[Problem]) -> _T:
    if written not in known:
        close = near(written, known, 1)
        way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
        problems.append(Problem("usage", f"the input {name} cannot be {written!r}", help=way_out))
    return known.get(written, next(iter(known.values())))

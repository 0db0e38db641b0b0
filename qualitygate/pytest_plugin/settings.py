"""What a session is judged by: the options and ini options, checked before any test runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import pytest

from qualitygate import registry
from qualitygate.codec import instant
from qualitygate.config import NAMES, Config
from qualitygate.errors import ConfigError, Problem, QualityGateError
from qualitygate.git import default_base
from qualitygate.language import ENGLISH, chosen
from qualitygate.outputs import refuse_collisions, target
from qualitygate.pipeline import load_config
from qualitygate.pytest_plugin.cases import Wording
from qualitygate.pytest_plugin.suites import Suites
from qualitygate.values import dataclass

THE_SESSION = "the pytest session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that is known before the session runs.

    ``now`` is ``None`` for the clock. ``outputs`` are formats with the files to write. ``source`` is the name that the
    session's evidence goes by. ``base`` has the branches to compare changed code with. ``decides`` lets a passed gate
    end a session with failed tests as a success.
    """

    policy: Config
    suites: Suites
    wording: Wording
    source: str
    gates: tuple[str, ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    baseline: str | None = None
    base: tuple[str, ...] = ()
    now: datetime | None = None
    decides: bool = False
    verbose: bool = False
    lang: str = ENGLISH


def settings(config: pytest.Config) -> Settings:
    """The settings of a session. Raises :class:`pytest.UsageError` with every problem and the way out."""
    try:
        return _settings(config)
    except QualityGateError as error:
        raise pytest.UsageError(*problems(error)) from error


def problems(error: QualityGateError) -> list[str]:
    """An error as lines: where, what, the way out."""
    if isinstance(error, ConfigError):
        return [f"qualitygate: {problem} [{problem.slug}]" for problem in error.problems]
    return [f"qualitygate: {error} [{error.slug}]"]


def _settings(config: pytest.Config) -> Settings:
    path = _policy_file(config)
    policy = load_config(path)
    gates = tuple(_chosen(config, "qualitygate_gate"))
    _refuse_unknown("gate", gates, [gate.name for gate in policy.policy.gates])
    baseline = _path(config, "qualitygate_baseline")
    if baseline and not os.path.isfile(baseline):
        raise _usage(f"there is no baseline {baseline}", "write one with --qualitygate-output snapshot=FILE")
    outputs = _outputs(config)
    refuse_collisions(outputs, policy, [path, *([baseline] if baseline else [])])
    return Settings(
        policy=policy,
        suites=_suites(config, policy),
        wording=Wording.of(config),
        source=_source(config, policy.base_dir),
        gates=gates,
        outputs=outputs,
        baseline=baseline,
        base=(base,) if (base := _chosen(config, "qualitygate_base")) else default_base(os.environ),
        now=_now(config.getoption("qualitygate_now")),
        decides=bool(_chosen(config, "qualitygate_decides")),
        verbose=config.get_verbosity() > 0,
        lang=chosen(None, os.environ, policy.lang),
    )


def _chosen(config: pytest.Config, name: str) -> Any:
    """The option where it is given, else the ini option."""
    given = config.getoption(name)
    return config.getini(name) if given is None else given


def _path(config: pytest.Config, name: str) -> str | None:
    """A file that an option names from where pytest was called, or an ini option from the root folder."""
    if given := config.getoption(name):
        return os.path.join(config.invocation_params.dir, given)
    written = config.getini(name)
    return os.path.join(config.rootpath, written) if written else None


def _policy_file(config: pytest.Config) -> str:
    path = _path(config, "qualitygate")
    if path is None:
        names = (os.path.join(config.rootpath, name) for name in NAMES)
        path = next((name for name in names if os.path.isfile(name)), None)
    if path is None:
        raise _usage(f"there is no qualitygate.yml in {config.rootpath}", "write one, or name it: --qualitygate=FILE")
    if not os.path.isfile(path):
        raise _usage(
            f"there is no policy file {path}", "name it as --qualitygate=FILE, or write the tests to run first"
        )
    return path


def _suites(config: pytest.Config, policy: Config) -> Suites:
    entries = tuple(
        entry.name for entry in policy.evidence if entry.reader is None or registry.reader(entry.reader).kind == "tests"
    )
    if not entries:
        raise _usage(
            f"{policy.policy.name} declares no evidence that tests could be", "add an entry for them under evidence:"
        )
    all_in = _chosen(config, "qualitygate_suite") or None
    pairs = [_pair(line, "qualitygate_suites", "PATH = NAME") for line in config.getini("qualitygate_suites")]
    _refuse_unknown("evidence entry", [*([all_in] if all_in else []), *(name for _, name in pairs)], entries)
    return Suites(
        entries=entries, all_in=all_in, paths={path.strip("/").removeprefix("./"): name for path, name in pairs}
    )


def _outputs(config: pytest.Config) -> tuple[tuple[str, str], ...]:
    given = config.getoption("qualitygate_output")
    folder = config.rootpath if given is None else config.invocation_params.dir
    targets = [target(output, "qualitygate-output") for output in _chosen(config, "qualitygate_output")]
    return tuple((name, os.path.join(folder, path)) for name, path in targets)


def _source(config: pytest.Config, base_dir: str) -> str:
    """The JUnit report that pytest writes of the same session, where it does, as the policy would name it."""
    path = config.getoption("xmlpath", None)
    return os.path.relpath(path, base_dir).replace(os.sep, "/") if path else THE_SESSION


def _now(text: str | None) -> datetime | None:
    try:
        return instant(text) if text else None
    except ValueError as error:
        raise _usage(f"--qualitygate-now: {error}", "write it like 2026-11-22T09:00:00Z") from error


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    key, separator, value = (part.strip() for part in text.partition("="))
    if not (key and separator and value):
        raise _usage(f"{option}: {text!r} is not of the form {form}")
    return key, value


def _refuse_unknown(noun: str, names: Iterable[str], known: Sequence[str]) -> None:
    """A name that the policy does not have must not judge nothing."""
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, 1)
            raise _usage(
                f"the policy has no {noun} {name!r}",
                f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}",
            )


def _usage(message: str, help: str = "") -> ConfigError:
    return ConfigError([Problem("usage", message, help=help)])

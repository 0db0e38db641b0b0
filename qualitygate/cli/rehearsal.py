"""``policy test`` and ``policy simulate``: a policy tried out before it counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from qualitygate import pipeline
from qualitygate.cli.options import config_options, format_option, gates_option, load, now_option
from qualitygate.codec import instant
from qualitygate.config.quantity import duration
from qualitygate.errors import ConfigError, Problem
from qualitygate.exits import MET, NO_DATA, NOT_MET

CASES = ("qualitygate.test.yml", "quality/policy-tests.yml")
"""Where the cases of a policy are looked for, from its folder."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False), metavar="[CASES]...")
@config_options
@format_option("text", "json")
def test(paths: Sequence[str], config_path: str | None, base_dir: str | None, format_name: str) -> int:
    """Try the policy on cases that are written down: what is given, as of when, what must come out.

    Without CASES they are those of qualitygate.test.yml or quality/policy-tests.yml. Exits 1 where something else
    comes out.
    """
    from qualitygate.rehearsal.cases import cases  # noqa: PLC0415 - other commands of policy try nothing out
    from qualitygate.rehearsal.telling import TRIAL_FORMATS, Trial  # noqa: PLC0415
    from qualitygate.rehearsal.trial import never_blocked, tried  # noqa: PLC0415

    config = load(config_path, base_dir)
    found = tried(config, [case for path in _cases(paths, config.base_dir) for case in cases(path, config)])
    trial = Trial(tried=found, never_blocked=never_blocked(config, found))
    click.echo(TRIAL_FORMATS[format_name](trial).encode("utf-8", "backslashreplace"), nl=False)
    return NOT_MET if any(each.misses for each in found) else MET


def _cases(paths: Sequence[str], folder: str) -> Sequence[str]:
    there = [path for path in (os.path.join(folder, name) for name in CASES) if os.path.isfile(path)]
    if not paths and not there:
        message = f"there are no cases: neither {' nor '.join(CASES)}"
        raise ConfigError([Problem("no-file", message, help="write some, or name them")])
    return paths or [os.path.relpath(path) for path in there]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True), metavar="KEPT...")
@click.option("--policy", "policy_path", required=True, type=click.Path(), metavar="PATH", help="The policy to try.")
@click.option("--since", metavar="WHEN", help="Leave out what is older: 90d before now, or a day like 2026-09-01.")
@gates_option("These gates; default: those judged then.")
@click.option("--exit-code", is_flag=True, help="Exit 1 where something that did not block would.")
@format_option("text", "json")
@now_option
def simulate(
    paths: Sequence[str],
    policy_path: str,
    since: str | None,
    gate_names: Sequence[str],
    exit_code: bool,
    format_name: str,
    now: datetime,
) -> int:
    """Tell what another policy would have made of KEPT evidence packs and verdicts: files, or folders of them.

    Exits 3 where there is nothing to judge, or nothing of it can be.
    """
    from qualitygate.rehearsal.past import rejudged  # noqa: PLC0415 - zipfile and hashlib cost the others dear
    from qualitygate.rehearsal.telling import PAST_FORMATS, sorted_out, worse  # noqa: PLC0415

    config = pipeline.load_config(policy_path)
    for name in gate_names:
        if name not in [gate.name for gate in config.policy.gates]:
            raise ConfigError([Problem("unknown-gate", f"there is no gate {name!r} in {config.policy.name}")])
    earliest = _since(since, now) if since else None
    found = [each for path in _files(paths) if (each := rejudged(path, config, gate_names, earliest)) is not None]
    found.sort(key=lambda each: (each.at or datetime.min.replace(tzinfo=UTC), each.path))
    if not found:
        click.echo("nothing is kept of that time, so nobody can tell")
        return NO_DATA
    click.echo(PAST_FORMATS[format_name](found).encode("utf-8", "backslashreplace"), nl=False)
    if len(sorted_out(found)["not_judged"]) == len(found):
        return NO_DATA
    return NOT_MET if exit_code and any(map(worse, found)) else MET


def _files(paths: Sequence[str]) -> list[str]:
    """The files that are named, and those in folders that are."""
    found = []
    for path in paths:
        if os.path.isdir(path):
            found += [
                os.path.join(folder, name)
                for folder, _, names in sorted(os.walk(path))
                for name in sorted(names)
                if name.endswith((".zip", ".json"))
            ]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _since(written: str, now: datetime) -> datetime:
    try:
        if "-" in written:
            return instant(f"{written}T00:00:00Z" if len(written) == len("2026-09-01") else written)
        return now - timedelta(seconds=float(duration(written)))
    except (ValueError, OverflowError) as error:
        message = f"--since {written}: {error}"
        raise ConfigError([Problem("usage", message, help="write it like 90d or 2026-09-01")]) from error

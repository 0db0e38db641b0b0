"""``doctor``: check what can be checked before the gate is relied on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import click

from qualitygate.cli.options import config_options, format_option, now_option
from qualitygate.config import Config, find_config
from qualitygate.doctor import project
from qualitygate.doctor.checkup import Checkup, Health
from qualitygate.doctor.telling import FORMATS
from qualitygate.errors import CannotUseGitHub, ConfigError
from qualitygate.exits import MET, NOT_MET


@click.command()
@config_options
@click.option(
    "--repo",
    "repository",
    metavar="OWNER/NAME",
    help="The repository on GitHub; default: GITHUB_REPOSITORY, else none.",
)
@click.option("--api-url", metavar="URL", help="The API; default: GITHUB_API_URL, else https://api.github.com.")
@format_option("text", "json")
@now_option
def doctor(
    config_path: str | None,
    base_dir: str | None,
    repository: str | None,
    api_url: str | None,
    format_name: str,
    now: datetime,
) -> int:
    """Check policy, evidence, checkout, clock, and what GitHub lets a token see; say the way out of what is wrong.

    Exits 1 where something is wrong. Nothing is judged, and nothing is written.
    """
    config, found = _policy(config_path, base_dir)
    if config is not None:
        found += project.evidence(config)
        found += project.checkout(config, os.environ)
        found += project.clock(config, now)
    found += _github(repository or os.environ.get("GITHUB_REPOSITORY", ""), api_url, config)
    click.echo(FORMATS[format_name](found).encode("utf-8", "backslashreplace"), nl=False)
    return NOT_MET if any(each.state is Health.WRONG for each in found) else MET


def _policy(config_path: str | None, base_dir: str | None) -> tuple[Config | None, list[Checkup]]:
    try:
        return project.loaded(config_path or find_config(""), base_dir)
    except ConfigError as error:
        way_out = "qualitygate init writes one"
        return None, [Checkup(of="policy", state=Health.WRONG, what=str(error.problems[0].message), help=way_out)]


def _github(repository: str, api_url: str | None, config: Config | None) -> Iterator[Checkup]:
    if repository.count("/") != 1:
        way_out = "name the repository with --repo OWNER/NAME, and set GITHUB_TOKEN"
        yield Checkup(of="github", state=Health.UNKNOWN, what="GitHub was not asked", help=way_out)
        return
    try:
        from qualitygate.doctor.forge import repository as stands  # noqa: PLC0415 - PyGithub costs twenty empty Pythons
        from qualitygate.github.client import Client  # noqa: PLC0415
        from qualitygate.github.environment import access  # noqa: PLC0415

        with Client(access(os.environ, api_url)) as client:
            yield from stands(client, repository, config)
    except ModuleNotFoundError as error:
        what = f"GitHub was not asked: that needs {error.name}"
        yield Checkup(of="github", state=Health.UNKNOWN, what=what, help="pip install 'qualitygate-ci[github]'")
    except CannotUseGitHub as error:
        yield Checkup(of="github", state=Health.WRONG, what=str(error))

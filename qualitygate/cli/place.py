"""Where on GitHub a command works: the options that say so, the client, and the packages it takes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from qualitygate.errors import ConfigError, Problem

if TYPE_CHECKING:
    from qualitygate.github.client import Client

BUDGET = 5_000
"""Calls of one run: what GitHub allows in an hour at most."""
Command = Callable[..., object]


def place_options(command: Command) -> Command:
    """``--repo`` and ``--api-url``."""
    command = click.option(
        "--api-url", metavar="URL", help="The API of GitHub Enterprise Server; default: what CI says, or github.com."
    )(command)
    return click.option("--repo", metavar="OWNER/NAME", help="The repository; default: what CI says.")(command)


def repository_of(given: str | None) -> str:
    """The repository that is named, else the one that CI says. Raises :class:`~qualitygate.errors.ConfigError`."""
    repository = given or os.environ.get("GITHUB_REPOSITORY") or ""
    if repository.count("/") != 1:
        raise ConfigError([Problem("usage", "--repo OWNER/NAME is needed, and nothing else says it")])
    return repository


def client(api_url: str | None) -> Client:
    """A client with the token or the App of the environment."""
    from qualitygate.github.client import Client  # noqa: PLC0415 - PyGithub is slow to load
    from qualitygate.github.environment import access  # noqa: PLC0415

    return Client(replace(access(os.environ, api_url), budget=BUDGET))


def needs(extra: str, packages: tuple[str, ...], what: str) -> None:
    """Refuse to go on without the packages of an extra, by its name."""
    for name in packages:
        if find_spec(name) is None:
            help_ = f"install it with its extras: qualitygate-ci[{extra}]"
            raise ConfigError([Problem("extra", f"{what} need {name}", help=help_)])

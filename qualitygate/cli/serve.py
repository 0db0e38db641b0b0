"""``serve`` and ``worker``: the GitHub App as a server."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from qualitygate.errors import ConfigError, Problem
from qualitygate.exits import MET

if TYPE_CHECKING:
    from qualitygate.server.settings import Settings

DATABASE = "qualitygate.sqlite"
FOLDER = "qualitygate-app"
Command = Callable[..., object]


def _app_options(command: Command) -> Command:
    """``--app-id``, ``--app-folder``, ``--private-key-file`` and ``--api-url``."""
    command = click.option(
        "--api-url",
        envvar=["QUALITYGATE_API_URL", "GITHUB_API_URL"],
        default="https://api.github.com",
        metavar="URL",
        help="The API of GitHub Enterprise Server; default: github.com's.",
    )(command)
    command = click.option(
        "--private-key-file",
        "key_file",
        envvar="QUALITYGATE_PRIVATE_KEY_FILE",
        metavar="FILE",
        help="The App's private key, a PEM file; or its text in QUALITYGATE_PRIVATE_KEY.",
    )(command)
    command = click.option(
        "--app-folder",
        envvar="QUALITYGATE_APP_FOLDER",
        default=FOLDER,
        metavar="FOLDER",
        help=f"Where --setup keeps the App, used where no --app-id is given; default: {FOLDER} here.",
    )(command)
    return click.option("--app-id", envvar="QUALITYGATE_APP_ID", metavar="ID", help="The App's id.")(command)


def _work_options(command: Command) -> Command:
    """``--database`` and ``--threads``."""
    command = click.option(
        "--threads",
        envvar="QUALITYGATE_THREADS",
        type=click.IntRange(0, 64),
        default=4,
        help="How many deliveries to work on at a time. Default: 4.",
    )(command)
    return click.option(
        "--database",
        envvar="QUALITYGATE_DATABASE",
        default=DATABASE,
        metavar="PATH|URL",
        help=f"A file of SQLite, for one process, or postgresql://…; default: {DATABASE} here.",
    )(command)


@click.command()
@click.option("--setup", is_flag=True, help="Have the App registered in a browser first, then go on.")
@click.option("--host", envvar="QUALITYGATE_HOST", default="127.0.0.1", help="Where to listen. Default: 127.0.0.1.")
@click.option(
    "--port", envvar="QUALITYGATE_PORT", type=click.IntRange(0, 65_535), default=8_080, help="Default: 8080; 0: any."
)
@click.option(
    "--webhook-secret-file",
    "secret_file",
    envvar="QUALITYGATE_WEBHOOK_SECRET_FILE",
    metavar="FILE",
    help="The webhook's secret; or its text in QUALITYGATE_WEBHOOK_SECRET.",
)
@click.option(
    "--public-url",
    envvar="QUALITYGATE_PUBLIC_URL",
    metavar="URL",
    help="Where people reach the dashboard, like https://quality.example; without it there is none.",
)
@click.option("--client-id", envvar="QUALITYGATE_CLIENT_ID", metavar="ID", help="The App's client id, to sign in with.")
@click.option(
    "--client-secret-file",
    envvar="QUALITYGATE_CLIENT_SECRET_FILE",
    metavar="FILE",
    help="The App's client secret; or its text in QUALITYGATE_CLIENT_SECRET.",
)
@click.option(
    "--trusted-proxies",
    envvar="QUALITYGATE_TRUSTED_PROXIES",
    default="127.0.0.1,::1",
    metavar="ADDRESSES",
    help="The proxies whose X-Forwarded-For is believed. Default: those on this machine.",
)
@_app_options
@_work_options
def serve(
    setup: bool,
    host: str,
    port: int,
    secret_file: str | None,
    public_url: str | None,
    client_id: str | None,
    client_secret_file: str | None,
    trusted_proxies: str,
    app_id: str | None,
    app_folder: str,
    key_file: str | None,
    api_url: str,
    database: str,
    threads: int,
) -> int:
    """Listen for the webhooks of a GitHub App, and judge what they tell of.

    Each option is an environment variable too: QUALITYGATE_APP_ID and so on. With --threads 0 other processes, on the
    same database of PostgreSQL, do the work. The log goes to standard error, a JSON object a line.
    """
    _needs_extra()
    from qualitygate.server import serving  # noqa: PLC0415 - the web costs as much as thirty empty Pythons
    from qualitygate.server.settings import dashboard, proxies, told  # noqa: PLC0415

    if setup:
        if told(os.environ, app_id, key_file, secret_file):
            raise ConfigError([Problem("usage", "--setup registers a new App, but one is named already")])
        found = serving.register(api_url, app_folder, sys.stderr, _show, host=host, port=port)
        if found is None:
            return MET
        port = found
    known = _settings(app_id, key_file, secret_file, database, threads, api_url, app_folder, listens=True)
    pages = dashboard(
        os.environ,
        client_id=client_id,
        secret_file=client_secret_file,
        public_url=public_url,
        api_url=api_url,
        folder=None if told(os.environ, app_id, key_file, secret_file) else app_folder,
    )
    known = replace(known, dashboard=pages, proxies=proxies(trusted_proxies))
    serving.serve(known, _now, sys.stderr, host=host, port=port)
    return MET


@click.command()
@click.option(
    "--public-url",
    envvar="QUALITYGATE_PUBLIC_URL",
    metavar="URL",
    help="Where people reach the dashboard of serve, to lead them there.",
)
@_app_options
@_work_options
def worker(
    public_url: str | None,
    app_id: str | None,
    app_folder: str,
    key_file: str | None,
    api_url: str,
    database: str,
    threads: int,
) -> int:
    """Work on webhooks that other processes keep in a database of PostgreSQL; any number may, on any machine."""
    _needs_extra()
    from qualitygate.server import serving  # noqa: PLC0415
    from qualitygate.server.settings import elsewhere  # noqa: PLC0415

    if not threads:
        raise ConfigError([Problem("usage", "--threads must be 1 or more: a worker works")])
    known = _settings(app_id, key_file, None, database, threads, api_url, app_folder, listens=False)
    serving.work(replace(known, public_url=elsewhere(public_url)), _now, sys.stderr)
    return MET


def _settings(
    app_id: str | None,
    key_file: str | None,
    secret_file: str | None,
    database: str,
    threads: int,
    api_url: str,
    app_folder: str,
    *,
    listens: bool,
) -> Settings:
    from qualitygate.server.settings import settings  # noqa: PLC0415

    return settings(
        os.environ,
        app_id=app_id,
        key_file=key_file,
        secret_file=secret_file,
        database=database,
        threads=threads,
        api_url=api_url,
        listens=listens,
        folder=app_folder,
    )


def _show(address: str) -> None:
    click.echo(f"Open this address in a browser to register the App; it works once, and for nobody else:\n{address}")


def _now() -> datetime:
    return datetime.now(UTC)


def _needs_extra() -> None:
    try:
        import qualitygate.server.serving  # noqa: PLC0415
        import qualitygate.storage.queue  # noqa: F401, PLC0415
    except ModuleNotFoundError as error:
        way_out = "install it with its extra: qualitygate-ci[server]"
        raise ConfigError([Problem("extra", f"the server needs {error.name}", help=way_out)]) from error

"""``publish``: put a verdict on GitHub from any CI: check run, commit status, comment, issue."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

import click

from qualitygate.cli.options import fail_on_option, lang_option
from qualitygate.cli.problems import show
from qualitygate.cli.verdicts import read
from qualitygate.errors import ConfigError, Problem
from qualitygate.escaping import line
from qualitygate.exits import MET, REMOTE
from qualitygate.git import on_github
from qualitygate.language import chosen
from qualitygate.model.verdict import FailOn
from qualitygate.nearest import near


@click.command()
@click.option(
    "--verdict", "path", type=click.Path(exists=True, dir_okay=False), help="What check --output json=PATH wrote."
)
@click.option(
    "--to",
    "channels",
    default="check",
    metavar="CHANNELS",
    help="Where to: check, status, comment, issue, by commas. Default: check.",
)
@click.option(
    "--repo", "repository", metavar="OWNER/NAME", help="The repository; default: what CI says, else the verdict's name."
)
@click.option("--sha", metavar="COMMIT", help="The commit, of a pull request its head; default: the verdict's.")
@click.option("--pr", "pull_request", type=click.IntRange(min=1), metavar="NUMBER", help="The pull request.")
@click.option("--name", metavar="NAME", help="The name of the check; default: qualitygate and the gates.")
@click.option(
    "--comment",
    "mode",
    type=click.Choice(["on-problem", "always", "off"]),
    default="on-problem",
    help="When to comment; on-problem: when something is wrong, and one line when it no longer is.",
)
@fail_on_option
@click.option("--url", default="", metavar="URL", help="Where the whole report can be read; default: the run in CI.")
@lang_option
@click.option("--in-progress", is_flag=True, help="Only open the check run NAME, before there is a verdict.")
@click.option(
    "--api-url", metavar="URL", help="The API of GitHub Enterprise Server; default: what CI says, or github.com."
)
def publish(
    path: str | None,
    channels: str,
    repository: str | None,
    sha: str | None,
    pull_request: int | None,
    name: str | None,
    mode: str,
    fail_on: FailOn,
    url: str,
    lang: str | None,
    in_progress: bool,
    api_url: str | None,
) -> int:
    """Put a verdict on GitHub: as a check run, a commit status, a comment that is kept up to date, an issue.

    The token is that of GITHUB_TOKEN; an App comes from QUALITYGATE_APP_ID, QUALITYGATE_APP_PRIVATE_KEY and
    QUALITYGATE_APP_INSTALLATION. Exits 4 where GitHub refused something; the verdict does not change the exit code.
    """
    try:
        from qualitygate import posting, publication  # noqa: PLC0415 - PyGithub costs twenty empty Pythons
        from qualitygate.github import publish as deeds  # noqa: PLC0415
        from qualitygate.github.client import Client  # noqa: PLC0415
        from qualitygate.github.environment import access, external_id, run_url  # noqa: PLC0415
    except ModuleNotFoundError as error:
        way_out = "install it with its extra: qualitygate-ci[github]"
        raise ConfigError([Problem("extra", f"publish needs {error.name}", help=way_out)]) from error
    spoken = chosen(lang, os.environ)
    wanted = [] if in_progress else _channels(channels, posting.CHANNELS)
    verdict = None if in_progress or path is None else read(path)
    subject = verdict.subject if verdict else {}
    repository = repository or os.environ.get("GITHUB_REPOSITORY") or subject.get("name", "")
    sha = sha or subject.get("commit", "")
    _refuse_lacking(
        {
            "--verdict": verdict is not None or in_progress,
            "--repo OWNER/NAME": repository.count("/") == 1,
            "--sha": bool(re.fullmatch("[0-9a-f]{7,64}", sha)),
            "--name": bool(name) or not in_progress,
            "--pr": pull_request is not None or "comment" not in wanted,
        }
    )
    url = url or run_url(os.environ)
    with Client(access(os.environ, api_url)) as client:
        if verdict is None:
            opened = publication.in_progress(name or "", external_id(os.environ, name or ""), url, (), spoken)
            number = deeds.check_run(
                client, repository, sha, opened, deeds.known_check(client, repository, sha, opened)
            )
            click.echo(f"check: in progress at {sha[:10]}, its number is {number}")
            return MET
        name = name or publication.name_of(verdict)
        told = publication.Publication(
            verdict=verdict,
            name=name,
            fail_on=fail_on,
            url=url,
            external_id=external_id(os.environ, name),
            lang=spoken,
            files=on_github(os.environ, repository, sha),
        )
        place = posting.Destination(
            repository=repository, sha=sha, pull_request=pull_request, mode=publication.CommentMode(mode)
        )
        posted = posting.post(client, place, told, wanted)
        for each in posted:
            if each.error:
                show(each.error)
            else:
                click.echo(f"{each.channel}: {line(each.done)}")
        click.echo(client.spent())
    return REMOTE if any(each.error for each in posted) else MET


def _channels(written: str, known: Mapping[str, object]) -> Sequence[str]:
    """The channels that are named, each once."""
    names = list(dict.fromkeys(name.strip() for name in written.split(",")))
    for name in names:
        if name not in known:
            close = near(name, known, 1)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
            raise ConfigError([Problem("usage", f"--to: there is no channel {name!r}", help=way_out)])
    return names


def _refuse_lacking(options: Mapping[str, bool]) -> None:
    """Say all that is lacking at once."""
    lacking = [option for option, there in options.items() if not there]
    if lacking:
        raise ConfigError([Problem("usage", f"{option} is needed") for option in lacking])

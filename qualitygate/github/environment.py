"""What the environment of a CI says of GitHub: with which credentials to ask whom, and where the run can be seen."""

from __future__ import annotations

from collections.abc import Mapping

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import PUBLIC, Access, App

_APP = ("QUALITYGATE_APP_ID", "QUALITYGATE_APP_PRIVATE_KEY", "QUALITYGATE_APP_INSTALLATION")


def access(environ: Mapping[str, str], api_url: str | None = None) -> Access:
    """The App that three variables name, else the token of ``GITHUB_TOKEN``.

    Raises :class:`~qualitygate.errors.CannotUseGitHub` (``credentials``) where there is neither, or half an App.
    """
    base_url = api_url or environ.get("GITHUB_API_URL") or PUBLIC
    given = [name for name in _APP if environ.get(name)]
    if len(given) == len(_APP):
        id_, key, installation = (environ[name] for name in _APP)
        if not installation.isdecimal():
            raise CannotUseGitHub("credentials", f"{_APP[2]} must be a number, and is {installation!r}")
        return Access(credentials=App(id=id_, private_key=key, installation=int(installation)), base_url=base_url)
    if given:
        lacking = ", ".join(name for name in _APP if name not in given)
        raise CannotUseGitHub("credentials", f"an App needs {lacking} too")
    token = environ.get("GITHUB_TOKEN")
    if not token:
        raise CannotUseGitHub("credentials", "there is no token: set GITHUB_TOKEN; in a workflow it is github.token")
    return Access(credentials=token, base_url=base_url)


def run_url(environ: Mapping[str, str]) -> str:
    """Where the run of this CI can be seen: GitHub's, GitLab's or Jenkins'; empty where nothing says so."""
    server, repository, run = (environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    if server and repository and run:
        return f"{server}/{repository}/actions/runs/{run}"
    return environ.get("CI_PIPELINE_URL") or environ.get("BUILD_URL") or ""


def external_id(environ: Mapping[str, str], name: str) -> str:
    """What a check run of that name is known by: within one attempt of a workflow run, else at its commit, the same."""
    attempt = ".".join(filter(None, (environ.get("GITHUB_RUN_ID"), environ.get("GITHUB_RUN_ATTEMPT"))))
    return f"qualitygate:{attempt}:{name}" if attempt else f"qualitygate:{name}"

"""What can be checked of a repository on GitHub: the token, the labels of the policy, and what its rules require."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.config import Config
from qualitygate.desk.starting import labels, lacking
from qualitygate.doctor.checkup import Checkup, Health
from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client

_ADVICE = "require the check in a branch ruleset, pinned to the App that makes it"
_TAGS = "a tag ruleset on refs/tags/v* that requires the check keeps a bad release from being tagged"


def repository(client: Client, name: str, config: Config | None) -> Iterator[Checkup]:
    """How a repository stands; where it does not answer, nothing more is asked."""
    try:
        branch = client.ask("GET", f"/repos/{name}")["default_branch"]
    except CannotUseGitHub as error:
        yield _found(Health.WRONG, str(error))
        return
    yield _found(Health.FINE, f"GitHub answers for {name}, whose default branch is {branch}")
    yield from _rights(client, name, branch)
    if config is not None and config.support is not None:
        yield from _labels(client, name, config)
    yield from _rules(client, name, branch)


def _rights(client: Client, name: str, branch: str) -> Iterator[Checkup]:
    """What the token may read. Whether it may write is only known to who tries, and nothing is written here."""
    reads = (
        (f"/repos/{name}/commits/{branch}/check-runs", "check runs", "publish needs it", Health.WRONG),
        (f"/repos/{name}/pulls", "pull requests", "comments need it", Health.WRONG),
        (f"/repos/{name}/issues", "issues", "support needs it", Health.WRONG),
        (f"/repos/{name}/rulesets/rule-suites", "pushes around the rules", "evidence fetch needs it", Health.ODD),
    )
    for path, what, purpose, state in reads:
        try:
            client.ask("GET", path, parameters={"per_page": 1})
            yield _found(Health.FINE, f"the token may read {what}")
        except CannotUseGitHub as error:
            yield _found(state, f"the token may not read {what}: {error}", purpose)


def _labels(client: Client, name: str, config: Config) -> Iterator[Checkup]:
    assert config.support is not None
    try:
        missing = [each.name for each in lacking(client, name, labels(config.support))]
    except CannotUseGitHub as error:
        yield _found(Health.UNKNOWN, f"which labels there are: {error}")
        return
    if missing:
        what = f"there are no labels {', '.join(missing)}; a form that names them opens issues without"
        yield _found(Health.WRONG, what, "qualitygate support init makes them")
    else:
        yield _found(Health.FINE, "every label that the policy speaks of is there")


def _rules(client: Client, name: str, branch: str) -> Iterator[Checkup]:
    try:
        rules = list(client.pages(f"/repos/{name}/rules/branches/{branch}"))
        tags = list(client.pages(f"/repos/{name}/rulesets", {"targets": "tag"}))
    except CannotUseGitHub as error:
        yield _found(Health.UNKNOWN, f"what the rules of the repository require: {error}")
        return
    checks = [
        each
        for rule in rules
        if rule["type"] == "required_status_checks"
        for each in rule["parameters"]["required_status_checks"]
    ]
    if not checks:
        yield _found(Health.ODD, f"nothing is required to merge into {branch}, so the gate is advice", _ADVICE)
    for each in checks:
        what = f"{branch} requires the check {each['context']}"
        if each.get("integration_id") is None:
            yield _found(Health.ODD, f"{what}, which everybody with write access can make", _ADVICE)
        else:
            yield _found(Health.FINE, f"{what} of the App {each['integration_id']}")
    if any(each["enforcement"] == "active" and each.get("target") == "tag" for each in tags):
        yield _found(Health.FINE, "there is a ruleset for tags")
    else:
        yield _found(Health.ODD, "no ruleset is about tags, so any commit can be tagged as a release", _TAGS)


def _found(state: Health, what: str, help: str = "") -> Checkup:
    return Checkup(of="github", state=state, what=what, help=help)

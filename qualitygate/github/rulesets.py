"""Rulesets of tags: whether a tag may only be made at a commit that has a check."""

from __future__ import annotations

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client


def tag_needs(client: Client, repository: str, check: str) -> bool:
    """Whether a ruleset for tags, of the repository or of its organisation, requires the check of this name."""
    for each in client.pages(f"/repos/{repository}/rulesets", {"targets": "tag"}):
        if each["enforcement"] == "disabled":
            continue
        try:
            whole = client.ask("GET", f"/repos/{repository}/rulesets/{each['id']}")
        except CannotUseGitHub as error:
            if error.slug != "not-found":
                raise
            continue
        for rule in whole.get("rules", ()):
            required = rule.get("parameters", {}).get("required_status_checks", ())
            if rule["type"] == "required_status_checks" and check in {each["context"] for each in required}:
                return True
    return False

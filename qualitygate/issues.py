"""GitHub's issues as records of defects: as ``gh issue list --json`` exports them, and as the REST API lists them.

https://docs.github.com/rest/issues/issues, https://cli.github.com/manual/gh_issue_list. What an issue has no field for
is told by labels like ``severity: high``, ``found-in: production``, ``release: 1.4`` and ``reopened: 1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from qualitygate.jsontext import mapping, text
from qualitygate.records import Table

FIELDS = frozenset({"number", "title", "state", "labels"})
"""What every issue has in an export that can be read."""
OF_PULL_REQUESTS = frozenset({"base", "baseRefName", "head", "headRefName", "mergedAt", "merged_at"})
REASONS = {"completed": "fixed", "not_planned": "wontfix", "duplicate": "duplicate"}
"""Resolutions by ``state_reason``."""
RESOLUTIONS = ("duplicate", "invalid", "wontfix")
"""Labels that say as much; the first one of these that an issue carries wins."""
_LABEL = re.compile(r"\s*(severity|found[-_ ]in|release|reopened)\s*[:/]\s*(\S.*)", re.IGNORECASE | re.DOTALL)


def are_issues(names: AbstractSet[str]) -> bool:
    """Whether these are the names of an issue's fields, not those of a pull request."""
    return names >= FIELDS and names.isdisjoint(OF_PULL_REQUESTS)


def as_records(table: Table, problems: list[str]) -> Table:
    """The issues as records of defects, without pull requests; what is wrong with them goes to ``problems``."""
    found = []
    for record in table.records:
        if record.fields.get("pull_request"):
            continue
        missing = sorted(FIELDS - record.fields.keys())
        problems.extend(f"{record.place}: has no {name}, which an issue has" for name in missing)
        if not missing:
            labels = list(_labels(record.fields["labels"]))
            problems.extend(f"{record.place}: {wrong}" for wrong in _ambiguous(labels))
            found.append(replace(record, fields=_fields(record.fields, labels)))
    return Table(records=tuple(found))


def _fields(issue: Mapping[str, Any], labels: list[str]) -> dict[str, Any]:
    reason = text(issue.get("stateReason") or issue.get("state_reason")).lower()
    state = text(issue["state"]).lower()
    plain = {label.strip().lower() for label in labels}
    said = next((word for word in RESOLUTIONS if word in plain), REASONS.get(reason))
    return {
        "id": issue["number"],
        "title": issue["title"],
        "state": state or issue["state"],
        "opened": issue.get("createdAt") or issue.get("created_at"),
        "closed": issue.get("closedAt") or issue.get("closed_at"),
        "resolution": said,
        "url": issue.get("html_url") or issue.get("url"),
        **_reopened(issue, state, reason),
        **dict(_told(labels)),
    }


def _reopened(issue: Mapping[str, Any], state: str, reason: str) -> dict[str, Any]:
    """An export tells of open issues whether they were reopened; of closed ones it tells nothing."""
    tells = "stateReason" in issue or "state_reason" in issue
    return {"reopened": int(reason == "reopened")} if tells and state == "open" else {}


def _labels(value: Any) -> Iterator[str]:
    for label in value if isinstance(value, list) else ():
        yield text(label) or text(mapping(label).get("name"))


def _told(labels: list[str]) -> Iterator[tuple[str, str]]:
    for label in labels:
        if found := _LABEL.fullmatch(label):
            yield re.sub(r"[- ]", "_", found[1].lower()), found[2].strip()


def _ambiguous(labels: list[str]) -> Iterator[str]:
    first: dict[str, str] = {}
    for name, value in _told(labels):
        if first.setdefault(name, value) != value:
            yield f"has two labels for {name}: {first[name][:60]!r} and {value[:60]!r}"

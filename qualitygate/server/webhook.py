"""A webhook as GitHub sends it: its signature proved, and what it is about. No call, no clock, no file.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from qualitygate.storage.inbox import OWN, Delivery

MOST = 25 * 1024**2
"""Bytes of a payload: GitHub sends none that is larger."""
_NAME = re.compile(r"[\w.-]{1,100}")
"""An id or an event: without the colon that ids of our own have, so that no webhook can be taken for one."""
_REPOSITORY_MOST, _LARGEST = 400, 2**63 - 1


class NotAWebhook(Exception):
    """A signed request that is no webhook of GitHub's; the message says why."""


def signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether ``X-Hub-Signature-256`` is that of the body, compared in a time that tells nothing."""
    wanted = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
    return hmac.compare_digest(wanted.encode(), signature.encode())


def delivery(headers: Mapping[str, str], body: bytes) -> Delivery:
    """What was delivered. ``headers`` have lower-case names. Raises :class:`NotAWebhook`."""
    id, event = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
    if not _NAME.fullmatch(id) or not _NAME.fullmatch(event) or event == OWN:
        raise NotAWebhook("the headers X-GitHub-Delivery and X-GitHub-Event are needed")
    try:
        text = body.decode()
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAWebhook("the body is no JSON: set the content type of the webhook to application/json") from error
    if not isinstance(payload, dict):
        raise NotAWebhook("the body is no JSON object")
    repository = _text(_below(payload, "repository", "full_name"))[:_REPOSITORY_MOST]
    installation, number = (_number(_below(payload, name, "id")) for name in ("installation", "repository"))
    return Delivery(
        id=id,
        event=event,
        action=_text(payload.get("action"))[:100],
        installation=installation,
        repository=repository,
        repository_id=number,
        about=_about(event, repository, payload) if repository else "",
        body=text,
    )


def issues_of(repository: str) -> str:
    """All issues of a repository, as what a delivery is about."""
    return f"{repository}#issues"


def _about(event: str, repository: str, payload: Mapping[str, Any]) -> str:
    """The commit that it is about, or all issues of a repository: what concerns it is done one after the other.

    Issues are read by what changed since the last time, so that two readings of one repository would do the same.
    """
    for path in (("workflow_run", "head_sha"), ("check_run", "head_sha"), ("deployment", "sha")):
        if sha := _text(_below(payload, *path)):
            return f"{repository}@{sha}"[:500]
    return issues_of(repository) if event == "label" or isinstance(payload.get("issue"), dict) else repository


def _below(payload: Any, *keys: str) -> Any:
    for key in keys:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload


def _number(value: Any) -> int:
    """A number that every database takes; 0 for what is none."""
    return value if isinstance(value, int) and 0 < value < _LARGEST else 0


def _text(value: Any) -> str:
    """A text that every database takes."""
    return value.replace("\0", "").encode(errors="replace").decode() if isinstance(value, str) else ""

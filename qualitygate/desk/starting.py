"""What a repository needs to begin with: labels, and the form by which customers open tickets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from qualitygate.github.client import Client
from qualitygate.support.form import CHANNEL, HEADINGS, RECEIVED, SEVERITY
from qualitygate.support.projection import AT_RISK, BREACHED
from qualitygate.support.targets import Promise
from qualitygate.values import dataclass

FORM = ".github/ISSUE_TEMPLATE/support.yml"
_COLORS = {AT_RISK: "fbca04", BREACHED: "d93f0b"}
_GREY = "ededed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label that the policy reads or writes. ``color`` is hexadecimal."""

    name: str
    description: str
    color: str = _GREY


def labels(promise: Promise) -> Iterator[Label]:
    """The labels that the policy speaks of, each once."""
    if promise.label:
        yield Label(name=promise.label, description="A support ticket", color="0075ca")
    yield Label(name=AT_RISK, description="A support target is at risk", color=_COLORS[AT_RISK])
    yield Label(name=BREACHED, description="A support target was missed", color=_COLORS[BREACHED])
    for name in promise.terms:
        yield Label(name=f"{promise.labels.priority}{name}", description=f"Support priority {name}")
    for name in promise.channels:
        yield Label(name=f"{promise.labels.channel}{name}", description=f"Came in by {name}")
    for name in promise.labels.waiting:
        yield Label(name=name, description="Waits for the customer; support clocks stand still")


def lacking(client: Client, repository: str, wanted: Iterable[Label]) -> list[Label]:
    """Those of the labels that the repository does not have; names differ by more than case."""
    there = {each["name"].casefold() for each in client.pages(f"/repos/{repository}/labels")}
    return [each for each in wanted if each.name.casefold() not in there]


def make(client: Client, repository: str, label: Label) -> None:
    """Make a label."""
    body = {"name": label.name, "color": label.color, "description": label.description}
    client.create(f"/repos/{repository}/labels", body, lambda: not lacking(client, repository, [label]))


def form(promise: Promise) -> str:
    """The issue form: bilingual, with ids that stay, and the priorities and channels of the policy."""
    opening = f"labels: {_quoted([promise.label])}\n" if promise.label else ""
    return _FORM.format(
        labels=opening,
        severity=json.dumps(HEADINGS[SEVERITY], ensure_ascii=False),
        severities=_quoted(promise.terms),
        default=list(promise.terms).index(promise.default) if promise.default in promise.terms else 0,
        channel=json.dumps(HEADINGS[CHANNEL], ensure_ascii=False),
        channels=_quoted(promise.channels),
        received=json.dumps(HEADINGS[RECEIVED], ensure_ascii=False),
    )


def _quoted(names: Iterable[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)


_FORM = """\
name: Support / 技术支持
description: Ask for support / 请求支持
{labels}body:
  - type: dropdown
    id: severity
    attributes:
      label: {severity}
      options: {severities}
      default: {default}
    validations:
      required: true
  - type: dropdown
    id: channel
    attributes:
      label: {channel}
      description: Leave it empty if you write here yourself / 如直接在此填写，请留空
      options: {channels}
  - type: input
    id: received_at
    attributes:
      label: {received}
      description: Only for contact before this issue, by phone or chat / 仅用于此前通过电话或聊天的联系
      placeholder: "2026-10-05 09:12 +08:00"
  - type: textarea
    id: description
    attributes:
      label: "What happened? / 发生了什么？"
    validations:
      required: true
"""

"""What is put on GitHub, as values: a check run, a commit status, a text that is found again."""

from __future__ import annotations

from collections.abc import Callable

from qualitygate.annotations import Annotation
from qualitygate.values import dataclass

TEXT_MOST = 65_535
"""Bytes of a check run's summary or text, or of a comment. GitHub says characters; bytes are safe by both readings."""
DESCRIPTION_MOST = 140
"""Characters of a commit status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button on a check run: a label of 20 characters, a description of 40, an identifier of 20 that comes back."""

    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """A check run. ``conclusion`` is empty while it is in progress.

    ``external_id`` is what it is known by when an answer was lost. The texts are Markdown within ``TEXT_MOST``.
    ``actions`` are at most three, and only for who is told when one is pressed.
    """

    name: str
    external_id: str
    title: str
    summary: str
    text: str = ""
    conclusion: str = ""
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStatus:
    """A commit status: ``state`` is ``success``, ``failure``, ``error`` or ``pending``."""

    context: str
    state: str
    description: str
    target_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticky:
    """A text that stays one, however often it is told: a comment or an issue that begins with ``marker``.

    ``body`` makes the new text of the one that stands there (``None``: none does), or ``None`` to leave it as it is.
    """

    marker: str
    body: Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StickyIssue:
    """An issue that is open while something is wrong. ``open`` is whether it is now; ``label`` finds it.

    It is looked for among issues that are ``open``, or with ``among`` ``all`` among those that people have closed too,
    which are then written anew and stay closed.
    """

    sticky: Sticky
    title: str
    label: str
    open: bool
    among: str = "open"

"""Records of stage reviews: the front matter of a page in Markdown, one page for each stage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualitygate.columns import choice, day, name, text
from qualitygate.documents import frontmatter
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.reviews import FAIL, PASSED, WITH_ACTIONS, Approval, Check, StageReview
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode

DECISION = choice({PASSED: PASSED, WITH_ACTIONS: WITH_ACTIONS, FAIL: FAIL})
RESULT = choice({PASSED: PASSED, FAIL: FAIL, "n/a": "n/a"})
CHECK = Outline(columns={"item": text, "result": RESULT}, required=("item", "result"), lists={"evidence": text})
ACTION = Outline(columns={"id": name, "text": text, "owner": person, "due": day}, required=("id", "text"))
APPROVAL = Outline(columns={"by": person, "at": day}, required=("by", "at"))
OUTLINE = Outline(
    columns={"stage": name, "started": day, "ended": day, "commit": name, "decision": DECISION},
    required=("stage", "started"),
    lists={"participants": person},
    records={"checklist": CHECK, "actions": ACTION, "approvals": APPROVAL},
)
_HEAD = re.compile(r"\A---[ \t]*\r?\n(.*?)(?:^---|\Z)", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"^([a-z_]+)[ \t]*:(?:\s|$)", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether the front matter has the keys of a stage review: the stage, its start, and one more."""
    match = _HEAD.match(decode(head))
    keys = set(_KEY.findall(match[1])) if match else set()
    return {"stage", "started"} <= keys and bool(keys & {"decision", "checklist", "participants", "approvals", "ended"})


def read(source: Source) -> Iterator[StageReview]:
    """Read one record. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of it."""
    found = reading(source, frontmatter.document)
    whole = found.entry(OUTLINE, found.document.data)
    found.unique(whole["actions"], "id")
    _consistent(whole, found)
    found.refuse()
    lists = {
        "checklist": tuple(Check(**entry.values) for entry in whole["checklist"]),
        "actions": tuple((entry["id"], entry["text"]) for entry in whole["actions"]),
        "approvals": tuple(Approval(by=entry["by"], on=entry["at"], line=entry.line) for entry in whole["approvals"]),
    }
    yield StageReview(source=source, **{**whole.values, **lists})


READER = Reader(kind="reviews", recognises=recognises, read=read, names=lambda: OUTLINE.names)


def _consistent(whole: Entry, found: Reading) -> None:
    if whole["started"] and whole["ended"] and whole["ended"] < whole["started"]:
        found.wrong(("ended",), f"the stage ended on {whole['ended']}, before it started on {whole['started']}")
    if whole["decision"] == WITH_ACTIONS and not whole["actions"]:
        found.wrong(("decision",), "is pass_with_actions, and there are no actions")
    for entry in whole["checklist"]:
        if whole["decision"] == PASSED and entry["result"] == FAIL:
            found.wrong((*entry.path, "result"), "is fail, and the decision is pass: write pass_with_actions, or fail")
